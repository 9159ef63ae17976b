package io.github.dtstream.route.flow;

import io.github.dtstream.route.flow.Passage.Body;
import io.github.dtstream.route.flow.Passage.Headers;
import io.github.dtstream.route.model.EndpointUse;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.model.TemplatedRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Follows events from each route that reads a stream through its steps and through the routes that these call, and
 * applies rules to every step. A step can be right for one event and wrong for a whole batch, or right at the end of a
 * route and wrong in the middle, so the rules get what comes to the step. Used once, by one thread.
 */
public final class EventFlow {
    private static final Set<String> FILE_LEVEL =
            Set.of("onException", "onCompletion", "intercept", "interceptFrom", "interceptSendToEndpoint");
    /** Components whose producers do not change the message. */
    private static final Set<String> ONE_WAY =
            Set.of("file", "log", "dt-mqtt", "paho-mqtt5", "paho", "kafka", "mock", "seda");

    /** Steps that work on copies of the exchange. The batch does not wait for a copy that is in a queue. */
    private static final Set<String> COPYING = Set.of("split", "multicast", "recipientList");

    private static final Set<String> QUIET = Set.of("http", "https");

    private final RouteSet routes;
    private final Set<String> languages;
    private final List<Rule> rules;
    private final Map<String, List<Place>> served = new LinkedHashMap<>();
    private final Map<Visit, Passage> visited = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();

    /** A check of one step. */
    @FunctionalInterface
    interface Rule {
        void check(Step step, Passage comes, Site site);
    }

    /** A route with its file, its {@code from}, and its own error handler. */
    private record Place(
            String id,
            RouteDocument document,
            @Nullable Node from,
            @Nullable Node errorHandler) {}

    private record Visit(Place place, Passage comes) {}

    /** The route of a step; takes the findings about the step. */
    final class Site {
        private final Place place;

        private Site(Place place) {
            this.place = place;
        }

        String resolve(String text) {
            return routes.resolve(text);
        }

        Set<String> languages() {
            return languages;
        }

        /** The addresses that routes serve. */
        Set<String> served() {
            return served.keySet();
        }

        /** Whether the step is the only one of a route that reads a stream. */
        boolean isAll(Step step) {
            List<Step> all = Step.in(Nodes.value(place.from(), "steps"));
            return all.size() == 1
                    && all.get(0).node().equals(step.node())
                    && !step.has("aggregationStrategy")
                    && StreamCheck.isStream(place.from());
        }

        Targets targets(Step step) {
            return Targets.of(step, languages, routes::resolve);
        }

        void error(Passage comes, Node node, String message, String hint) {
            add(comes, node, Severity.ERROR, message, hint);
        }

        void warning(Passage comes, Node node, String message, String hint) {
            add(comes, node, Severity.WARNING, message, hint);
        }

        private void add(Passage comes, Node node, Severity severity, String message, String hint) {
            String from = comes.reader().equals(place.id())
                    ? ""
                    : " (events come here from the route '" + comes.reader() + "')";
            Finding finding = RouteDocument.at(place.document().file(), node, severity, message + from, hint);
            if (told.add(finding.file() + ":" + finding.line() + ":" + finding.column() + message)) {
                findings.add(finding);
            }
        }
    }

    /** @param languages the keys of expressions in the YAML DSL */
    public EventFlow(RouteSet routes, List<TemplatedRoute> templated, Set<String> languages, List<Rule> rules) {
        this.routes = routes;
        this.languages = languages;
        this.rules = List.copyOf(rules);
        for (RouteUnit unit : routes.units()) {
            if (unit.included() && !unit.isTemplated()) {
                document(unit.file()).ifPresent(document -> place(unit, document));
            }
        }
        for (TemplatedRoute route : templated) {
            place(route);
        }
    }

    private Optional<RouteDocument> document(RouteFile file) {
        return routes.documents().stream()
                .filter(document -> document.file().equals(file))
                .findFirst();
    }

