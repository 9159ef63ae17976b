package io.github.dtstream.route.check;

import io.github.dtstream.camel.DtStreamEndpoint;
import io.github.dtstream.camel.alarm.DtAlarmEndpoint;
import io.github.dtstream.mqtt.DtMqttEndpoint;
import io.github.dtstream.route.model.EndpointUse;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteLoader;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.model.TemplatedRoute;
import io.github.dtstream.text.FailureReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Endpoint;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Builds routes in a context that is never started, and locates a failure in the route's file. Used by one thread. */
final class RouteBuild {
    private static final Pattern ABSENT = Pattern.compile("(\\w+) must be specified");

    private final DefaultCamelContext context;
    private final RouteSet routes;
    private final UnaryOperator<String> beanHint;
    private final RouteLoader loader;
    private final List<TemplatedRoute> templated = new ArrayList<>();

    /** @param beanHint the hint for a bean that does not exist */
    RouteBuild(DefaultCamelContext context, RouteSet routes, UnaryOperator<String> beanHint) {
        this.context = context;
        this.routes = routes;
        this.beanHint = beanHint;
        this.loader = new RouteLoader(context);
    }

    /** The routes that were built from templates. */
    List<TemplatedRoute> templated() {
        return List.copyOf(templated);
    }

    /** Creates the beans, route configurations and templates of a file; returns the error, if there is one. */
    Optional<Finding> prepare(RouteDocument document) {
        try {
            loader.bindBeans(document.file(), RouteSet.beanItems(document));
            loader.share(document.file(), RouteSet.sharedItems(document));
            return Optional.empty();
        } catch (Exception | LinkageError e) {
            return Optional.of(failed(document, document.items().get(0).node(), e));
        }
    }

    /** Builds a route; returns the errors. */
    List<Finding> build(RouteUnit unit) {
        RouteDocument document = RouteDocument.parse(unit.file());
        Node item = document.items().get(unit.index()).node();
        Set<String> before = addresses();
        try {
            for (RouteDefinition definition : loader.define(unit)) {
                RouteDefinitionHelper.forceAssignIds(context, definition);
                Route route = loader.build(definition);
                Optional<Finding> wrong = checkOptions(document, item, before);
                if (wrong.isPresent()) {
                    return List.of(wrong.get());
                }
                if (unit.isTemplated()) {
                    Set<String> targets = new HashSet<>(addresses());
                    targets.removeAll(before);
                    String source = route.getEndpoint().getEndpointUri();
                    targets.remove(source);
                    templated.add(new TemplatedRoute(unit, item, source, targets));
                }
            }
            return List.of();
        } catch (Exception | LinkageError e) {
            Finding finding = failed(document, item, e);
            return List.of(unit.isTemplated() && finding.hint() == null ? withTemplate(finding, item) : finding);
        }
    }

    /** Adds a hint to the template, as the mistake may be in the route or in its template. */
    private Finding withTemplate(Finding finding, Node item) {
        String name = routes.resolve(Nodes.textAt(Nodes.value(item, "templatedRoute"), "routeTemplateRef")
                .orElse(""));
        String hint = "look also at the route template '" + name + "'" + place(name);
        return new Finding(
                finding.file(), finding.line(), finding.column(), finding.severity(), finding.message(), hint);
    }

    private String place(String template) {
        for (RouteDocument document : routes.documents()) {
            for (RouteDocument.Item item : document.items()) {
                if (item.kind().equals("routeTemplate")
                        && Nodes.textAt(item.content(), "id")
                                .filter(template::equals)
                                .isPresent()) {
                    Finding at = document.error(item.node(), "", null);
                    return " in " + at.file() + ":" + at.line();
                }
            }
        }
        return "";
    }

    /** Checks the options that our components would otherwise refuse only when the route starts. */
    private Optional<Finding> checkOptions(RouteDocument document, Node item, Set<String> before) {
        for (Endpoint endpoint : context.getEndpoints()) {
            try {
                if (endpoint instanceof DtStreamEndpoint stream && !before.contains(endpoint.getEndpointUri())) {
                    stream.checkOptions();
                } else if (endpoint instanceof DtAlarmEndpoint alarms && !before.contains(endpoint.getEndpointUri())) {
                    alarms.checkOptions();
                } else if (endpoint instanceof DtMqttEndpoint mqtt && !before.contains(endpoint.getEndpointUri())) {
                    mqtt.checkOptions();
                }
            } catch (IllegalArgumentException e) {
                Node use = locateEndpoint(item, endpoint.getEndpointUri());
                return Optional.of(document.error(use, String.valueOf(e.getMessage()), null));
            }
        }
        return Optional.empty();
    }

