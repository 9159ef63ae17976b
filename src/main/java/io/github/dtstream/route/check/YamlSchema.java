package io.github.dtstream.route.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.text.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Checks documents by Camel's schema of its YAML DSL, which is in the DSL's jar. A general JSON-schema validator would
 * answer a misspelt key with the failures of every alternative. This class walks document and schema together and tells
 * at each place what is allowed. Thread-safe.
 */
final class YamlSchema {
    private static final String RESOURCE = "/schema/camelYamlDsl.json";
    /** Steps that need an expression, although the schema does not require it. */
    private static final Set<String> NEEDS_EXPRESSION = Set.of(
            "delay",
            "dynamicRouter",
            "enrich",
            "filter",
            "loop",
            "pollEnrich",
            "recipientList",
            "routingSlip",
            "script",
            "setBody",
            "setHeader",
            "setProperty",
            "setVariable",
            "split",
            "throttle",
            "when");

    private static final String STEP = "org.apache.camel.model.ProcessorDefinition";

    private final JsonNode definitions;
    private final JsonNode item;
    // By identity, as comparing two large schema nodes would read both.
    private final Map<JsonNode, Shape> shapes = Collections.synchronizedMap(new IdentityHashMap<>());

    private YamlSchema(JsonNode schema) {
        this.item = schema.path("items");
        this.definitions = item.path("definitions");
    }

