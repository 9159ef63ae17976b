package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.text.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/**
 * A file of test cases, parsed. Immutable.
 *
 * @param file the file
 * @param tested the id or the file name of the tested route; for alarm rules the name of a rule or of a file; empty if
 *     it is not given
 * @param isOfAlarms whether it tests alarm rules
 * @param devices the devices; empty or missing if the file has none
 * @param cases the cases
 * @param findings the errors in the file; if there are any, the cases must not be run
 */
record TestFile(
        RouteFile file, String tested, boolean isOfAlarms, JsonNode devices, List<Case> cases, List<Finding> findings) {
    private static final List<String> KEYS = List.of("route", "alarms", "devices", "tests");
    private static final List<String> DEVICE_KEYS = List.of("id", "type", "productNumber", "labels");
    private static final List<String> CASE_KEYS =
            List.of("name", "properties", "given", "file", "batch", "received", "expect", "others", "fails");

    private static final List<String> ALARM_CASE_KEYS = List.of("name", "properties", "given", "expect", "others");

    /** The device of that identifier; a missing node if the file has none. */
    JsonNode device(String id) {
        for (JsonNode device : devices) {
            if (device.path("id").asText().equals(id)) {
                return device;
            }
        }
        return MissingNode.getInstance();
    }

    /** One case: the line on which it begins, and its fields. */
    record Case(int line, JsonNode fields) {
        String name() {
            return fields.path("name").asText("unnamed");
        }
    }

    static TestFile parse(RouteFile file) {
        List<Finding> findings = new ArrayList<>();
        Optional<Node> root = RouteDocument.compose(file, findings);
        if (root.isEmpty()) {
            return new TestFile(file, "", false, MissingNode.getInstance(), List.of(), findings);
        }
        keys(file, root.get(), KEYS, findings);
        Node devices = Nodes.value(root.get(), "devices");
        Nodes.elements(devices).forEach(one -> keys(file, one, DEVICE_KEYS, findings));
        List<Case> cases = new ArrayList<>();
        boolean isOfAlarms = Nodes.value(root.get(), "alarms") != null;
        for (Node node : Nodes.elements(Nodes.value(root.get(), "tests"))) {
            keys(file, node, isOfAlarms ? ALARM_CASE_KEYS : CASE_KEYS, findings);
            List<String> expected = isOfAlarms ? AlarmExpectations.KEYS : Expectation.KEYS;
            Nodes.elements(Nodes.value(node, "expect")).forEach(one -> keys(file, one, expected, findings));
            if (isOfAlarms) {
                Nodes.elements(Nodes.value(node, "given")).forEach(one -> keys(file, one, AlarmSteps.KEYS, findings));
            }
            cases.add(
                    new Case(node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0), NodeJson.of(node)));
        }
        if (findings.isEmpty() && cases.isEmpty()) {
            findings.add(RouteDocument.at(
                    file, root.get(), Severity.ERROR, "there are no test cases", "list them under 'tests:'"));
        }
        JsonNode known = devices == null ? MissingNode.getInstance() : NodeJson.of(devices);
        String tested =
                Nodes.textAt(root.get(), isOfAlarms ? "alarms" : "route").orElse("");
        return new TestFile(file, tested, isOfAlarms, known, cases, findings);
    }

    private static void keys(RouteFile file, Node node, List<String> valid, List<Finding> findings) {
        if (!(node instanceof MappingNode mapping)) {
            String message = "expected keys of: " + String.join(", ", valid);
            findings.add(RouteDocument.at(file, node, Severity.ERROR, message, null));
            return;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = Nodes.text(tuple.getKeyNode());
            if (!valid.contains(key)) {
                String hint = NearestName.question(key, valid).orElse("it can be: " + String.join(", ", valid));
                findings.add(
                        RouteDocument.at(file, tuple.getKeyNode(), Severity.ERROR, "unknown key '" + key + "'", hint));
            }
        }
    }
}
