package io.github.dtstream.route;

import io.github.dtstream.route.Finding.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds {@code direct:} and {@code seda:} targets that no route serves. */
final class TargetCheck {
    private static final Set<String> INTERNAL = Set.of("direct", "seda");

    private final RouteSet routes;
    private final Map<RouteUnit, List<EndpointUse>> uses;
    private final Map<String, RouteUnit> served = new HashMap<>();

    /** @param uses the endpoints of each route that runs */
    TargetCheck(RouteSet routes, Map<RouteUnit, List<EndpointUse>> uses) {
        this.routes = routes;
        this.uses = uses;
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
                .forEach(use -> findings.add(RouteDocument.at(
                        unit.file(),
                        use.node(),
                        Severity.ERROR,
                        "no route serves '" + routes.resolve(use.address()) + "'",
                        hint(use).orElse(null)))));
        return findings;
    }

    private Optional<String> hint(EndpointUse use) {
        String address = routes.resolve(use.address());
        Optional<String> off = switchedOff(address);
        if (off.isPresent()) {
            return off.map(id -> "the route '" + id + "' would, but its precondition does not hold");
        }
        List<String> near = served.keySet().stream()
                .filter(other -> INTERNAL.contains(other.substring(0, other.indexOf(':'))))
                .toList();
        return NearestName.of(address, near).map(name -> "did you mean '" + name + "'?");
    }

    private Optional<String> switchedOff(String address) {
        for (RouteDocument document : routes.documents()) {
            for (RouteUnit unit : routes.units()) {
                if (unit.file().equals(document.file()) && !unit.included()) {
                    List<String> sources = new ArrayList<>();
                    Nodes.eachEntry(
                            document.items().get(unit.index()).node(),
                            (above, entry) -> EndpointUse.of(entry)
                                    .filter(EndpointUse::isSource)
                                    .ifPresent(use -> sources.add(routes.resolve(use.address()))));
                    if (sources.contains(address)) {
                        return Optional.of(unit.id());
                    }
                }
            }
        }
        return Optional.empty();
    }
}
