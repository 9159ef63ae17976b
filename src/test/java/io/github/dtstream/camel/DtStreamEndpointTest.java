package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.cluster.RouterGroup;
import io.github.dtstream.event.Event;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.local.LocalJournals;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConverter;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The endpoint in a real context, with the simulated cloud over real sockets. */
final class DtStreamEndpointTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path data;

    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private SimulatedCloud cloud;
    private String device;
    private CamelContext context;

    @BeforeEach
    void startCloud() throws IOException {
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        context = newContext();
    }

    @AfterEach
    void stopAll() {
        context.stop();
        cloud.close();
    }

    @Test
    void deliversABatchOfMessagesWithTheEventsFieldsAsHeaders() throws Exception {
        List<Message> parts = new CopyOnWriteArrayList<>();
        startRoutes(route(
                "a",
                "",
                exchange ->
                        body(exchange).stream().filter(part -> !isPing(part)).forEach(parts::add)));

        String eventId = publish("{\"temperature\":{\"value\":21.5}}");

        await().atMost(PATIENCE).until(() -> !parts.isEmpty());
        Message part = parts.get(0);
        assertThat(part.getHeader("DtEventId")).isEqualTo(eventId);
        assertThat(part.getHeader("DtEventType")).isEqualTo("temperature");
        assertThat(part.getHeader("DtDeviceId")).isEqualTo(device);
        assertThat(part.getHeader("DtProjectId")).isEqualTo(cloud.projectId());
        assertThat(part.getHeader("DtSource")).isEqualTo("live");
        assertThat(part.getHeader("DtData", String.class)).startsWith("{\"value\":21.5");
        assertThat(part.getHeaders()).containsKeys("DtReceived", "DtReceivedDate", "DtTimestamp", "DtDeviceName");
    }

    /** A command that tries the routes of a group beside its routers must take nothing away from them. */
    @Test
    void aSharedRouteRunsAloneInAProcessThatOnlyTriesItsGroupsRoutes() throws Exception {
        context.getRegistry().bind("router-group", RouterGroup.elsewhere("dt.routers"));
        List<Message> parts = new CopyOnWriteArrayList<>();
        startRoutes(route(
                "a",
                "&shared=true",
                exchange ->
                        body(exchange).stream().filter(part -> !isPing(part)).forEach(parts::add)));

        String eventId = publish("{\"temperature\":{\"value\":21.5}}");

        await().atMost(PATIENCE).until(() -> !parts.isEmpty());
        assertThat(parts.get(0).getHeader("DtEventId")).isEqualTo(eventId);
    }

    @Test
    void convertsTheBodyToTextBytesMapAndTree() throws Exception {
        List<Message> parts = new CopyOnWriteArrayList<>();
        startRoutes(route(
                "a",
                "",
                exchange ->
                        body(exchange).stream().filter(part -> !isPing(part)).forEach(parts::add)));

        String eventId = publish("{\"temperature\":{\"value\":-3.25}}");

        await().atMost(PATIENCE).until(() -> !parts.isEmpty());
        Object body = parts.get(0).getBody();
        TypeConverter converter = context.getTypeConverter();
        String text = converter.convertTo(String.class, body);
        assertThat(text).contains(eventId);
        assertThat(converter.convertTo(byte[].class, body)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(converter.convertTo(InputStream.class, body)).hasContent(text);
        assertThat(converter.convertTo(Map.class, body).get("eventId")).isEqualTo(eventId);
        JsonNode tree = converter.convertTo(JsonNode.class, body);
        assertThat(tree.at("/data/temperature/value").asDouble()).isEqualTo(-3.25);
        assertThat(converter.convertTo(JsonNode.class, body)).isSameAs(tree);
    }

    @Test
    void sharesOneConnectionAmongRoutesOfTheSameStream() throws Exception {
        startRoutes(route("a", "", this::note), route("b", "", this::note));

        String eventId = publish("{\"temperature\":{\"value\":1}}");

        await().atMost(PATIENCE).until(() -> delivered.size() == 2);
        assertThat(delivered).containsExactly(eventId, eventId);
        assertThat(cloud.openStreams()).isEqualTo(1);
    }

    @Test
    void keepsTheConnectionAndItsPlaceWhileARouteIsStopped() throws Exception {
        startRoutes(route("a", "", this::note));
        String first = publish("{\"temperature\":{\"value\":1}}");
        await().atMost(PATIENCE).until(() -> delivered.equals(List.of(first)));

        context.getRouteController().stopRoute("a");
        String second = publish("{\"temperature\":{\"value\":2}}");
        assertThat(cloud.openStreams()).isEqualTo(1);
        context.getRouteController().startRoute("a");

        await().atMost(PATIENCE).until(() -> delivered.size() == 2);
        assertThat(delivered).containsExactly(first, second);
    }

    @Test
    void deliversABatchAgainUntilTheRouteTakesIt() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        List<String> attempts = new CopyOnWriteArrayList<>();
        startRoutes(route("a", "&redeliveryDelay=10", exchange -> {
            attempts.add("attempt");
            if (broken.get()) {
                throw new IOException("the sink is away");
            }
            note(exchange);
        }));

        String eventId = publish("{\"temperature\":{\"value\":1}}");
        await().atMost(PATIENCE).until(() -> attempts.size() >= 3);
        assertThat(delivered).isEmpty();
        broken.set(false);

        await().atMost(PATIENCE).until(() -> delivered.equals(List.of(eventId)));
    }

    @ParameterizedTest
    @CsvSource({"'', 3", "&maxBatchSize=5, 5"})
    void deliversTheUsualBatchOfItsJournalsUnlessTheRouteSaysOtherwise(String option, int largest) throws Exception {
        context.getRegistry().bind("journals", new WithBatchesOfThree(new LocalJournals(data)));
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        startRoutes(route("a", option, exchange -> {
            sizes.add(body(exchange).size());
            note(exchange);
        }));
        context.getRouteController().stopRoute("a");
        String last = "";
        for (int number = 1; number <= 7; number++) {
            last = publish("{\"temperature\":{\"value\":" + number + "}}");
        }
        String newest = last;
        await().atMost(PATIENCE).until(() -> journalHolds(newest));
        sizes.clear();

        context.getRouteController().startRoute("a");

        await().atMost(PATIENCE).until(() -> delivered.contains(newest));
        assertThat(sizes).contains(largest).allMatch(size -> size <= largest);
    }

    /** Journals for which a batch of three events is usual. */
    private record WithBatchesOfThree(Journals journals) implements Journals {
        @Override
        public Opened open(Kind kind, String stream, JournalSettings settings, Surroundings surroundings)
                throws IOException {
            return journals.open(kind, stream, settings, surroundings);
        }

        @Override
        public boolean isThere(Kind kind, String stream) {
            return journals.isThere(kind, stream);
        }

        @Override
        public int usualBatch() {
            return 3;
        }
    }

    @Test
    void goesOnWhereItWasAfterARestart() throws Exception {
        startRoutes(route("a", "", this::note));
        String first = publish("{\"temperature\":{\"value\":1}}");
        await().atMost(PATIENCE).until(() -> delivered.equals(List.of(first)));
        context.getRouteController().stopRoute("a");
        String second = publish("{\"temperature\":{\"value\":2}}");
        await().atMost(PATIENCE).until(() -> journalHolds(second));
        context.stop();

        context = newContext();
        startRoutes(route("a", "", this::note));

        await().atMost(PATIENCE).until(() -> delivered.size() == 2);
        assertThat(delivered).containsExactly(first, second);
    }

    @Test
    void leavesPingsToTheRoute() throws Exception {
        List<String> types = new CopyOnWriteArrayList<>();
        startRoutes(route(
                "a",
                "&pingInterval=1s",
                exchange -> body(exchange).forEach(part -> types.add(part.getHeader("DtEventType", String.class)))));

        await().atMost(PATIENCE).until(() -> types.contains(Event.PING));
    }

    @Test
    void refusesAMisspeltEventTypeAndNamesTheNearest() {
        assertThatThrownBy(() -> startRoutes(route("a", "&eventTypes=temprature", this::note)))
                .rootCause()
                .hasMessageContaining("eventTypes names 'temprature'")
                .hasMessageContaining("did you mean 'temperature'?");
    }

    @Test
    void refusesAnOptionOutOfRangeAndSaysWhatIsAllowed() {
        assertThatThrownBy(() -> startRoutes(route("a", "&pingInterval=10ms", this::note)))
                .rootCause()
                .hasMessageContaining("pingInterval is 10 ms; it must be between 1000 and 300000 ms");
    }

    @Test
    void refusesMoreExchangesThanABatchHasEvents() {
        assertThatThrownBy(() -> startRoutes(route("a", "&maxBatchSize=5&maxInflightExchanges=6", this::note)))
                .rootCause()
                .hasMessageContaining("maxInflightExchanges is 6, more than maxBatchSize, which is 5");
    }

    @Test
    void refusesPooledExchangesWithWhichNothingWouldEverBeDelivered() {
        context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());

        assertThatThrownBy(() -> startRoutes(route("a", "", this::note)))
                .hasMessageContaining("remove camel.main.exchangeFactory=pooled");
    }

    @Test
    void refusesTwoRoutesThatAskForDifferentEventsOfOneStream() {
        assertThatThrownBy(() -> startRoutes(route("a", "", this::note), route("b", "&eventTypes=touch", this::note)))
                .hasMessageContaining("with other options than a")
                .hasMessageContaining("stream=NAME");
    }

    @Test
    void opensAStreamOfItsOwnUnderAnotherName() throws Exception {
        List<String> touches = new CopyOnWriteArrayList<>();
        startRoutes(
                route("a", "", this::note),
                route(
                        "b",
                        "&stream=touches&eventTypes=touch",
                        exchange -> body(exchange)
                                .forEach(part -> touches.add(part.getHeader("DtEventType", String.class)))));

        await().atMost(PATIENCE).until(() -> cloud.openStreams() == 2);
        publish("{\"temperature\":{\"value\":1}}");
        await().atMost(PATIENCE).until(() -> !delivered.isEmpty());
        cloud.publish(device, "touch", "{}");

        await().atMost(PATIENCE).until(() -> !touches.isEmpty());
        assertThat(touches).containsOnly("touch");
        assertThat(cloud.openStreams()).isEqualTo(2);
    }

    private CamelContext newContext() {
        DefaultCamelContext fresh = new DefaultCamelContext();
        DtStreamComponent component = new DtStreamComponent();
        SimulatedAccount.set(component, cloud, data);
        fresh.addComponent("dt-stream", component);
        return fresh;
    }

    private void startRoutes(RouteBuilder... routes) throws Exception {
        for (RouteBuilder route : routes) {
            context.addRoutes(route);
        }
        context.start();
        await().atMost(PATIENCE).until(() -> cloud.openStreams() > 0);
    }

    private RouteBuilder route(String id, String options, Step step) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("dt-stream:" + cloud.projectId() + "?subscriber=" + id + options)
                        .routeId(id)
                        .process(step::process);
            }
        };
    }

    private String publish(String data) {
        String own = data.substring(data.indexOf(':') + 1, data.length() - 1);
        return cloud.publish(device, "temperature", own).eventId();
    }

    private void note(Exchange exchange) {
        for (Message part : body(exchange)) {
            if (!isPing(part)) {
                delivered.add(part.getHeader("DtEventId", String.class));
            }
        }
    }

    private static boolean isPing(Message part) {
        return Event.PING.equals(part.getHeader("DtEventType"));
    }

    private boolean journalHolds(String eventId) throws IOException {
        try (var files = Files.walk(data.resolve("journal"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".ndjson")).toList()) {
                if (Files.readString(file).contains(eventId)) {
                    return true;
                }
            }
        }
        return false;
    }

    @SuppressWarnings("unchecked")
    private static List<Message> body(Exchange exchange) {
        return exchange.getMessage().getBody(List.class);
    }

    private interface Step {
        void process(Exchange exchange) throws Exception;
    }
}
