package io.github.dtstream.route.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.route.model.ScratchContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CatalogCamelContext;

/**
 * A JSON schema for editors: Camel's schema of its YAML DSL, extended by the options of every component on the class
 * path, ours included. Camel's own schema allows any name under an endpoint's {@code parameters}. The static methods
 * are thread-safe.
 */
public final class EditorSchema {
    private static final String CAMELS = "/schema/camelYamlDsl.json";

    private final ObjectMapper mapper = new ObjectMapper();
    private final JsonNodeFactory json = mapper.getNodeFactory();
    private final Map<String, JsonNode> components;

    private EditorSchema(Map<String, JsonNode> components) {
        this.components = components;
    }

    /**
     * The schema as JSON text.
     *
     * @throws IOException if a catalog file on the class path cannot be read
     */
    public static String text() throws IOException {
        EditorSchema schema = new EditorSchema(catalog(EndpointCheck.componentsOnClassPath()));
        return schema.mapper.writeValueAsString(schema.extended());
    }

    /**
     * The catalog entries of some components as a JSON array, for tools that read Camel's catalog format.
     *
     * @throws IOException if a catalog file on the class path cannot be read
     */
    public static String catalogText(Set<String> schemes) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        return mapper.writeValueAsString(
                mapper.createArrayNode().addAll(catalog(schemes).values()));
    }

    private static Map<String, JsonNode> catalog(Set<String> schemes) throws IOException {
        Map<String, JsonNode> entries = new TreeMap<>();
        ObjectMapper mapper = new ObjectMapper();
        try (ScratchContext scratch = ScratchContext.open(Map.of(), context -> {})) {
            CatalogCamelContext catalog = scratch.context();
            for (String scheme : schemes) {
                String entry = catalog.getComponentParameterJsonSchema(scheme);
                if (entry != null) {
                    entries.put(scheme, mapper.readTree(entry));
                }
            }
        }
        return entries;
    }

    private JsonNode extended() throws IOException {
        try (InputStream in = EditorSchema.class.getResourceAsStream(CAMELS)) {
            if (in == null) {
                throw new IllegalStateException("camel-yaml-dsl without " + CAMELS);
            }
            JsonNode schema = mapper.readTree(in);
            // Camel's schema uses an older draft and means the same in this one, which has "if".
            ((ObjectNode) schema).put("$schema", "http://json-schema.org/draft-07/schema#");
            schema.at("/items/definitions")
                    .properties()
                    .forEach(definition ->
                            extend(definition.getValue(), definition.getKey().contains("From")));
            return schema;
        }
    }

    /** Makes the {@code parameters} depend on the {@code uri}, wherever a schema has both. */
    private void extend(JsonNode schema, boolean isSource) {
        if (schema instanceof ObjectNode object
                && schema.path("properties").has("uri")
                && schema.path("properties").has("parameters")) {
            ArrayNode choices = object.withArrayProperty("allOf");
            components.forEach((scheme, entry) -> {
                if (!entry.path("component")
                        .path(isSource ? "producerOnly" : "consumerOnly")
                        .asBoolean()) {
                    choices.add(choice(scheme, entry, isSource));
                }
            });
        }
        schema.path("oneOf").forEach(alternative -> extend(alternative, isSource));
    }

    private ObjectNode choice(String scheme, JsonNode entry, boolean isSource) {
        ObjectNode choice = json.objectNode();
        ObjectNode condition = choice.putObject("if");
        condition.putArray("required").add("uri");
        condition.putObject("properties").putObject("uri").put("pattern", "^" + scheme + "(:|$)");
        ObjectNode parameters = choice.putObject("then").putObject("properties").putObject("parameters");
        ObjectNode options = parameters.putObject("properties");
        boolean isOpen = entry.path("component").path("lenientProperties").asBoolean();
        for (Map.Entry<String, JsonNode> option : entry.path("properties").properties()) {
            isOpen |= option.getValue().has("multiValue");
            if (isFor(option.getValue(), isSource)) {
                options.set(option.getKey(), option(option.getValue()));
            }
        }
        parameters.put("additionalProperties", isOpen);
        return choice;
    }

    private static boolean isFor(JsonNode option, boolean isSource) {
        Set<String> labels = Set.of(option.path("label").asText().split(","));
        return !labels.contains(isSource ? "producer" : "consumer")
                || labels.contains(isSource ? "consumer" : "producer");
    }

    /** The schema of an option. Every option also takes a placeholder or a reference. */
    private ObjectNode option(JsonNode entry) {
        ObjectNode option = json.objectNode();
        option.set("title", entry.path("displayName"));
        option.set("description", entry.path("description"));
        if (entry.has("defaultValue")) {
            option.set("default", entry.path("defaultValue"));
        }
        if (entry.has("enum")) {
            ArrayNode choices = option.putArray("anyOf");
            choices.addObject().set("enum", entry.path("enum"));
            choices.addObject().put("pattern", "\\{\\{|#");
        } else {
            ArrayNode types = option.putArray("type").add("string");
            switch (entry.path("type").asText()) {
                case "boolean" -> types.add("boolean");
                case "integer", "number", "duration" -> types.add("number");
                default -> {}
            }
        }
        return option;
    }
}
