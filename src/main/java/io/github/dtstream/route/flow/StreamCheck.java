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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Finds routes that read a stream without a subscriber of their own. The subscriber names the route's cursor. */
public final class StreamCheck {
    /** The components that read a journal. */
    private static final Set<String> STREAMS = Set.of("dt-stream", "dt-alarm");

    private static final String ALARMS = "dt-alarm";
    /** The subscriber of the alarm engine. */
    private static final String RESERVED = "alarms";

    private static final String NAME = "subscriber";
    private static final String STREAM = "stream";
    /** The stream of an address that names none. */
    private static final String USUAL_STREAM = "default";

    private final RouteSet routes;

    /** A route that uses a subscriber, and the node that names it. */
    private record Reader(RouteUnit unit, Node node) {}

    public StreamCheck(RouteSet routes) {
        this.routes = routes;
    }

    static boolean isStream(EndpointUse use) {
        return use.isSource() && STREAMS.contains(use.scheme());
    }

    /** Whether a route begins with a stream. */
    static boolean isStream(@Nullable Node from) {
        return isStream(Nodes.textAt(from, "uri").orElse("").trim());
    }

    /** Whether an address is that of a stream. */
    static boolean isStream(String address) {
        return STREAMS.stream().anyMatch(scheme -> address.startsWith(scheme + ":"));
    }

    /**
     * The journals that an address reads, for messages: one for each of its projects. All {@code dt-alarm} addresses read the
     * same one.
     *
     * @param stream the option of that name; may be blank
     */
    private static List<String> journals(String address, String stream) {
        if (address.startsWith(ALARMS + ":")) {
            return List.of(ALARMS);
        }
        String scheme = address.replaceFirst(":.*", ":");
        String suffix = stream.isBlank() || stream.equals(USUAL_STREAM) ? "" : "/" + stream;
        return Stream.of(address.substring(scheme.length()).split(",", -1))
                .map(project -> scheme + project.trim() + suffix)
                .distinct()
                .toList();
    }

    /**
     * @param uses the endpoints of each enabled route
     * @param templated the endpoints of routes that are made from templates
     */
    public List<Finding> check(Map<RouteUnit, List<EndpointUse>> uses, List<TemplatedRoute> templated) {
        List<Finding> findings = new ArrayList<>();
        Map<String, Reader> readers = new HashMap<>();
        uses.forEach((unit, endpoints) ->
                endpoints.stream().filter(StreamCheck::isStream).forEach(use -> written(unit, use, readers, findings)));
        for (TemplatedRoute route : templated) {
            if (isStream(route.source())) {
                String address = route.source().replaceFirst("\\?.*", "").replaceFirst(":/*", ":");
                claim(
                        journals(address, route.option(STREAM)),
                        route.option(NAME),
                        route.unit(),
                        route.node(),
                        readers,
                        findings);
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
                journals(
                        use.scheme() + ":" + routes.resolve(use.path()),
                        use.option(STREAM).map(routes::resolve).orElse("")),
                use.option(NAME).map(routes::resolve).orElse(""),
                unit,
                option == null ? use.node() : option.node(),
                readers,
                findings);
    }

    /** Whether the option is a misspelt 'subscriber', which is reported as an unknown option already. */
    private static boolean isMisspelt(String option) {
        return NearestName.of(option, Set.of(NAME)).isPresent();
    }

    /** Claims a subscriber in several journals; tells of the first that has another route. */
    private void claim(
            List<String> streams,
            String name,
            RouteUnit unit,
            Node node,
            Map<String, Reader> readers,
            List<Finding> findings) {
        int before = findings.size();
        for (String stream : streams) {
            if (findings.size() == before) {
                claim(stream, name, unit, node, readers, findings);
            }
        }
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
            String scheme = stream.replaceFirst(":.*", "");
            findings.add(RouteDocument.at(unit.file(), node, Severity.ERROR, scheme + " has no '" + NAME + "'", hint));
            return;
        }
        if (name.equals(RESERVED) && !stream.equals(ALARMS)) {
            findings.add(RouteDocument.at(
                    unit.file(),
                    node,
                    Severity.ERROR,
                    "the subscriber '" + RESERVED + "' is the one that raises alarms",
                    "give the route another name"));
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