    private Set<String> addresses() {
        return context.getEndpoints().stream().map(Endpoint::getEndpointUri).collect(Collectors.toSet());
    }

    private Finding failed(RouteDocument document, Node item, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NoSuchBeanException missing && missing.getName() != null) {
                String name = missing.getName();
                return document.error(locate(item, name), "there is no bean '" + name + "'", beanHint.apply(name));
            }
            if (cause instanceof ClassNotFoundException) {
                String name = String.valueOf(cause.getMessage());
                return document.error(
                        locate(document, item, name),
                        "there is no class '" + name + "'",
                        "put its jar into lib/ beside dt-stream-router.jar, and start again");
            }
            if (cause instanceof LinkageError) {
                return document.error(
                        item,
                        "a class does not fit: " + cause,
                        "a jar in lib/ is of another version, for a newer Java, or lacks one that it needs; fetch it again, and"
                                + " start again");
            }
            if (cause instanceof SimpleIllegalSyntaxException syntax) {
                ExpressionError error = ExpressionError.of("simple", syntax.getExpression(), syntax);
                return document.error(locate(item, syntax.getExpression()), error.message(), error.hint());
            }
            if (cause instanceof NoSuchEndpointException unknown) {
                String scheme = unknown.getUri().replaceFirst(":.*", "");
                return document.error(locate(item, scheme + ":"), "unknown component '" + scheme + "'", null);
            }
            if (cause instanceof ResolveEndpointFailedException unresolved) {
                return document.error(
                        locateEndpoint(item, unresolved.getUri()),
                        "the endpoint cannot be made: " + FailureReason.of(cause),
                        null);
            }
        }
        Matcher absent = ABSENT.matcher(FailureReason.of(failure));
        if (absent.lookingAt()) {
            String name = absent.group(1);
            return document.error(
                    locateAbsent(item, name),
                    "a step has no '" + name + "', or names one that does not exist",
                    "write it after the colon, or look for a misspelt name");
        }
        if (FailureReason.of(failure).contains("no output processors")) {
            return document.error(item, "the route has no steps", "list them below 'steps:'");
        }
        String what =
                failure instanceof FailedToCreateRouteException ? "the route cannot be built: " : "cannot be loaded: ";
        return document.error(item, what + FailureReason.of(failure), null);
    }

    /** The first scalar in a route that contains a text; the route itself if none does. */
    private Node locate(Node item, String wanted) {
        List<ScalarNode> found = new ArrayList<>();
        Nodes.eachScalar(item, scalar -> {
            if (routes.resolve(scalar.getValue()).contains(wanted)) {
                found.add(scalar);
            }
        });
        return found.isEmpty() ? item : found.get(0);
    }

    /** The value of that name that was not found, or an empty value that should have been one. */
    private static Node locateAbsent(Node item, String name) {
        List<Node> found = new ArrayList<>();
        Nodes.eachEntry(item, (above, entry) -> {
            if (Nodes.key(entry).equals(name)) {
                found.add(entry.getValueNode());
            }
        });
        Nodes.eachEntry(item, (above, entry) -> {
            if (entry.getValueNode() instanceof ScalarNode scalar
                    && scalar.getValue().isEmpty()) {
                found.add(entry.getKeyNode());
            }
        });
        return name.equals("uri") && found.size() > 1
                ? found.get(found.size() - 1)
                : found.isEmpty() ? item : found.get(0);
    }

    private Node locate(RouteDocument document, Node otherwise, String wanted) {
        return document.items().stream()
                .map(item -> locate(item.node(), wanted))
                .filter(ScalarNode.class::isInstance)
                .findFirst()
                .orElse(otherwise);
    }

    /**
     * Finds an endpoint by its URI in Camel's spelling. If no text matches, it is the first endpoint of the same
     * component; in a route from a template it is the parameter that holds the address.
     */
    private Node locateEndpoint(Node item, String uri) {
        List<Node> exact = new ArrayList<>();
        List<Node> sameScheme = new ArrayList<>();
        String base = uri.replaceFirst("\\?.*", "").replace("://", ":");
        for (EndpointUse use : EndpointUse.in(item)) {
            if (base.equals(routes.resolve(use.address()))) {
                exact.add(use.node());
            } else if (base.startsWith(use.scheme() + ":")) {
                sameScheme.add(use.node());
            }
        }
        exact.addAll(sameScheme);
        return exact.isEmpty() ? locate(item, base) : exact.get(0);
    }
}
