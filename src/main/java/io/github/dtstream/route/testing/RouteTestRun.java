package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.route.model.EndpointUse;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.QuietErrors;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteLoader;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.model.ScratchContext;
import io.github.dtstream.route.testing.TestFile.Case;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.text.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PatternHelper;
import org.snakeyaml.engine.v2.nodes.Node;

/** The run of one test case in a context of its own. Used once, by one thread. */
final class RouteTestRun implements AutoCloseable {
    private static final String ENTRY = "direct:events-of-the-test";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** How long the work of other threads may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Set<String> HANDING_OVER = Set.of("wireTap", "aggregate", "threads", "resequence");

    private final DefaultCamelContext context;
    private final RouteFiles files;
    private final RouteSet routes;
    private final RouteLoader loader;
    private final EventMessageFactory parts;
    /** Filled by the route's threads. */
    private final List<Delivery> deliveries = Collections.synchronizedList(new ArrayList<>());
    /** Filled by the route's threads. */
    private final List<Delivery> logLines = Collections.synchronizedList(new ArrayList<>());

    /** Whether a route hands work to other threads. */
    private boolean handsOver;

    RouteTestRun(
            RouteFiles files,
            Map<String, String> properties,
            Consumer<CamelContext> equipment,
            EventMessageFactory parts) {
        this.files = files;
        this.parts = parts;
        this.context = ScratchContext.create(properties, equipment);
        context.getCamelContextExtension()
                .registerEndpointCallback(
                        new SinkReplacement((meant, exchange) -> deliveries.addAll(Delivery.of(meant, exchange))));
        context.getCamelContextExtension().addInterceptStrategy(new LogSteps(logLines::add));
        context.build();
        QuietErrors.install(context);
        this.routes = new RouteSet(files, context);
        this.loader = new RouteLoader(context);
    }

    /** The failures of the case; empty if it passes. */
    List<String> run(TestFile tests, Case one) throws Exception {
        Optional<RouteUnit> tested = find(tests.tested());
        if (tested.isEmpty()) {
            return List.of(notFound(tests.tested()));
        }
        load(tested.get());
        context.start();
        List<String> failures = new ArrayList<>();
        deliver(tests, one, failures);
        finish();
        compare(one, failures);
        return failures;
    }

    private Optional<RouteUnit> find(String name) {
        return routes.unit(name)
                .or(() -> routes.units().stream()
                        .filter(unit -> unit.file().name().equals(name)
                                || unit.file().stem().equals(name))
                        .findFirst());
    }

    private String notFound(String name) {
        List<String> ids = routes.units().stream().map(RouteUnit::id).toList();
        return "there is no route '" + name + "'; "
                + NearestName.question(name, ids).orElse("there are: " + String.join(", ", ids));
    }

    private void load(RouteUnit tested) throws Exception {
        for (RouteDocument document : routes.documents()) {
            loader.share(document.file(), RouteSet.sharedItems(document));
        }
        for (RouteUnit unit : reachable(tested)) {
            handsOver |= handsOver(unit);
            loader.bindBeans(unit.file(), unit.beans());
            for (RouteDefinition definition : loader.define(unit)) {
                if (unit.equals(tested)) {
                    definition.getInput().setUri(ENTRY);
                    definition.setPrecondition(null);
                }
                context.addRouteDefinition(definition);
            }
        }
    }

    /** The tested route, and the routes that it calls. */
    private Set<RouteUnit> reachable(RouteUnit tested) {
        Set<RouteUnit> reached = new LinkedHashSet<>();
        Deque<RouteUnit> open = new ArrayDeque<>(List.of(tested));
        while (!open.isEmpty()) {
            RouteUnit unit = open.pop();
            if (reached.add(unit)) {
                List<String> targets = addresses(unit, false).stream()
                        // An event that is appended to a journal is delivered from there, by other routes.
                        .filter(address -> !address.startsWith("dt-stream:"))
                        .toList();
                routes.units().stream()
                        .filter(other -> other.included()
                                && addresses(other, true).stream().anyMatch(targets::contains))
                        .forEach(open::add);
            }
        }
        return reached;
    }

    private List<String> addresses(RouteUnit unit, boolean sources) {
        return EndpointUse.in(node(unit)).stream()
                .filter(use -> use.isSource() == sources)
                .map(use -> routes.resolve(use.address()))
                .toList();
    }

    private boolean handsOver(RouteUnit unit) {
        List<String> keys = new ArrayList<>();
        Nodes.eachEntry(node(unit), (above, entry) -> keys.add(Nodes.text(entry.getKeyNode())));
        return keys.stream().anyMatch(HANDING_OVER::contains)
                || addresses(unit, false).stream().anyMatch(address -> address.startsWith("seda:"));
    }

