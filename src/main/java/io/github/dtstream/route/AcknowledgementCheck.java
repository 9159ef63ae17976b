package io.github.dtstream.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/**
 * Finds steps that let an exchange complete before its work is done, or without all of it. The subscriber's cursor moves when the exchange
 * completes, so what such a step still holds is lost if the process ends.
 */
final class AcknowledgementCheck {
    private static final Set<String> LEGS = Set.of("multicast", "split", "recipientList");
    private static final String HINT = "what it still holds is lost if the process ends then";

    private AcknowledgementCheck() {}

    static List<Finding> check(RouteDocument document, Node route) {
        List<Finding> findings = new ArrayList<>();
        Nodes.eachEntry(route, (above, entry) -> check(document, above, entry, findings));
        return findings;
    }

    private static void check(RouteDocument document, List<String> above, NodeTuple entry, List<Finding> findings) {
        String key = Nodes.text(entry.getKeyNode());
        boolean isStep = !above.isEmpty() && above.get(above.size() - 1).equals("steps");
        if (isStep && key.equals("aggregate")) {
            warn(
                    document,
                    entry,
                    "'aggregate' acknowledges events before the aggregated exchange is delivered",
                    findings);
        } else if (isStep && key.equals("split") && stopsEarly(entry.getValueNode())) {
            findings.add(document.error(
                    entry.getKeyNode(),
                    "a 'stop' inside a 'split' with 'stopOnException' leaves out all events that come after it, too",
                    "put the steps for the other events into a filter, in place of the stop"));
        } else if (isStep && key.equals("wireTap")) {
            warn(document, entry, "'wireTap' acknowledges events before the tapped copy is delivered", findings);
        } else if (isStep && above.stream().anyMatch(LEGS::contains)) {
            EndpointUse.of(entry).filter(use -> use.scheme().equals("seda")).ifPresent(use -> {
                String around = above.stream()
                        .filter(LEGS::contains)
                        .reduce((first, last) -> last)
                        .orElseThrow();
                warn(
                        document,
                        entry,
                        "'seda' inside '" + around + "' acknowledges events before they are delivered",
                        findings);
            });
        }
    }

    /** Camel takes the end of a part by {@code stop} for a failure, one that nobody is told of. */
    private static boolean stopsEarly(Node split) {
        List<String> keys = new ArrayList<>();
        Nodes.eachEntry(split, (above, entry) -> keys.add(Nodes.text(entry.getKeyNode())));
        return Nodes.textAt(split, "stopOnException").orElse("").equals("true") && keys.contains("stop");
    }

    private static void warn(RouteDocument document, NodeTuple entry, String message, List<Finding> findings) {
        findings.add(document.warning(entry.getKeyNode(), message, HINT));
    }
}
