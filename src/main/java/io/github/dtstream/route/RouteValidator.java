package io.github.dtstream.route;

import io.github.dtstream.route.Finding.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Says what is wrong with a directory's routes without running them. Every check that can be made by itself is made on
 * every route, so that all findings come at once; a route in which they find nothing is then built in a scratch context,
 * which finds the rest. Nothing is started and nothing connects. Thread-safe.
 */
public final class RouteValidator {
    private static final Logger LOG = LoggerFactory.getLogger(RouteValidator.class);
    private static final String STREAM = "dt-stream";

    private final Consumer<CamelContext> equipment;
    private @Nullable YamlSchema schema;
    /** Guarded by this: the check that was begun ahead; used once. */
    private @Nullable Ahead ahead;

    /**
     * @param equipment gives a new context the beans and components that routes may refer to, apart from the components that
     *     Camel finds on the class path
     */
    public RouteValidator(Consumer<CamelContext> equipment) {
        this.equipment = equipment;
    }

    /** A check on a thread of its own, and what it is of. */
    private record Ahead(RouteFiles files, Map<String, String> properties, FutureTask<Verdict> verdict) {}

    /**
     * Begins to check in the background; the next check of the same files and values waits for this one instead.
     *
     * @throws IOException if the directory cannot be read
     */
    public synchronized void beginCheck(Path directory, Map<String, String> properties) throws IOException {
        RouteFiles files = RouteFiles.read(directory);
        Map<String, String> values = Map.copyOf(properties);
        Ahead begun = new Ahead(files, values, new FutureTask<>(() -> checkNow(files, values)));
        ahead = begun;
        Thread thread = new Thread(begun.verdict(), "route-check");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * What is wrong with the routes of a directory, sorted by place; empty if nothing is.
     *
     * @param properties the values of placeholders, from every source that counts
     * @throws IOException if the directory cannot be read
     */
    public List<Finding> validate(Path directory, Map<String, String> properties) throws IOException {
        return check(RouteFiles.read(directory), properties).findings();
    }

    /** What came of a check. */
    record Verdict(RouteSet routes, List<Finding> findings) {
        boolean isGood() {
            return findings.stream().noneMatch(Finding::isError);
        }
    }

    Verdict check(RouteFiles files, Map<String, String> properties) {
        Ahead begun = takeAhead();
        if (begun != null && begun.files().equals(files) && begun.properties().equals(properties)) {
            try {
                return begun.verdict().get();
            } catch (ExecutionException e) {
                LOG.debug("The check that was begun ahead failed and is made again", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return checkNow(files, properties);
    }

    private synchronized @Nullable Ahead takeAhead() {
        Ahead taken = ahead;
        ahead = null;
        return taken;
    }

    private Verdict checkNow(RouteFiles files, Map<String, String> properties) {
        try (ScratchContext scratch = ScratchContext.open(properties, equipment)) {
            return new Check(scratch.context(), files, properties).run();
        }
    }

    /** The routes of files that were checked before as they are; only what their comparison needs is looked at. */
    Verdict trust(RouteFiles files, Map<String, String> properties) {
        try (ScratchContext scratch = ScratchContext.open(properties, equipment)) {
            RouteSet routes = new RouteSet(files, scratch.context());
            return new Verdict(routes, routes.findings());
        }
    }

    /** Read when it is first needed: it is large. */
    private synchronized YamlSchema schema() {
        YamlSchema loaded = schema;
        if (loaded == null) {
            loaded = YamlSchema.load();
            schema = loaded;
        }
        return loaded;
    }

    /** One check of one set of files; used once, by one thread. */
    private final class Check {
        private final DefaultCamelContext context;
        private final RouteSet routes;
        private final PlaceholderCheck placeholders;
        private final EndpointCheck endpoints;
        private final ExpressionCheck expressions;
        private final RouteLoader loader;
        private final List<Finding> findings = new ArrayList<>();
        private final Set<RouteDocument> unprepared = new HashSet<>();
        private final Map<RouteUnit, List<EndpointUse>> uses = new LinkedHashMap<>();

        private Check(DefaultCamelContext context, RouteFiles files, Map<String, String> properties) {
            this.context = context;
            this.routes = new RouteSet(files, context);
            this.placeholders = new PlaceholderCheck(context, properties);
            Set<String> beans = declaredBeans();
            this.endpoints = new EndpointCheck(context, routes::resolve, beans);
            this.expressions = new ExpressionCheck(context, routes::resolve, schema().languages(), beans);
            this.loader = new RouteLoader(context);
        }

        private Verdict run() {
            findings.addAll(routes.findings());
            for (RouteDocument document : routes.documents()) {
                findings.addAll(document.findings());
                findings.addAll(schema().check(document));
                eachThatCounts(document, (item, unit) -> findings.addAll(placeholders.check(document, item.node())));
            }
            // Expressions and endpoints may refer to the beans that files declare.
            routes.documents().stream()
                    .filter(document -> isClean(document.file()))
                    .forEach(this::prepare);
            for (RouteDocument document : routes.documents()) {
                if (!unprepared.contains(document)) {
                    eachThatCounts(document, (item, unit) -> checkItem(document, item, unit));
                }
            }
            findings.addAll(new TargetCheck(routes, uses).check());
            findings.addAll(streams());
            build();
            Comparator<Finding> byPlace = Comparator.comparing(Finding::file)
                    .thenComparingInt(Finding::line)
                    .thenComparingInt(Finding::column);
            return new Verdict(
                    routes, findings.stream().distinct().sorted(byPlace).toList());
        }

        private Set<String> declaredBeans() {
            Set<String> names = new HashSet<>();
            for (RouteDocument document : routes.documents()) {
                for (RouteDocument.Item item : document.items()) {
                    if (item.kind().equals("beans")) {
                        Nodes.elements(item.content())
                                .forEach(bean -> Nodes.textAt(bean, "name").ifPresent(names::add));
                    }
                }
            }
            return names;
        }

        /**
         * A route that is switched off may lack its settings, and a template's parameters come with its routes: both are
         * only compared with the schema.
         */
        private void eachThatCounts(RouteDocument document, BiConsumer<RouteDocument.Item, @Nullable RouteUnit> check) {
            for (int i = 0; i < document.items().size(); i++) {
                RouteDocument.Item item = document.items().get(i);
                RouteUnit unit = unitAt(document, i);
                if ((unit == null || unit.included()) && !item.kind().equals("routeTemplate")) {
                    check.accept(item, unit);
                }
            }
        }

        private void checkItem(RouteDocument document, RouteDocument.Item item, @Nullable RouteUnit unit) {
            findings.addAll(expressions.check(document, item.node()));
            findings.addAll(endpoints.references(document, item.node()));
            checkEndpoints(document, item, unit);
        }

        private @Nullable RouteUnit unitAt(RouteDocument document, int index) {
            return routes.units().stream()
                    .filter(unit -> unit.file().equals(document.file()) && unit.index() == index)
                    .findFirst()
                    .orElse(null);
        }

        private void checkEndpoints(RouteDocument document, RouteDocument.Item item, @Nullable RouteUnit unit) {
            Nodes.eachEntry(
                    item.node(),
                    (above, entry) -> EndpointUse.of(entry).ifPresent(use -> {
                        findings.addAll(endpoints.check(document, use));
                        if (unit != null) {
                            uses.computeIfAbsent(unit, key -> new ArrayList<>()).add(use);
                        }
                        if (use.isSource() && use.scheme().equals(STREAM)) {
                            findings.addAll(AcknowledgementCheck.check(document, item.node()));
                        }
                    }));
        }

        /** Each route reads a stream under a name of its own, which its cursor is kept by. */
        private List<Finding> streams() {
            List<Finding> found = new ArrayList<>();
            Map<String, RouteUnit> readers = new HashMap<>();
            uses.forEach((unit, endpointUses) -> endpointUses.stream()
                    .filter(use -> use.isSource() && use.scheme().equals(STREAM))
                    .forEach(use -> stream(unit, use, readers, found)));
            return found;
        }

        private void stream(RouteUnit unit, EndpointUse use, Map<String, RouteUnit> readers, List<Finding> found) {
            String name = use.option("subscriber").map(routes::resolve).orElse("");
            if (name.isBlank()) {
                String hint = "the cursor is kept under it, so give each route its own and keep it";
                found.add(RouteDocument.at(
                        unit.file(), use.node(), Severity.ERROR, "dt-stream has no 'subscriber'", hint));
                return;
            }
            String stream = routes.resolve(use.path());
            RouteUnit first = readers.putIfAbsent(stream + "?" + name, unit);
            if (first != null) {
                EndpointUse.Option option = use.options().get("subscriber");
                found.add(RouteDocument.at(
                        unit.file(),
                        option == null ? use.node() : option.node(),
                        Severity.ERROR,
                        "the subscriber '" + name + "' of dt-stream:" + stream + " is already the route '" + first.id()
                                + "' in " + first.file().label() + ":" + first.line(),
                        "give each route its own name"));
            }
        }

        private void build() {
            for (RouteUnit unit : routes.units()) {
                if (unit.included() && !unit.isTemplated() && isClean(unit.file())) {
                    build(unit);
                }
            }
        }

        private boolean isClean(RouteFile file) {
            return findings.stream()
                    .noneMatch(finding -> finding.isError() && finding.file().equals(file.label()));
        }

        private void prepare(RouteDocument document) {
            try {
                loader.bindBeans(document.file(), RouteSet.beanItems(document));
                loader.share(document.file(), RouteSet.sharedItems(document));
            } catch (Exception e) {
                unprepared.add(document);
                failed(document, document.items().get(0).node(), e);
            }
        }

        private void build(RouteUnit unit) {
            RouteDocument document = RouteDocument.parse(unit.file());
            try {
                for (RouteDefinition definition : loader.define(unit)) {
                    RouteDefinitionHelper.forceAssignIds(context, definition);
                    context.getModelReifierFactory().createRoute(context, definition);
                }
            } catch (Exception e) {
                failed(document, document.items().get(unit.index()).node(), e);
            }
        }

        private void failed(RouteDocument document, Node item, Exception failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof NoSuchBeanException missing && missing.getName() != null) {
                    Node node = locate(item, missing.getName());
                    String name = missing.getName();
                    findings.add(document.error(node, "there is no bean '" + name + "'", endpoints.beanHint(name)));
                    return;
                }
                if (cause instanceof ClassNotFoundException) {
                    String name = String.valueOf(cause.getMessage());
                    findings.add(document.error(
                            locate(document, item, name),
                            "there is no class '" + name + "'",
                            "put its jar on the class path, by java -cp 'dt-stream-router.jar:lib/*' "
                                    + "io.github.dtstream.app.Main for example"));
                    return;
                }
                if (cause instanceof ResolveEndpointFailedException unresolved) {
                    Node node = locateEndpoint(item, unresolved.getUri());
                    findings.add(document.error(
                            node, "the endpoint cannot be made: " + ExpressionCheck.reason(cause), null));
                    return;
                }
            }
            String what = failure instanceof FailedToCreateRouteException
                    ? "the route cannot be built: "
                    : "cannot be loaded: ";
            findings.add(document.error(item, what + ExpressionCheck.reason(failure), null));
        }

        /** The first text in a route that is or contains something; the route itself where none does. */
        private Node locate(Node item, String wanted) {
            List<ScalarNode> found = new ArrayList<>();
            Nodes.eachScalar(item, scalar -> {
                if (routes.resolve(scalar.getValue()).contains(wanted)) {
                    found.add(scalar);
                }
            });
            return found.isEmpty() ? item : found.get(0);
        }

        private Node locate(RouteDocument document, Node otherwise, String wanted) {
            return document.items().stream()
                    .map(item -> locate(item.node(), wanted))
                    .filter(ScalarNode.class::isInstance)
                    .findFirst()
                    .orElse(otherwise);
        }

        /** Camel names endpoints in its own spelling; where none matches that, the first of the component is meant. */
        private Node locateEndpoint(Node item, String uri) {
            List<Node> exact = new ArrayList<>();
            List<Node> sameScheme = new ArrayList<>();
            String base = uri.replaceFirst("\\?.*", "").replace("://", ":");
            Nodes.eachEntry(
                    item,
                    (above, entry) -> EndpointUse.of(entry).ifPresent(use -> {
                        if (base.equals(routes.resolve(use.address()))) {
                            exact.add(use.node());
                        } else if (base.startsWith(use.scheme() + ":")) {
                            sameScheme.add(use.node());
                        }
                    }));
            exact.addAll(sameScheme);
            return exact.isEmpty() ? item : exact.get(0);
        }
    }
}