    private void place(RouteUnit unit, RouteDocument document) {
        RouteDocument.Item item = document.items().get(unit.index());
        Node from = source(item);
        String address = Nodes.textAt(from, "uri").map(routes::resolve).orElse("");
        serve(address, new Place(unit.id(), document, from, errorHandler(item)));
    }

    private void place(TemplatedRoute route) {
        String name = routes.resolve(Nodes.textAt(Nodes.value(route.node(), "templatedRoute"), "routeTemplateRef")
                .orElse(""));
        for (RouteDocument document : routes.documents()) {
            for (RouteDocument.Item item : document.items()) {
                if (item.kind().equals("routeTemplate")
                        && Nodes.textAt(item.content(), "id").orElse("").equals(name)) {
                    serve(route.source(), new Place(route.unit().id(), document, source(item), errorHandler(item)));
                }
            }
        }
    }

    private void serve(String uri, Place place) {
        String address = uri.replaceFirst("\\?.*", "").replaceFirst("://", ":").trim();
        served.computeIfAbsent(address, key -> new ArrayList<>()).add(place);
    }

    private static @Nullable Node source(RouteDocument.Item item) {
        if (item.kind().equals("from")) {
            return item.content();
        }
        Node route = Nodes.value(item.content(), "route");
        return Nodes.value(route == null ? item.content() : route, "from");
    }

    private static @Nullable Node errorHandler(RouteDocument.Item item) {
        Node route = Nodes.value(item.content(), "route");
        return Nodes.value(route == null ? item.content() : route, "errorHandler");
    }

    public List<Finding> check() {
        Set<RouteDocument> reading = new HashSet<>();
        served.forEach((address, places) -> {
            if (StreamCheck.isStream(address)) {
                for (Place place : places) {
                    reading.add(place.document());
                    enter(place, Passage.ofBatch(place.id()));
                }
            }
        });
        for (RouteDocument document : routes.documents()) {
            for (RouteDocument.Item item : document.items()) {
                if (item.kind().equals("routeConfiguration") && !reading.isEmpty()) {
                    List<Node> levels = new ArrayList<>(List.of(item.content()));
                    levels.addAll(Nodes.elements(item.content()));
                    levels.forEach(level -> configuration(document, level));
                } else if (FILE_LEVEL.contains(item.kind()) && reading.contains(document)) {
                    fileLevel(document, item.node());
                } else if (item.kind().equals("errorHandler") && reading.contains(document)) {
                    deadLetters(item.content(), aside(document), besides(document));
                }
            }
        }
        return List.copyOf(findings);
    }

