package io.github.dtstream.route.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.dtstream.text.NearestName;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.util.StringHelper;
import org.jspecify.annotations.Nullable;

/** Knows which values options take, from the components' catalog files. Not thread-safe. */
final class OptionCatalog {
    /** Milliseconds, Camel's own form, or ISO 8601. */
    private static final Pattern DURATION = Pattern.compile("-?\\d+|(\\d+(ms|[dhms])\\s*)+|P[0-9DTHMS.]+");

    private final CamelContext context;
    private final ObjectMapper mapper = new ObjectMapper();
    private final Map<String, JsonNode> options = new HashMap<>();

    OptionCatalog(CamelContext context) {
        this.context = context;
    }

    /**
     * A value that an option does not take.
     *
     * @param expected the values that the option takes, in words
     * @param hint asks for the nearest value; null if none is near
     */
    record Mismatch(String expected, @Nullable String hint) {}

    /** Compares a value with its option's type; empty if it fits, or if the option is not known. */
    Optional<Mismatch> mismatch(String scheme, String option, String value) {
        if (value.isEmpty() || value.startsWith("#") || value.contains("${") || value.contains("{{")) {
            return Optional.empty();
        }
        JsonNode known = options.computeIfAbsent(scheme, this::read).path(option);
        if (known.has("enum")) {
            Set<String> values = new TreeSet<>();
            known.path("enum").forEach(one -> values.add(one.asText()));
            return values.stream().anyMatch(value::equalsIgnoreCase)
                    ? Optional.empty()
                    : Optional.of(new Mismatch(
                            "one of " + String.join(", ", values),
                            NearestName.question(value, values).orElse(null)));
        }
        return switch (known.path("type").asText()) {
            case "boolean" ->
                expect("true or false", value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false"));
            case "integer", "number" -> expect("a number", value.matches("[-+]?\\d+(\\.\\d+)?"));
            case "duration" ->
                expect("a duration such as 500 or 10s", DURATION.matcher(value).matches());
            default -> Optional.empty();
        };
    }

    /** Whether an option needs a value; empty text is not a value. */
    boolean needsValue(String scheme, String option) {
        JsonNode known = options.computeIfAbsent(scheme, this::read).path(option);
        return known.path("required").asBoolean() || known.has("defaultValue");
    }

    /** The required part after the component's name in an address, in words such as {@code directory name}. */
    Optional<String> requiredPath(String scheme) {
        JsonNode known = options.computeIfAbsent(scheme, this::read);
        return known.properties().stream()
                .filter(option -> option.getValue().path("kind").asText().equals("path"))
                .filter(option -> option.getValue().path("required").asBoolean())
                .map(option -> StringHelper.camelCaseToDash(option.getKey()).replace('-', ' '))
                .findFirst();
    }

    private static Optional<Mismatch> expect(String what, boolean fits) {
        return fits ? Optional.empty() : Optional.of(new Mismatch(what, null));
    }

    private JsonNode read(String scheme) {
        try {
            String json = ((CatalogCamelContext) context).getComponentParameterJsonSchema(scheme);
            return json == null
                    ? MissingNode.getInstance()
                    : mapper.readTree(json).path("properties");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the catalog file of " + scheme + " is not JSON", e);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
