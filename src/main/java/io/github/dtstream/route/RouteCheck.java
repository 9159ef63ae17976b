package io.github.dtstream.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** One check of one set of files; used once, by one thread. */
final class RouteCheck {
    private static final Set<String> SERVICES = Set.of("rest", "restConfiguration");

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

    /** @param context one that is built and not started, for this check alone */
    RouteCheck(DefaultCamelContext context, YamlSchema schema, RouteFiles files, Map<String, String> properties) {
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
        findings.addAll(routes.findings());
        for (RouteDocument document : routes.documents()) {
            findings.addAll(document.findings());
            findings.addAll(schema.check(document));
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
        // What a templated route reads and calls stands in no file: it is known once the route is built.
        sound.stream().filter(RouteUnit::isTemplated).forEach(unit -> findings.addAll(build.build(unit)));
        findings.addAll(new TargetCheck(routes, uses, build.templated()).check());
        findings.addAll(streams.check(uses, build.templated()));
        sound.stream().filter(unit -> !unit.isTemplated()).forEach(unit -> findings.addAll(build.build(unit)));
        Comparator<Finding> byPlace = Comparator.comparing(Finding::file)
                .thenComparingInt(Finding::line)
                .thenComparingInt(Finding::column);
        return new RouteValidator.Verdict(
                routes, findings.stream().distinct().sorted(byPlace).toList());
    }

    /** Camel would take them for a part of every route of the file, and the router has no HTTP server for them. */
    private static List<Finding> services(RouteDocument document) {
        return document.items().stream()
                .filter(item -> SERVICES.contains(item.kind()))
                .map(item -> document.error(
                        item.key(),
                        "'" + item.kind() + "' cannot stand here: the router serves no HTTP requests",
                        "take it out; a route begins with 'from', such as dt-stream, timer or file"))
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

    /** A route that is switched off may lack its settings: it is only compared with the schema. */
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
        findings.addAll(endpoints.references(document, item.node()));
        Nodes.eachEntry(
                item.node(),
                (above, entry) -> EndpointUse.of(entry).ifPresent(use -> {
                    findings.addAll(endpoints.check(document, use));
                    if (unit != null) {
                        uses.computeIfAbsent(unit, key -> new ArrayList<>()).add(use);
                    }
                    if (StreamCheck.isStream(use)) {
                        findings.addAll(AcknowledgementCheck.check(document, item.node()));
                    }
                }));
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
