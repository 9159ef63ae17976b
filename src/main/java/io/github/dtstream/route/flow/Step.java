package io.github.dtstream.route.flow;

import io.github.dtstream.route.model.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * One step of a route. Immutable.
 *
 * @param name its name in the YAML DSL
 * @param entry the step in its file
 */
record Step(String name, NodeTuple entry) {
    /** Steps that only change the exchange. They deliver nothing, so nothing is lost if they are not reached. */
    private static final Set<String> LOCAL = Set.of(
            "log",
            "setBody",
            "setHeader",
            "setHeaders",
            "setProperty",
            "setVariable",
            "setVariables",
            "setExchangePattern",
            "removeHeader",
            "removeHeaders",
            "removeProperty",
            "removeProperties",
            "removeVariable",
            "convertBodyTo",
            "convertHeaderTo",
            "convertVariableTo",
            "marshal",
            "unmarshal",
            "transform",
            "transformDataType",
            "delay",
            "sort",
            "stop");

    private static final Set<String> CONTAINERS = Set.of("choice", "filter", "doTry", "pipeline", "step", "loop");

    /** The keys below which a step holds others. */
    private static final List<String> BRANCHES =
            List.of("steps", "when", "otherwise", "doCatch", "onFallback", "doFinally");

    /** An expression of a step: the name of its language, its text, and the text's node. */
    record Expression(String language, String text, Node node) {}

    /** The steps in a list of them; those that are disabled are left out, as Camel does. */
    static List<Step> in(@Nullable Node list) {
        List<Step> steps = new ArrayList<>();
        for (Node element : Nodes.elements(list)) {
            if (element instanceof MappingNode mapping && mapping.getValue().size() == 1) {
                Step step = new Step(
                        Nodes.text(mapping.getValue().get(0).getKeyNode()),
                        mapping.getValue().get(0));
                if (!step.isSet("disabled")) {
                    steps.add(step);
                }
            }
        }
        return steps;
    }

    Node node() {
        return entry.getKeyNode();
    }

    Node content() {
        return entry.getValueNode();
    }

    Optional<String> option(String key) {
        return Nodes.textAt(content(), key);
    }

    boolean isSet(String key) {
        return option(key).orElse("").toLowerCase(Locale.ROOT).equals("true");
    }

    boolean has(String key) {
        return Nodes.value(content(), key) != null;
    }

    /** The lists of steps inside it, in the order of the text. */
    List<List<Step>> branches() {
        List<List<Step>> branches = new ArrayList<>();
        for (String key : BRANCHES) {
            Node value = Nodes.value(content(), key);
            if (key.equals("steps") && value != null) {
                branches.add(in(value));
            } else if (value instanceof MappingNode) {
                branches.add(in(Nodes.value(value, "steps")));
            } else {
                Nodes.elements(value).forEach(one -> branches.add(in(Nodes.value(one, "steps"))));
            }
        }
        return branches;
    }

    /** Whether the step may deliver something. */
    boolean delivers() {
        return CONTAINERS.contains(name)
                ? branches().stream().flatMap(List::stream).anyMatch(Step::delivers)
                : !LOCAL.contains(name);
    }

    /** The step's own expression, in any form of the YAML DSL. */
    Optional<Expression> expression(Set<String> languages) {
        return expressionIn(content(), languages);
    }

    static Optional<Expression> expressionIn(@Nullable Node holder, Set<String> languages) {
        if (holder instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                String key = Nodes.key(tuple);
                if (key.equals("expression") && tuple.getValueNode() instanceof MappingNode) {
                    return expressionIn(tuple.getValueNode(), languages);
                }
                if (languages.contains(key)) {
                    return text(key, tuple.getValueNode());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Expression> text(String language, Node value) {
        Node text = value instanceof ScalarNode ? value : Nodes.value(value, "expression");
        return text instanceof ScalarNode scalar
                ? Optional.of(new Expression(language, scalar.getValue(), scalar))
                : Optional.of(new Expression(language, "", value));
    }

    /** The entries of the step itself, without those of the steps inside it. */
    List<NodeTuple> own() {
        List<NodeTuple> own = new ArrayList<>();
        collect(content(), own);
        return own;
    }

    private static void collect(Node node, List<NodeTuple> own) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (!Nodes.key(tuple).equals("steps")) {
                    own.add(tuple);
                    collect(tuple.getValueNode(), own);
                }
            }
        } else {
            Nodes.elements(node).forEach(element -> collect(element, own));
        }
    }
}
