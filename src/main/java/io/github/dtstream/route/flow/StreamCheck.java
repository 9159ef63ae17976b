package io.github.dtstream.route.flow;

import io.github.dtstream.route.model.EndpointUse;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.model.TemplatedRoute;
import io.github.dtstream.text.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Finds routes that read a stream without a name of their own, which their cursor is kept by. */
public final class StreamCheck {
    private static final String STREAM = "dt-stream";
    private static final String NAME = "subscriber";

    private final RouteSet routes;

    /** A route that reads under a name, and where that stands. */
    private record Reader(RouteUnit unit, Node node) {}

    public StreamCheck(RouteSet routes) {
        this.routes = routes;
    }

    static boolean isStream(EndpointUse use) {
        return use.isSource() && use.scheme().equals(STREAM);
    }

    /** Whether a route begins with a stream. */
    static boolean isStream(@Nullable Node from) {
        return Nodes.textAt(from, "uri").orElse("").trim().startsWith(STREAM + ":");
    }

    /**
     * @param uses the endpoints of each route that runs
     * @param templated what the routes that are made from templates read
     */
    public List<Finding> check(Map<RouteUnit, List<EndpointUse>> uses, List<TemplatedRoute> templated) {
        List<Finding> findings = new ArrayList<>();
        Map<String, Reader> readers = new HashMap<>();
        uses.forEach((unit, endpoints) ->
                endpoints.stream().filter(StreamCheck::isStream).forEach(use -> written(unit, use, readers, findings)));
        for (TemplatedRoute route : templated) {
            if (route.source().startsWith(STREAM + ":")) {
                String stream = route.source().replaceFirst("\\?.*", "");
                claim(stream, route.option(NAME), route.unit(), route.node(), readers, findings);
            }
        }
        return findings;
    }

    private void written(RouteUnit unit, EndpointUse use, Map<String, Reader> readers, List<Finding> findings) {
        EndpointUse.Option option = use.options().get(NAME);
        if (option == null && use.options().keySet().stream().anyMatch(StreamCheck::isMisspelt)) {
            return;
        }
        claim(
                STREAM + ":" + routes.resolve(use.path()),
                use.option(NAME).map(routes::resolve).orElse(""),
                unit,
                option == null ? use.node() : option.node(),
                readers,
                findings);
    }

    /** Then it is complained of as an unknown option, and once is enough. */
    private static boolean isMisspelt(String option) {
        return NearestName.of(option, Set.of(NAME)).isPresent();
    }

    private void claim(
            String stream,
            String name,
            RouteUnit unit,
            Node node,
            Map<String, Reader> readers,
            List<Finding> findings) {
        if (name.isBlank()) {
            String hint = "the cursor is kept under it, so give each route its own and keep it";
            findings.add(RouteDocument.at(unit.file(), node, Severity.ERROR, STREAM + " has no '" + NAME + "'", hint));
            return;
        }
        Reader reader = new Reader(unit, node);
        Reader first = readers.putIfAbsent(stream + "?" + name, reader);
        if (first != null) {
            boolean isFirstNewer = routes.isNewer(first.unit(), unit);
            Reader newer = isFirstNewer ? first : reader;
            RouteUnit older = isFirstNewer ? unit : first.unit();
            findings.add(RouteDocument.at(
                    newer.unit().file(),
                    newer.node(),
                    Severity.ERROR,
                    "the subscriber '" + name + "' of " + stream + " is already the route '" + older.id() + "' in "
                            + older.file().label() + ":" + older.line(),
                    "give each route its own name"));
        }
    }
}
