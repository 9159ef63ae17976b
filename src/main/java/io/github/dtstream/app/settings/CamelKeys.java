package io.github.dtstream.app.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.text.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Knows which keys that begin with {@code camel.} exist and which values they take, from the metadata in Camel's jars
 * and in ours. It accepts a key of a kind that the metadata does not describe. Not thread-safe.
 */
final class CamelKeys {
    /** The prefix of the keys of components. */
    static final String COMPONENT = "camel.component.";

    private static final String METADATA = "META-INF/camel-main-configuration-metadata.json";
    private static final String SERVICES = "META-INF/services/org/apache/camel/component/";

    /** Groups whose names are the user's own. */
    private static final List<String> OTHERS = List.of(
            "camel.beans.",
            "camel.context.",
            "camel.dataformat.",
            "camel.language.",
            "camel.routetemplate.",
            "camel.variable.",
            "camel.vault.");

    private final ObjectMapper mapper = new ObjectMapper();
    /** The options of each group, such as {@code camel.main.}, and of each component that was looked up. */
    private final Map<String, Map<String, JsonNode>> groups = new TreeMap<>();

    /**
     * An error in a setting.
     *
     * @param fatal whether Camel would refuse to start with it
     */
    record Complaint(
            boolean fatal, String message, @Nullable String hint) {}

    /** Whether two keys are the same to Camel. */
    static boolean same(String one, String other) {
        return plain(one).equals(plain(other));
    }

    private static String plain(String key) {
        int option = key.lastIndexOf('.') + 1;
        return key.substring(0, option) + key.substring(option).replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** The key that Camel takes an environment variable of one of our components for. */
    static String ofVariable(String variable) {
        String lower = variable.toLowerCase(Locale.ROOT);
        for (String component : List.of("dt-stream", "dt-mqtt", "dt-alarm")) {
            String prefix = "camel_component_" + component.replace('-', '_') + "_";
            if (lower.startsWith(prefix)) {
                return COMPONENT + component + "."
                        + lower.substring(prefix.length()).replace('_', '-');
            }
        }
        return variable;
    }

    /**
     * Checks one setting.
     *
     * @param name the key as it was written, for the message
     * @return empty if it is valid, or if nothing is known of its kind
     */
    Optional<Complaint> complaint(String name, String key, String value) {
        if (key.contains("[")) {
            return Optional.empty();
        }
        if (key.startsWith(COMPONENT)) {
            return ofComponent(name, key, value);
        }
        Map<String, Map<String, JsonNode>> main = mainGroups();
        String group = key.substring(0, key.indexOf('.', "camel.".length()) + 1);
        Map<String, JsonNode> options = main.get(group.toLowerCase(Locale.ROOT));
        if (options != null) {
            return ofOption(name, key.substring(group.length()), value, "a setting of Camel", group, options);
        }
        if (OTHERS.contains(group)) {
            return Optional.empty();
        }
        List<String> known = new ArrayList<>(main.keySet());
        known.addAll(OTHERS);
        known.add(COMPONENT);
        return NearestName.question(group, known, UnaryOperator.identity())
                .map(question -> new Complaint(false, "Camel has no settings that begin with " + group, question));
    }

    private Optional<Complaint> ofComponent(String name, String key, String value) {
        String rest = key.substring(COMPONENT.length());
        int dot = rest.indexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        String component = rest.substring(0, dot);
        Optional<Map<String, JsonNode>> options = component(component);
        if (options.isEmpty()) {
            return Optional.of(new Complaint(
                    true,
                    name + " is for the component '" + component + "', which is not there",
                    NearestName.question(component, List.of("dt-stream", "dt-mqtt", "dt-alarm"))
                            .orElse("add its jar, or remove the setting")));
        }
        return ofOption(
                name,
                rest.substring(dot + 1),
                value,
                "an option of " + component,
                COMPONENT + component + ".",
                options.get());
    }

    private static Optional<Complaint> ofOption(
            String name, String option, String value, String what, String prefix, Map<String, JsonNode> options) {
        if (options.isEmpty() || option.contains(".")) {
            return Optional.empty();
        }
        JsonNode known = options.get(plain(option));
        if (known == null) {
            List<String> names = options.values().stream()
                    .map(one -> one.path("name").asText())
                    .toList();
            return Optional.of(new Complaint(
                    true,
                    name + " is not " + what,
                    NearestName.question(option, names, nearest -> prefix + nearest)
                            .orElse(null)));
        }
        return expected(known, value)
                .map(expected -> new Complaint(true, name + " is '" + value + "'; it must be " + expected, null));
    }

    /** The values that an option takes, if this is not one of them. */
    private static Optional<String> expected(JsonNode option, String value) {
        if (value.isEmpty()
                || value.startsWith("#")
                || value.contains("{{")
                || option.path("secret").asBoolean()) {
            return Optional.empty();
        }
        return switch (option.path("type").asText()) {
            case "boolean" -> unless(value.matches("(?i)true|false"), "true or false");
            case "integer" -> unless(value.matches("[-+]?\\d{1,19}"), "a whole number");
            case "duration" ->
                unless(
                        SettingRule.Span.parse(value).isPresent(),
                        "a duration such as 500 (milliseconds), 10s, 5m, 12h or 7d");
            case "enum" -> {
                List<String> words = new ArrayList<>();
                option.path("enum").forEach(word -> words.add(word.asText()));
                yield unless(
                        words.isEmpty() || words.stream().anyMatch(word -> same(word, value)),
                        "one of " + String.join(", ", words));
            }
            default -> Optional.empty();
        };
    }

    private static Optional<String> unless(boolean good, String expected) {
        return good ? Optional.empty() : Optional.of(expected);
    }

    /**
     * A component's options; empty if the class path has no such component, an empty map if the component has no
     * metadata.
     */
    private Optional<Map<String, JsonNode>> component(String name) {
        String group = COMPONENT + name + ".";
        if (!groups.containsKey(group)) {
            Optional<String> type = componentClass(name);
            if (type.isEmpty()) {
                return Optional.empty();
            }
            String folder =
                    type.get().substring(0, type.get().lastIndexOf('.') + 1).replace('.', '/');
            Map<String, JsonNode> options = new TreeMap<>();
            read("META-INF/" + folder + name + ".json")
                    .path("componentProperties")
                    .properties()
                    .forEach(option -> options.put(plain(option.getKey()), named(option.getValue(), option.getKey())));
            groups.put(group, options);
        }
        return Optional.of(groups.get(group));
    }

    private static Optional<String> componentClass(String name) {
        try (InputStream in = resource(SERVICES + name)) {
            if (in == null) {
                return Optional.empty();
            }
            Properties service = new Properties();
            service.load(in);
            return Optional.ofNullable(service.getProperty("class"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Map<String, JsonNode>> mainGroups() {
        Map<String, Map<String, JsonNode>> main = new TreeMap<>();
        for (JsonNode property : read(METADATA).path("properties")) {
            String key = property.path("name").asText();
            int option = key.lastIndexOf('.') + 1;
            main.computeIfAbsent(key.substring(0, option).toLowerCase(Locale.ROOT), group -> new TreeMap<>())
                    .put(plain(key.substring(option)), named(property, key.substring(option)));
        }
        return main;
    }

    private static JsonNode named(JsonNode option, String name) {
        return ((ObjectNode) option).put("name", name);
    }

    private JsonNode read(String resource) {
        try (InputStream in = resource(resource)) {
            return in == null ? MissingNode.getInstance() : mapper.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable InputStream resource(String name) {
        return CamelKeys.class.getClassLoader().getResourceAsStream(name);
    }
}
