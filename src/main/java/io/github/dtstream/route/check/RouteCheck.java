package io.github.dtstream.route.check;

import io.github.dtstream.alarm.file.AlarmRules;
import io.github.dtstream.route.flow.BatchRule;
import io.github.dtstream.route.flow.EventFlow;
import io.github.dtstream.route.flow.FileRule;
import io.github.dtstream.route.flow.JsonRule;
import io.github.dtstream.route.flow.LossRule;
import io.github.dtstream.route.flow.StreamCheck;
import io.github.dtstream.route.model.EndpointUse;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.RecoverableAggregationRepository;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** One check of one set of files. Used once, by one thread. */
final class RouteCheck {
    private static final Set<String> SERVICES = Set.of("rest", "restConfiguration");

    private final DefaultCamelContext context;
    private final RouteSet routes;
    private final YamlSchema schema;
    private final PlaceholderCheck placeholders;
    private final EndpointCheck endpoints;
    private final ExpressionCheck expressions;
    private final StreamCheck streams;
    private final RouteBuild build;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<RouteDocument> unprepared = new HashSet<>();
    private final Map<RouteUnit, List<EndpointUse>> uses = new LinkedHashMap<>();

    /** @param context a context for this check alone, built and not started */
    RouteCheck(DefaultCamelContext context, YamlSchema schema, RouteFiles files, Map<String, String> properties) {
        this.context = context;
        this.schema = schema;
        this.routes = new RouteSet(files, context);
        this.placeholders = new PlaceholderCheck(context, properties);
        Set<String> beans = declaredBeans();
        this.endpoints = new EndpointCheck(context, routes::resolve, beans);
        this.expressions = new ExpressionCheck(context, routes::resolve, schema.languages(), beans);
        this.streams = new StreamCheck(routes);
        this.build = new RouteBuild(context, routes, endpoints::beanHint);
    }

    RouteValidator.Verdict run() {
        findings.addAll(routes.files().findings());
        findings.addAll(routes.findings());
        AlarmRules rules = AlarmRules.read(routes.files().alarms(), placeholders::replace);
        findings.addAll(rules.findings());
        Set<String> misshapen = new HashSet<>();
        for (RouteDocument document : routes.documents()) {
            findings.addAll(document.findings());
            findings.addAll(schema.check(document));
            if (!isClean(document.file())) {
                misshapen.add(document.file().label());
            }
            findings.addAll(services(document));
            eachThatCounts(document, (item, unit) -> {
                if (!isTemplate(item)) {
                    findings.addAll(placeholders.check(document, item.node()));
                }
            });
        }
        findings.addAll(new TemplateCheck(routes).check());
        // Expressions and endpoints may refer to the beans that files declare.
        routes.documents().stream().filter(document -> isClean(document.file())).forEach(this::prepare);
        for (RouteDocument document : routes.documents()) {
            if (!unprepared.contains(document)) {
                eachThatCounts(document, (item, unit) -> checkItem(document, item, unit));
            }
        }
        List<RouteUnit> sound = routes.units().stream()
                .filter(unit -> unit.included() && isClean(unit.file()))
                .filter(unit -> !unit.isTemplated() || hasTemplates())
                .toList();
        // The endpoints of a templated route are known only once the route is built.
        sound.stream().filter(RouteUnit::isTemplated).forEach(unit -> findings.addAll(build.build(unit)));
        findings.addAll(new TargetCheck(routes, uses, build.templated()).check());
        if (rules.isGood()) {
            findings.addAll(new AlarmNamesCheck(routes, uses, rules.rules()).check());
        }
        findings.addAll(streams.check(uses, build.templated()));
        // Files with errors of shape are left out, as nothing is known about an event after an unknown step.
        flow().check().stream()
                .filter(finding -> !misshapen.contains(finding.file()))
                .forEach(findings::add);
        sound.stream().filter(unit -> !unit.isTemplated()).forEach(unit -> findings.addAll(build.build(unit)));
        Comparator<Finding> byPlace = Comparator.comparing(Finding::file)
                .thenComparingInt(Finding::line)
                .thenComparingInt(Finding::column);
        return new RouteValidator.Verdict(
                routes,
                rules.rules(),
                findings.stream().distinct().sorted(byPlace).toList());
    }

