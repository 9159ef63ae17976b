package io.github.dtstream.route.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.camel.util.StringHelper;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the nodes of a YAML document. Pure. */
public final class Nodes {
    private Nodes() {}

    public static String text(@Nullable Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** The key of an entry, in camel case: Camel reads {@code stop-on-exception} as {@code stopOnException}. */
    public static String key(NodeTuple entry) {
        return camelCase(text(entry.getKeyNode()));
    }

    static String camelCase(String name) {
        return name.indexOf('-') > 0 ? StringHelper.dashToCamelCase(name) : name;
    }

    /** The value of a key, given in camel case; null if there is none, or if the node is not a mapping. */
    public static @Nullable Node value(@Nullable Node node, String key) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (key(tuple).equals(key)) {
                    return tuple.getValueNode();
                }
            }
        }
        return null;
    }

    /** The text under a key; empty if there is no scalar. */
    public static Optional<String> textAt(@Nullable Node node, String key) {
        return value(node, key) instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty();
    }

    /** The scalars of a mapping by their keys. */
    static Map<String, ScalarNode> scalars(@Nullable Node node) {
        Map<String, ScalarNode> scalars = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getValueNode() instanceof ScalarNode scalar) {
                    scalars.put(text(tuple.getKeyNode()), scalar);
                }
            }
        }
        return scalars;
    }

    public static List<Node> elements(@Nullable Node node) {
        return node instanceof SequenceNode sequence ? sequence.getValue() : List.of();
    }

    /** Gets each mapping entry, with the keys above it, outermost first. */
    @FunctionalInterface
    public interface EntryVisitor {
        void entry(List<String> above, NodeTuple entry);
    }

    /** Visits every mapping entry below a node, parents first, in the order of the text. */
    public static void eachEntry(Node root, EntryVisitor visitor) {
        eachEntry(root, List.of(), visitor);
    }

    private static void eachEntry(Node node, List<String> above, EntryVisitor visitor) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                visitor.entry(above, tuple);
                List<String> path = new ArrayList<>(above);
                path.add(key(tuple));
                eachEntry(tuple.getValueNode(), List.copyOf(path), visitor);
            }
        } else if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(element -> eachEntry(element, above, visitor));
        }
    }

    /** Visits every scalar value (not key) below a node, in the order of the text. */
    public static void eachScalar(Node root, Consumer<ScalarNode> visitor) {
        if (root instanceof ScalarNode scalar) {
            visitor.accept(scalar);
        } else if (root instanceof MappingNode mapping) {
            mapping.getValue().forEach(tuple -> eachScalar(tuple.getValueNode(), visitor));
        } else if (root instanceof SequenceNode sequence) {
            sequence.getValue().forEach(element -> eachScalar(element, visitor));
        }
    }

    /** The node's content without layout and comments: equal text means equal meaning. */
    static String canonical(Node node, UnaryOperator<String> scalars) {
        StringBuilder text = new StringBuilder();
        canonical(node, scalars, text);
        return text.toString();
    }

    private static void canonical(Node node, UnaryOperator<String> scalars, StringBuilder text) {
        if (node instanceof MappingNode mapping) {
            text.append('{');
            for (NodeTuple tuple : mapping.getValue()) {
                canonical(tuple.getKeyNode(), UnaryOperator.identity(), text);
                text.append(':');
                canonical(tuple.getValueNode(), scalars, text);
                text.append(',');
            }
            text.append('}');
        } else if (node instanceof SequenceNode sequence) {
            text.append('[');
            sequence.getValue().forEach(element -> canonical(element, scalars, text));
            text.append(']');
        } else {
            String value = scalars.apply(text(node));
            text.append(node.getTag())
                    .append(value.length())
                    .append('"')
                    .append(value)
                    .append('"');
        }
    }
}
