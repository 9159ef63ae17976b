package io.github.dtstream.route.flow;

import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The steps of a route, for a drawing. Pure. */
public final class RouteDrawing {
    /** The keys that describe a step best; the first that the step has is shown. */
    private static final List<String> TELLING =
            List.of("uri", "message", "simple", "jq", "jsonpath", "constant", "expression", "name", "ref", "id");

    private static final int DEEPEST = 20;

    private RouteDrawing() {}

    /**
     * One step.
     *
     * @param step its name in the YAML DSL
     * @param what a short description; may be empty
     * @param children the steps inside it
     */
    public record Drawn(String step, String what, List<Drawn> children) {
        public Drawn {
            children = List.copyOf(children);
        }
    }

    /** The routes of a file, by their ids; a file that is not YAML has none. */
    public static Map<String, List<Drawn>> of(RouteFile file, RouteSet routes) {
        RouteDocument document = RouteDocument.parse(file);
        Map<String, List<Drawn>> drawn = new LinkedHashMap<>();
        for (RouteUnit unit : routes.units()) {
            if (unit.file().name().equals(file.name())
                    && unit.index() < document.items().size()) {
                drawn.put(unit.id(), route(document.items().get(unit.index()).content()));
            }
        }
        return drawn;
    }

    private static List<Drawn> route(Node content) {
        Node from = Nodes.value(content, "from");
        Node source = from == null ? content : from;
        List<Drawn> steps = new ArrayList<>();
        steps.add(new Drawn("from", what(source, 0), List.of()));
        Node inner = Nodes.value(source, "steps");
        steps.addAll(steps(inner == null ? Nodes.value(content, "steps") : inner, 0));
        return steps;
    }

    private static List<Drawn> steps(@Nullable Node list, int depth) {
        List<Drawn> drawn = new ArrayList<>();
        if (depth > DEEPEST || list == null) {
            return drawn;
        }
        for (Step step : Step.in(list)) {
            drawn.add(new Drawn(step.name(), what(step.content(), 0), children(step.content(), depth)));
        }
        return drawn;
    }

    /** The steps inside a step, and its branches, each of which is shown as a step. */
    private static List<Drawn> children(Node content, int depth) {
        List<Drawn> children = new ArrayList<>(steps(Nodes.value(content, "steps"), depth + 1));
        for (String branch : List.of("when", "otherwise", "doCatch", "onFallback", "doFinally")) {
            Node value = Nodes.value(content, branch);
            List<Node> branches = value instanceof MappingNode ? List.of(value) : Nodes.elements(value);
            for (Node one : branches) {
                children.add(new Drawn(branch, what(one, 0), steps(Nodes.value(one, "steps"), depth + 1)));
            }
        }
        return children;
    }

    private static String what(Node content, int depth) {
        if (content instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        for (String key : TELLING) {
            Node value = Nodes.value(content, key);
            if (value != null && depth < DEEPEST) {
                String text = what(value, depth + 1);
                if (!text.isEmpty()) {
                    return text + parameters(content);
                }
            }
        }
        return "";
    }

    /** The parameter that distinguishes endpoints of the same component. */
    private static String parameters(Node content) {
        return Optional.ofNullable(Nodes.value(content, "parameters"))
                .filter(MappingNode.class::isInstance)
                .map(MappingNode.class::cast)
                .flatMap(mapping ->
                        mapping.getValue().stream().filter(RouteDrawing::isName).findFirst())
                .map(tuple -> " (" + Nodes.text(tuple.getValueNode()) + ")")
                .orElse("");
    }

    private static boolean isName(NodeTuple tuple) {
        return List.of("subscriber", "fileName", "topic").contains(Nodes.text(tuple.getKeyNode()));
    }
}
