package io.github.dtstream.route.check;

import io.github.dtstream.route.model.EndpointUse;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.model.TemplatedRoute;
import io.github.dtstream.text.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** Finds {@code direct:} and {@code seda:} targets that no route serves. */
final class TargetCheck {
    private static final Set<String> INTERNAL = Set.of("direct", "seda");

    private final RouteSet routes;
    private final Map<RouteUnit, List<EndpointUse>> uses;
    private final List<TemplatedRoute> templated;
    private final Map<String, RouteUnit> served = new HashMap<>();

    /**
     * @param uses the endpoints of each enabled route
     * @param templated the endpoints of routes that are made from templates
     */
    TargetCheck(RouteSet routes, Map<RouteUnit, List<EndpointUse>> uses, List<TemplatedRoute> templated) {
        this.routes = routes;
        this.uses = uses;
        this.templated = templated;
        templated.forEach(route -> served.put(route.source().replaceFirst("\\?.*", ""), route.unit()));
        uses.forEach((unit, endpoints) -> endpoints.stream()
                .filter(EndpointUse::isSource)
                .forEach(use -> served.put(routes.resolve(use.address()), unit)));
    }

    List<Finding> check() {
        List<Finding> findings = new ArrayList<>();
        uses.forEach((unit, endpoints) -> endpoints.stream()
                .filter(use -> !use.isSource() && INTERNAL.contains(use.scheme()) && !use.dynamic())
                .filter(use -> !use.option("failIfNoConsumers").orElse("").equals("false"))
                .filter(use -> !served.containsKey(routes.resolve(use.address())))
                .forEach(use -> findings.add(unserved(unit, use.node(), routes.resolve(use.address())))));
        for (TemplatedRoute route : templated) {
            route.targets().stream()
                    .filter(target -> INTERNAL.contains(target.substring(0, target.indexOf(':'))))
                    .filter(target -> !target.contains("failIfNoConsumers=false"))
                    .map(target -> target.replaceFirst("\\?.*", ""))
                    .filter(target -> !served.containsKey(target))
                    .forEach(target -> findings.add(unserved(route.unit(), route.node(), target)));
        }
        return findings;
    }

    private Finding unserved(RouteUnit unit, Node node, String address) {
        return RouteDocument.at(unit.file(), node, Severity.ERROR, "no route serves '" + address + "'", hint(address));
    }

    private String hint(String address) {
        Optional<String> off = switchedOff(address);
        if (off.isPresent()) {
            return "the route '" + off.get() + "' would, but its precondition does not hold";
        }
        List<String> near = served.keySet().stream()
                .filter(other -> INTERNAL.contains(other.substring(0, other.indexOf(':'))))
                .toList();
        return NearestName.question(address, near)
                .orElse("it takes a route that begins with from: {uri: '" + address + "'}");
    }

    private Optional<String> switchedOff(String address) {
        for (RouteDocument document : routes.documents()) {
            for (RouteUnit unit : routes.units()) {
                if (unit.file().equals(document.file()) && !unit.included()) {
                    boolean serves = EndpointUse.in(
                                    document.items().get(unit.index()).node())
                            .stream()
                            .filter(EndpointUse::isSource)
                            .anyMatch(use -> routes.resolve(use.address()).equals(address));
                    if (serves) {
                        return Optional.of(unit.id());
                    }
                }
            }
        }
        return Optional.empty();
    }
}