    static YamlSchema load() {
        try (InputStream in = YamlSchema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("camel-yaml-dsl without " + RESOURCE);
            }
            return new YamlSchema(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the schema allows at a place, all its alternatives together. */
    private record Shape(
            Map<String, JsonNode> properties,
            Set<String> required,
            Set<String> types,
            Set<String> values,
            @Nullable JsonNode elements,
            boolean closed) {
        boolean takes(String type) {
            return types.isEmpty() || types.contains(type);
        }
    }

    /** Checks the items of a file. */
    List<Finding> check(RouteDocument document) {
        List<Finding> findings = new ArrayList<>();
        Shape shape = shapeOf(item);
        for (RouteDocument.Item element : document.items()) {
            JsonNode schema = shape.properties().get(element.kind());
            if (schema == null) {
                findings.add(document.error(
                        element.key(),
                        "unknown item '" + element.kind() + "'",
                        question(element.kind(), shape.properties().keySet())));
            } else {
                new Walk(document, findings).value(element.kind(), element.content(), schema);
            }
        }
        return findings;
    }

    /** The names of the expression languages that have a key of their own in the schema. */
    Set<String> languages() {
        return shapeOf(definitions.path("org.apache.camel.model.language.ExpressionDefinition"))
                .properties()
                .keySet();
    }

    private static String question(String written, Set<String> valid) {
        return NearestName.question(written, valid)
                .orElseGet(() -> valid.size() > 20
                        ? "no such name in Camel's YAML DSL"
                        : "it can have: " + String.join(", ", new TreeSet<>(valid)));
    }

    private Shape shapeOf(JsonNode schema) {
        Shape known = shapes.get(schema);
        if (known == null) {
            known = gather(schema);
            shapes.put(schema, known);
        }
        return known;
    }

    private Shape gather(JsonNode schema) {
        Gathering all = new Gathering();
        all.add(schema);
        return new Shape(all.properties, all.required, all.types, all.values, all.elements, all.closed);
    }

    private final class Gathering {
        private final Map<String, JsonNode> properties = new LinkedHashMap<>();
        private final Set<String> required = new TreeSet<>();
        private final Set<String> types = new TreeSet<>();
        private final Set<String> values = new TreeSet<>();
        private @Nullable JsonNode elements;
        private boolean closed;

        private void add(JsonNode schema) {
            if (schema.has("$ref")) {
                String ref = schema.path("$ref").asText();
                add(definitions.path(ref.substring(ref.lastIndexOf('/') + 1)));
                return;
            }
            if (schema.has("type")) {
                types.add(schema.path("type").asText());
            }
            schema.path("enum").forEach(value -> values.add(value.asText()));
            schema.path("required").forEach(name -> required.add(name.asText()));
            if (schema.has("additionalProperties")
                    && !schema.path("additionalProperties").asBoolean(true)) {
                closed = true;
            }
            if (schema.has("items")) {
                elements = schema.path("items");
            }
            // An empty schema only announces a key; one of the alternatives holds the key's own schema.
            schema.path("properties").properties().forEach(field -> {
                if (!field.getValue().isEmpty() || !properties.containsKey(field.getKey())) {
                    properties.put(field.getKey(), field.getValue());
                }
            });
            for (String alternatives : List.of("oneOf", "anyOf", "allOf")) {
                schema.path(alternatives).forEach(this::addAlternative);
            }
        }

        /** Adds an alternative, without its required keys: they are required only in that alternative. */
        private void addAlternative(JsonNode schema) {
            Set<String> before = new TreeSet<>(required);
            add(schema);
            required.retainAll(before);
        }
    }

    private final class Walk {
        private final RouteDocument document;
        private final List<Finding> findings;

        private Walk(RouteDocument document, List<Finding> findings) {
            this.document = document;
            this.findings = findings;
        }

        private void value(String name, Node node, JsonNode schema) {
            Shape shape = shapeOf(schema);
            if (node instanceof MappingNode mapping) {
                mapping(name, mapping, shape, schema);
            } else if (node instanceof SequenceNode sequence) {
                sequence(name, sequence, shape);
            } else if (node instanceof ScalarNode scalar) {
                scalar(name, scalar, shape);
            }
        }

        private void mapping(String name, MappingNode node, Shape shape, JsonNode schema) {
            if (name.equals("parameters")) {
                options(node);
            }
            if (shape.properties().isEmpty()) {
                if (!shape.takes("object")) {
                    findings.add(document.error(
                            node,
                            "'" + name + "' takes " + expected(shape) + ", not a mapping",
                            inPlaceOf(node, shape)));
                }
                return;
            }
            if (takesExpression(shape)) {
                expressions(name, node);
            }
            boolean step = schema.path("$ref").asText().endsWith("/" + STEP);
            if (step && node.getValue().size() > 1) {
                Node second = node.getValue().get(1).getKeyNode();
                findings.add(document.error(
                        second,
                        "a step has one key, and '" + Nodes.text(second) + "' is its second",
                        "begin the next step with a hyphen, or indent what belongs to '"
                                + Nodes.text(node.getValue().get(0).getKeyNode()) + "' further"));
            }
            Set<String> seen = new TreeSet<>();
            for (NodeTuple tuple : node.getValue()) {
                entry(name, tuple, shape, step, seen);
            }
            missing(name, node, shape, seen);
        }

        private void entry(String name, NodeTuple tuple, Shape shape, boolean step, Set<String> seen) {
            String written = Nodes.text(tuple.getKeyNode());
            // The name of a step has one spelling; Camel reads other keys also with hyphens.
            String key = step || shape.properties().containsKey(written) ? written : Nodes.key(tuple);
            JsonNode schema = shape.properties().get(key);
            if (!seen.add(key)) {
                String hint = "with and without hyphens it is the same; take one of the two out";
                findings.add(document.error(tuple.getKeyNode(), "'" + key + "' stands here twice", hint));
            } else if (schema != null) {
                value(key, tuple.getValueNode(), schema);
            } else if (shape.closed()) {
                String what =
                        step ? "unknown step '" + written + "'" : "unknown key '" + written + "' in '" + name + "'";
                findings.add(document.error(tuple.getKeyNode(), what, meant(written, key, shape)));
            }
        }

        /** Finds options of an endpoint that are a list or a mapping instead of one value. */
        private void options(MappingNode parameters) {
            for (NodeTuple tuple : parameters.getValue()) {
                String message = "the option '" + Nodes.text(tuple.getKeyNode()) + "' takes one value, not a ";
                if (tuple.getValueNode() instanceof SequenceNode list) {
                    findings.add(document.error(list, message + "list", "separate several by commas, in quotes"));
                } else if (tuple.getValueNode() instanceof MappingNode mapping) {
                    String hint = "put text that holds braces or ': ' in quotes";
                    findings.add(document.error(mapping, message + "mapping", hint));
                }
            }
        }

        /** What the user probably meant by a key that is not allowed here. */
        private String meant(String written, String key, Shape shape) {
            if (written.equals("<<")) {
                return "Camel merges nothing; write out what is meant";
            }
            Optional<String> nearest =
                    NearestName.question(written, shape.properties().keySet());
            return nearest.or(() -> owner(key, shape)
                            .map(owner -> "it belongs to '" + owner + "': write it below that, and indent it further"))
                    .orElseGet(() -> question(written, shape.properties().keySet()));
        }

        /** The required neighbour to which a key belongs. */
        private Optional<String> owner(String key, Shape shape) {
            return shape.properties().entrySet().stream()
                    .filter(property -> shape.required().contains(property.getKey()))
                    .filter(property ->
                            shapeOf(property.getValue()).properties().containsKey(key))
                    .map(Map.Entry::getKey)
                    .findFirst();
        }

        private boolean takesExpression(Shape shape) {
            return shape.properties().containsKey("expression");
        }

        /** Checks that a step has one expression, under the name of its language or under 'expression'. */
        private void expressions(String name, MappingNode node) {
            Set<String> languages = languages();
            List<NodeTuple> found = node.getValue().stream()
                    .filter(tuple -> languages.contains(Nodes.key(tuple))
                            || Nodes.key(tuple).equals("expression"))
                    .toList();
            if (found.size() > 1) {
                Node second = found.get(1).getKeyNode();
                findings.add(document.error(
                        second,
                        "'" + name + "' has two expressions, '" + Nodes.key(found.get(0)) + "' and '"
                                + Nodes.text(second) + "'",
                        "keep one of them"));
            } else if (found.isEmpty() && NEEDS_EXPRESSION.contains(name)) {
                findings.add(document.error(
                        node,
                        "'" + name + "' has no expression",
                        name.equals("filter") || name.equals("when")
                                ? "add its condition, such as simple: \"${header.DtEventType} == 'temperature'\""
                                : "add one, such as simple: \"${body}\""));
            }
        }

        private void missing(String name, MappingNode node, Shape shape, Set<String> seen) {
            for (String required : shape.required()) {
                if (!seen.contains(required)
                        && !languageStandsFor(required, seen)
                        && !isMisspelt(required, shape, seen)) {
                    findings.add(document.error(node, "'" + name + "' has no '" + required + "'", null));
                }
            }
        }

        /** Whether a required key is there in a misspelt form, which is reported as an unknown key already. */
        private boolean isMisspelt(String required, Shape shape, Set<String> seen) {
            Set<String> valid = shape.properties().keySet();
            return seen.stream()
                    .filter(key -> !valid.contains(key))
                    .anyMatch(key -> NearestName.of(key, valid).equals(Optional.of(required)));
        }

        private boolean languageStandsFor(String required, Set<String> seen) {
            return required.equals("expression") && seen.stream().anyMatch(languages()::contains);
        }

        private void sequence(String name, SequenceNode node, Shape shape) {
            if (!shape.takes("array")) {
                findings.add(document.error(
                        node,
                        "'" + name + "' takes " + expected(shape) + ", not a list",
                        node.getFlowStyle() == FlowStyle.FLOW ? "take the brackets away" : "take the hyphens away"));
            } else if (shape.elements() != null) {
                for (Node element : node.getValue()) {
                    element(name, element, shape.elements());
                }
            }
        }

        private void element(String list, Node node, JsonNode schema) {
            Shape shape = shapeOf(schema);
            String text = Nodes.text(node);
            if (node instanceof SequenceNode && !shape.takes("array")) {
                findings.add(document.error(node, "an item of '" + list + "' begins with one hyphen", "take one away"));
            } else if (node instanceof ScalarNode && !shape.takes("string") && shape.takes("object")) {
                findings.add(document.error(
                        node,
                        text.isEmpty() ? "nothing follows the hyphen" : "'" + text + "' has no colon",
                        shape.properties().containsKey(text)
                                ? "write '" + text + ":', and after it what it takes"
                                : "an item of '" + list + "' is written as 'key: value'"));
            } else {
                value(list, node, schema);
            }
        }

        /** What to write in place of a mapping that is not allowed here. */
        private String inPlaceOf(MappingNode node, Shape shape) {
            if (shape.takes("string")) {
                return "put text that holds ': ' or braces in quotes";
            }
            String key = node.getValue().isEmpty()
                    ? ""
                    : Nodes.text(node.getValue().get(0).getKeyNode());
            return key.startsWith("-")
                    ? "put a space after each hyphen, a plain one"
                    : "begin each of its items with a hyphen";
        }

        private void scalar(String name, ScalarNode node, Shape shape) {
            String text = node.getValue();
            if (text.contains("{{") || text.startsWith("#")) {
                return;
            }
            if (text.isEmpty() && !shape.takes("string")) {
                // An empty value is allowed for a step whose options all have defaults, such as 'stop:'.
                if (!shape.takes("object")) {
                    findings.add(document.error(
                            node,
                            "'" + name + "' has no value",
                            shape.takes("array") ? "list its items below it" : "write one after the colon"));
                }
            } else if (!fits(text, shape)) {
                findings.add(document.error(
                        node,
                        "'" + name + "' takes " + expected(shape) + ", not '" + text + "'",
                        nearestValue(text, shape)));
            }
        }

        private boolean fits(String text, Shape shape) {
            if (!shape.values().isEmpty()) {
                return shape.values().contains(text);
            }
            return shape.takes("string")
                    || shape.takes("boolean") && Set.of("true", "false").contains(text)
                    || (shape.takes("number") || shape.takes("integer")) && text.matches("-?\\d+(\\.\\d+)?");
        }

        private @Nullable String nearestValue(String text, Shape shape) {
            if (shape.takes("array") && shape.elements() != null) {
                return "write each item on a line of its own that begins with a hyphen";
            }
            if (shape.properties().containsKey("uri")) {
                return "write 'uri: " + text + "' below it, indented";
            }
            return shape.properties().isEmpty()
                    ? NearestName.question(text, shape.values()).orElse(null)
                    : "write its options below it, indented, each as 'key: value'";
        }

        private String expected(Shape shape) {
            if (!shape.values().isEmpty()) {
                return "one of " + String.join(", ", shape.values());
            }
            Map<String, String> words = new HashMap<>(Map.of(
                    "object",
                    "a mapping",
                    "array",
                    "a list",
                    "string",
                    "text",
                    "boolean",
                    "true or false",
                    "number",
                    "a number"));
            words.put("integer", "a number");
            return shape.types().stream().map(words::get).distinct().collect(Collectors.joining(" or "));
        }
    }
}