    private EventFlow flow() {
        Set<String> own = new HashSet<>();
        routes.documents().forEach(document -> document.items().forEach(item -> collectHeaders(item.node(), own)));
        return new EventFlow(
                routes,
                build.templated(),
                schema.languages(),
                List.of(new LossRule(this::survivesACrash), new FileRule(), new BatchRule(own), new JsonRule()));
    }

    /** Collects the names of the headers that routes set, in lower case. */
    private static void collectHeaders(Node item, Set<String> names) {
        Nodes.eachEntry(item, (above, entry) -> {
            String step = above.isEmpty() ? "" : above.get(above.size() - 1);
            if (Nodes.key(entry).equals("name") && (step.equals("setHeader") || step.equals("headers"))) {
                names.add(Nodes.text(entry.getValueNode()).toLowerCase(Locale.ROOT));
            }
        });
    }

    private boolean survivesACrash(String repository) {
        Object bean = context.getRegistry().lookupByName(repository);
        return bean == null || bean instanceof RecoverableAggregationRepository;
    }

    /**
     * Refuses {@code rest} and {@code restConfiguration}: the reloader swaps routes one by one, and Camel would add
     * these to every route of the file.
     */
    private static List<Finding> services(RouteDocument document) {
        return document.items().stream()
                .filter(item -> SERVICES.contains(item.kind()))
                .map(item -> document.error(
                        item.key(),
                        "'" + item.kind() + "' is not allowed in a route file",
                        "to answer HTTP requests begin a route with from: {uri: 'platform-http:/PATH'}"))
                .toList();
    }

    private Set<String> declaredBeans() {
        Set<String> names = new HashSet<>();
        for (RouteDocument document : routes.documents()) {
            for (RouteDocument.Item item : document.items()) {
                if (item.kind().equals("beans")) {
                    Nodes.elements(item.content())
                            .forEach(bean -> Nodes.textAt(bean, "name").ifPresent(names::add));
                }
                if (isTemplate(item)) {
                    Nodes.elements(Nodes.value(item.content(), "beans"))
                            .forEach(bean -> Nodes.textAt(bean, "name").ifPresent(names::add));
                }
            }
        }
        return names;
    }

    private static boolean isTemplate(RouteDocument.Item item) {
        return item.kind().equals("routeTemplate");
    }

    /**
     * Calls a check for each item except disabled routes. Those may lack their settings and are only compared with the
     * schema.
     */
    private void eachThatCounts(RouteDocument document, BiConsumer<RouteDocument.Item, @Nullable RouteUnit> check) {
        for (int i = 0; i < document.items().size(); i++) {
            RouteUnit unit = unitAt(document, i);
            if (unit == null || unit.included()) {
                check.accept(document.items().get(i), unit);
            }
        }
    }

    private @Nullable RouteUnit unitAt(RouteDocument document, int index) {
        return routes.units().stream()
                .filter(unit -> unit.file().equals(document.file()) && unit.index() == index)
                .findFirst()
                .orElse(null);
    }

    private void checkItem(RouteDocument document, RouteDocument.Item item, @Nullable RouteUnit unit) {
        findings.addAll(expressions.check(document, item.node()));
        findings.addAll(expressions.precondition(document, Nodes.value(item.content(), "precondition")));
        findings.addAll(endpoints.references(document, item.node()));
        if (isClean(document.file())) {
            findings.addAll(endpoints.dataFormats(document, item.node()));
        }
        for (EndpointUse use : EndpointUse.in(item.node())) {
            findings.addAll(endpoints.check(document, use));
            if (unit != null) {
                uses.computeIfAbsent(unit, key -> new ArrayList<>()).add(use);
            }
        }
    }

    private void prepare(RouteDocument document) {
        build.prepare(document).ifPresent(finding -> {
            unprepared.add(document);
            findings.add(finding);
        });
    }

    /** Whether all files that hold templates could be read. */
    private boolean hasTemplates() {
        return routes.documents().stream()
                .filter(document -> !RouteSet.sharedItems(document).isEmpty())
                .allMatch(document -> isClean(document.file()));
    }

    private boolean isClean(RouteFile file) {
        return findings.stream()
                .noneMatch(finding -> finding.isError() && finding.file().equals(file.label()));
    }
}
