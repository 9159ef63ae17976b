package io.github.dtstream.route.check;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.route.model.EndpointUse;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.text.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds routes that read the alarms of a rule that does not exist. Such a route would wait for ever. */
final class AlarmNamesCheck {
    private final RouteSet routes;
    private final Map<RouteUnit, List<EndpointUse>> uses;
    private final List<String> names;

    /** @param uses the endpoints of each enabled route */
    AlarmNamesCheck(RouteSet routes, Map<RouteUnit, List<EndpointUse>> uses, List<AlarmRule> rules) {
        this.routes = routes;
        this.uses = uses;
        this.names = rules.stream().map(AlarmRule::name).toList();
    }

    /** The findings are warnings, as the rule may be written next. */
    List<Finding> check() {
        List<Finding> findings = new ArrayList<>();
        uses.forEach((unit, endpoints) -> endpoints.stream()
                .filter(use -> use.isSource() && use.scheme().equals("dt-alarm"))
                .forEach(use -> check(unit, use, findings)));
        return findings;
    }

    private void check(RouteUnit unit, EndpointUse use, List<Finding> findings) {
        for (String name : routes.resolve(use.path()).split(",")) {
            if (!name.contains("*") && !name.contains("{{") && !names.contains(name)) {
                String hint = NearestName.question(name, names)
                        .orElse(
                                names.isEmpty()
                                        ? "rules stand in alarms.yaml beside the routes"
                                        : "there are " + String.join(", ", names));
                findings.add(RouteDocument.at(
                        unit.file(), use.node(), Severity.WARNING, "there is no alarm rule '" + name + "'", hint));
            }
        }
    }
}