    private void configuration(RouteDocument document, Node level) {
        if (level instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (FILE_LEVEL.contains(Nodes.key(tuple))) {
                    Nodes.elements(tuple.getValueNode()).forEach(one -> fileLevel(document, one));
                } else if (Nodes.key(tuple).equals("errorHandler")) {
                    deadLetters(tuple.getValueNode(), aside(document), besides(null));
                }
            }
        }
    }

    /**
     * Follows a file-level item such as {@code onException}, which may get events of any route of the file at any step.
     */
    private void fileLevel(RouteDocument document, Node item) {
        if (item instanceof MappingNode mapping && mapping.getValue().size() == 1) {
            NodeTuple entry = mapping.getValue().get(0);
            Step step = new Step(Nodes.key(entry), entry);
            walk(
                    List.of(step),
                    besides(document).followed(step.name().startsWith("intercept")),
                    new Site(aside(document)));
        }
    }

    private static Place aside(RouteDocument document) {
        return new Place("", document, null, null);
    }

    /**
     * What may come to a file-level item: a whole exchange, or a copy if a route works on copies.
     *
     * @param document the file whose routes count; null for all files
     */
    private Passage besides(@Nullable RouteDocument document) {
        return served.values().stream()
                .flatMap(List::stream)
                .filter(place -> document == null || place.document().equals(document))
                .flatMap(place -> copier(place.from()).stream())
                .findFirst()
                .map(copier -> Passage.ofAnything("").copiedBy(copier))
                .orElseGet(() -> Passage.ofAnything(""));
    }

    /** The step of a route that works on copies, if there is one. */
    private static Optional<String> copier(@Nullable Node from) {
        List<String> found = new ArrayList<>();
        if (from != null) {
            Nodes.eachEntry(from, (above, entry) -> {
                if (COPYING.contains(Nodes.key(entry)) && above.contains("steps")) {
                    found.add(Nodes.key(entry));
                }
            });
        }
        return found.stream().findFirst();
    }

    /** Checks the dead letter endpoint of an error handler, and follows the events there. */
    private void deadLetters(@Nullable Node errorHandler, Place place, Passage comes) {
        Node channel = Nodes.value(errorHandler, "deadLetterChannel");
        if (Nodes.value(channel, "deadLetterUri") instanceof ScalarNode node) {
            EndpointUse use = EndpointUse.parse("deadLetterUri", node, routes.resolve(node.getValue()));
            LossRule.deadLetters(channel, use, comes, new Site(place));
            enterAll(use.address(), use.scheme().equals("seda") ? comes.copiedBy("") : comes);
        }
    }

    /** Follows what comes to a route; returns what comes out of it. */
    private Passage enter(Place place, Passage comes) {
        Visit visit = new Visit(place, comes);
        Passage known = visited.get(visit);
        if (known == null) {
            visited.put(visit, Passage.ofAnything(comes.reader())); // for a route that calls itself
            known = walk(Step.in(Nodes.value(place.from(), "steps")), comes, new Site(place));
            visited.put(visit, known);
            Passage failing = Passage.ofAnything(comes.reader())
                    .copiedBy(copier(place.from()).orElse(comes.copiedBy()));
            deadLetters(place.errorHandler(), place, failing);
        }
        return known;
    }

    private Passage walk(List<Step> steps, Passage comes, Site site) {
        Passage now = comes;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            boolean followed = comes.isFollowed()
                    || steps.subList(i + 1, steps.size()).stream().anyMatch(Step::delivers);
            Passage at = now.followed(followed);
            rules.forEach(rule -> rule.check(step, at, site));
            if (step.name().equals("stop")) {
                return now;
            }
            now = now.goingOnWith(after(step, at, site));
        }
        return now;
    }

    private Passage after(Step step, Passage at, Site site) {
        return switch (step.name()) {
            case "split" -> afterSplit(step, at, site);
            case "multicast" -> {
                eachAlone(step, at.copiedBy("multicast").followed(false), site);
                yield at.withBody(Body.OTHER, false).withHeaders(Headers.UNKNOWN);
            }
            case "loadBalance" ->
                eachAlone(step, step.has("topicLoadBalancer") ? at.copiedBy("loadBalance") : at, site);
            case "pipeline", "step" -> walk(nested(step), at, site);
            case "loop" -> at.or(walk(nested(step), at.followed(true), site));
            case "doTry" -> afterTry(step, at, site);
            case "aggregate", "resequence" -> {
                walk(nested(step), Passage.ofAnything(at.reader()), site);
                yield at;
            }
            case "to", "toD", "recipientList", "routingSlip", "dynamicRouter", "enrich", "pollEnrich", "poll" ->
                afterSending(step, at, site);
            case "bean", "process", "script", "claimCheck", "transformDataType", "kamelet" -> {
                branches(step, at, site);
                yield at.withBody(Body.OTHER, false).withHeaders(Headers.UNKNOWN);
            }
            default -> branches(step, PassageChange.of(step, at, languages, routes::resolve), site);
        };
    }

    private static List<Step> nested(Step step) {
        return Step.in(Nodes.value(step.content(), "steps"));
    }

    private Passage branches(Step step, Passage at, Site site) {
        Passage outcome = at;
        for (List<Step> branch : step.branches()) {
            outcome = outcome.or(walk(branch, at, site));
        }
        return outcome;
    }

    private Passage eachAlone(Step step, Passage at, Site site) {
        Passage outcome = at;
        for (Step leg : nested(step)) {
            outcome = outcome.or(walk(List.of(leg), at, site));
        }
        return outcome;
    }

    private Passage afterTry(Step step, Passage at, Site site) {
        Node last = Nodes.value(step.content(), "doFinally");
        boolean followed =
                at.isFollowed() || Step.in(Nodes.value(last, "steps")).stream().anyMatch(Step::delivers);
        return branches(step, at.followed(followed), site);
    }

    private Passage afterSplit(Step step, Passage at, Site site) {
        boolean isOfEvents = at.body() == Body.BATCH
                && step.expression(languages)
                        .filter(expression -> expression.text().trim().matches("\\$\\{(in\\.)?body}"))
                        .isPresent();
        Headers headers = isOfEvents ? Headers.OF_EVENT : at.body() == Body.BATCH ? Headers.UNKNOWN : at.headers();
        Passage part = at.withBody(isOfEvents ? Body.EVENT : Body.OTHER, isOfEvents)
                .withHeaders(headers)
                .copiedBy("split")
                .followed(false);
        Passage parts = walk(nested(step), part, site);
        String strategy = step.option("aggregationStrategy").orElse("").replaceFirst("^#(bean:)?", "");
        if (strategy.isEmpty()) {
            return at;
        }
        Passage gathered = strategy.equals("records")
                ? new Passage(
                        at.reader(),
                        Body.RECORDS,
                        Headers.OF_BATCH,
                        parts.isUnterminated(),
                        at.copiedBy(),
                        at.isFollowed(),
                        at.isAwaited(),
                        Map.of(),
                        parts.free())
                : at.withBody(Body.OTHER, false).withHeaders(Headers.UNKNOWN);
        return gathered;
    }

    private Passage afterSending(Step step, Passage at, Site site) {
        Targets targets = site.targets(step);
        Passage inside = at;
        if (step.name().equals("recipientList")) {
            inside = at.copiedBy("recipientList").followed(false);
        } else if (step.name().equals("enrich")) {
            inside = at.copiedBy("enrich").followed(false).awaited(true);
        } else if (step.option("pattern").orElse("").equals("InOut")) {
            inside = at.awaited(true);
        }
        Passage outcome = null;
        for (EndpointUse use : targets.uses()) {
            Passage one = use.scheme().equals("direct") || use.scheme().equals("seda")
                    ? called(Targets.among(served.keySet(), use), use, inside)
                    : ONE_WAY.contains(use.scheme()) ? at : answered(at, use.scheme());
            outcome = outcome == null ? one : outcome.or(one);
        }
        if (targets.isOpen()) {
            List<String> direct = served.keySet().stream()
                    .filter(address -> address.startsWith("direct:"))
                    .toList();
            for (String address : direct) {
                enterAll(address, inside);
            }
            outcome = answered(at, "");
        }
        boolean isKept = step.name().equals("to") || step.name().equals("toD");
        return outcome == null || isKept
                ? outcome == null ? at : outcome
                : outcome.withBody(Body.OTHER, false).withHeaders(Headers.UNKNOWN);
    }

    private static Passage answered(Passage at, String scheme) {
        Passage answer = at.withBody(Body.OTHER, false);
        return QUIET.contains(scheme) ? answer : answer.withHeaders(Headers.UNKNOWN);
    }

    private Passage called(List<String> addresses, EndpointUse use, Passage inside) {
        boolean isQueue = use.scheme().equals("seda");
        Passage queued = inside;
        if (isQueue) {
            queued = LossRule.isAwaited(use, inside)
                    ? inside.copiedBy("seda").followed(false)
                    : inside.copiedBy("").followed(false);
        }
        Passage outcome = null;
        for (String address : addresses) {
            Passage one = enterAll(address, queued);
            outcome = outcome == null ? one : outcome.or(one);
        }
        return outcome == null || isQueue ? inside : inside.goingOnWith(outcome);
    }

    private Passage enterAll(String address, Passage comes) {
        Passage outcome = null;
        for (Place place : served.getOrDefault(address, List.of())) {
            Passage one = enter(place, comes);
            outcome = outcome == null ? one : outcome.or(one);
        }
        return outcome == null ? comes : outcome;
    }
}
