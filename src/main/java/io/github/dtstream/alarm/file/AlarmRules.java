package io.github.dtstream.alarm.file;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The content of files of alarm rules. Immutable.
 *
 * @param rules in the order of files and lines, without those that have an error or whose precondition is false
 * @param leftOut the rules whose precondition is false
 * @param findings the errors and warnings, in that order
 */
public record AlarmRules(List<AlarmRule> rules, List<AlarmRule> leftOut, List<Finding> findings) {
    public AlarmRules {
        rules = List.copyOf(rules);
        leftOut = List.copyOf(leftOut);
        findings = List.copyOf(findings);
    }

    /** Whether there is no error. */
    public boolean isGood() {
        return findings.stream().noneMatch(Finding::isError);
    }

    /** Reads the rules of several files together, as a name must be unique in all of them. */
    public static AlarmRules read(Collection<RouteFile> files, Placeholders placeholders) {
        List<AlarmRule> rules = new ArrayList<>();
        List<AlarmRule> leftOut = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        Map<String, String> places = new HashMap<>();
        for (RouteFile file : files) {
            Complaints complaints = new Complaints(file, placeholders);
            for (Node node : elements(file, complaints)) {
                Optional<AlarmRule> rule = RuleReader.read(node, complaints);
                sayIfTwice(node, places, complaints);
                rule.ifPresent(one -> (Precondition.holds(node, complaints) ? rules : leftOut).add(one));
            }
            findings.addAll(complaints.findings());
        }
        return new AlarmRules(rules, leftOut, findings);
    }

    private static List<Node> elements(RouteFile file, Complaints complaints) {
        String example = "alarms:, and below it a list of rules: - alarm: its-name";
        Optional<Node> list = RouteDocument.compose(file, complaints.findings())
                .flatMap(root -> Section.of(root, "a file of alarm rules", example, List.of("alarms"), complaints))
                .flatMap(section -> section.required("alarms", "a file of alarm rules", "alarms: []"));
        if (list.isPresent() && !(list.get() instanceof SequenceNode)) {
            complaints.error(
                    list.get(), "'alarms' is a list of rules", "begin each of them with a hyphen: - alarm: its-name");
        }
        return list.map(Nodes::elements).orElse(List.of());
    }

    private static void sayIfTwice(Node node, Map<String, String> places, Complaints complaints) {
        Node name = Nodes.value(node, "alarm");
        if (name == null || Nodes.text(name).isBlank()) {
            return;
        }
        Finding here = RouteDocument.at(complaints.file(), name, Finding.Severity.ERROR, "", null);
        String first = places.putIfAbsent(Nodes.text(name), here.file() + ":" + here.line());
        if (first != null) {
            complaints.error(
                    name,
                    "the alarm '" + Nodes.text(name) + "' is already in " + first,
                    "give one of the two another name");
        }
    }
}