    private Node node(RouteUnit unit) {
        return routes.documents().stream()
                .filter(document -> document.file().equals(unit.file()))
                .map(document -> document.items().get(unit.index()).node())
                .findFirst()
                .orElseThrow();
    }

    private void deliver(TestFile tests, Case one, List<String> failures) throws IOException {
        List<JsonNode> events = events(one);
        int batch = one.fields().path("batch").asInt(Math.max(1, events.size()));
        for (int from = 0; from < events.size(); from += batch) {
            Exchange exchange = exchange(tests, one, events.subList(from, Math.min(events.size(), from + batch)));
            context.createProducerTemplate().send(ENTRY, exchange);
            outcome(one, exchange).ifPresent(failures::add);
        }
        if (events.isEmpty()) {
            failures.add("no events are given; list them under 'given:' or name a file of them: 'file: events.ndjson'");
        }
    }

    private Optional<String> outcome(Case one, Exchange exchange) {
        String expected = one.fields().path("fails").asText("");
        if (exchange.getException() == null) {
            return expected.isEmpty()
                    ? Optional.empty()
                    : Optional.of("expected the batch to fail with '" + expected + "', but it was delivered");
        }
        String reason = FailureReason.of(exchange.getException());
        return !expected.isEmpty() && reason.contains(expected)
                ? Optional.empty()
                : Optional.of("the batch failed: " + reason);
    }

    private List<JsonNode> events(Case one) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        JsonNode given = one.fields().path("given");
        if (given.isArray()) {
            given.forEach(events::add);
        }
        String name = given.path("file").asText(one.fields().path("file").asText(""));
        if (!name.isEmpty()) {
            Path file = files.directory().resolve(name);
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    events.add(MAPPER.readTree(line));
                }
            }
        }
        return events;
    }

    private Exchange exchange(TestFile tests, Case one, List<JsonNode> events) {
        Instant received = received(one, events.get(0));
        List<Message> batch = new ArrayList<>();
        events.forEach(event -> batch.add(parts.part(context, event, tests.device(deviceId(event)), received)));
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(batch);
        exchange.getMessage()
                .setHeader(
                        "DtReceivedDate",
                        received.atZone(ZoneOffset.UTC).toLocalDate().toString());
        exchange.getMessage().setHeader("DtProjectId", batch.get(0).getHeader("DtProjectId"));
        return exchange;
    }

    private static String deviceId(JsonNode event) {
        String target = event.path("targetName").asText();
        return target.substring(target.lastIndexOf('/') + 1);
    }

    /** The time of receipt: that of the case, or else that of the event. */
    private static Instant received(Case one, JsonNode event) {
        String given =
                one.fields().path("received").asText(event.path("timestamp").asText());
        return given.isEmpty() ? Instant.EPOCH : Instant.parse(given);
    }

    /**
     * Waits for the work of other threads. Only Camel's orderly stop tells that a queue is empty and its messages have
     * been delivered. It takes up to a second, so it is left out for routes that use no other threads.
     */
    private void finish() {
        if (handsOver) {
            context.getShutdownStrategy().setTimeout(PATIENCE.toMillis());
            context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
            context.stop();
        }
    }

    private void compare(Case one, List<String> failures) {
        List<Delivery> left = new ArrayList<>(deliveries);
        if (expectsLogLines(one)) {
            left.addAll(logLines);
        }
        for (JsonNode fields : one.fields().path("expect")) {
            new Expectation(fields).claim(left).ifPresent(failures::add);
        }
        if (!one.fields().path("others").asText().equals("ignore")) {
            boolean missing = !failures.isEmpty();
            left.stream()
                    .filter(delivery -> !missing || !isExpectedElsewhere(one, delivery))
                    .forEach(delivery -> failures.add("not expected: " + delivery));
        }
    }

    /** Whether the case expects log lines; otherwise they are ignored. */
    private static boolean expectsLogLines(Case one) {
        for (JsonNode fields : one.fields().path("expect")) {
            if (fields.path("to").asText().startsWith("log:")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the test expects a delivery to this endpoint. Its failure has then shown this delivery as the nearest.
     */
    private static boolean isExpectedElsewhere(Case one, Delivery delivery) {
        for (JsonNode fields : one.fields().path("expect")) {
            if (PatternHelper.matchPattern(
                    delivery.endpoint(), fields.path("to").asText("*"))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        context.close();
    }
}
