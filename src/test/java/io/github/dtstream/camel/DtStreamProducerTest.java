package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.event.Event;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.push.MessageRefusedException;
import io.github.dtstream.push.PushDelayedException;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.stream.EventStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.SimpleTypeConverter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Appending by routes, in a real context, in addition to the simulated cloud's stream over real sockets or instead of
 * it.
 */
final class DtStreamProducerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path data;

    private final List<Message> delivered = new CopyOnWriteArrayList<>();
    private SimulatedCloud cloud;
    private String device;
    private CamelContext context;
    private DtStreamComponent component;

    @BeforeEach
    void startCloud() throws IOException {
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(500));
        cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new Random(1));
        device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        newContext();
    }

    @AfterEach
    void stopAll() {
        context.stop();
        cloud.close();
    }

    private void newContext() {
        context = new DefaultCamelContext();
        component = new DtStreamComponent();
        SimulatedAccount.set(component, cloud, data);
        component.setHistoryIndexingDelay(500);
        component.getConfiguration().setPingInterval(1000); // a stream counts as live with its first event, here a ping
        context.addComponent("dt-stream", component);
    }

    /** The configuration of a user who only has Data Connectors. */
    private void withoutAccount() {
        component.setServiceAccountKeyId(null);
        component.setServiceAccountSecret(null);
        component.setServiceAccountEmail(null);
        component.getConfiguration().setStreaming(false);
    }

    private void start() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").to("dt-stream:" + cloud.projectId()).setProperty("after", constant(true));
                from("dt-stream:" + cloud.projectId() + "?subscriber=a&startFrom=beginning")
                        .process(DtStreamProducerTest.this::note);
            }
        });
        context.start();
    }

    private void startAndFlow() throws Exception {
        start();
        await().atMost(PATIENCE).until(() -> stream().sessionState() instanceof SessionState.Live);
    }

    @SuppressWarnings("unchecked")
    private void note(Exchange exchange) {
        for (Message part : (List<Message>) exchange.getMessage().getBody(List.class)) {
            if (!Event.PING.equals(part.getHeader("DtEventType"))) {
                delivered.add(part);
            }
        }
    }

    private EventStream stream() {
        return component.streams().all().get(0);
    }

    private Exchange push(Object body) {
        return context.createProducerTemplate()
                .send("direct:in", exchange -> exchange.getMessage().setBody(body));
    }

    private void pushWell(Object body) {
        assertThat(push(body).getException()).isNull();
    }

    private String event(String id) {
        return event(id, "2026-05-29T10:00:00Z");
    }

    private String event(String id, String time) {
        return "{\"eventId\":\"" + id + "\",\"targetName\":\"projects/" + cloud.projectId() + "/devices/" + device
                + "\",\"eventType\":\"touch\",\"data\":{\"touch\":{}},\"timestamp\":\"" + time + "\"}";
    }

    private String payload(String event, String name) {
        return "{\"event\":" + event + ",\"labels\":{\"name\":\"" + name + "\"},\"metadata\":{\"deviceId\":\"" + device
                + "\",\"projectId\":\"" + cloud.projectId()
                + "\",\"deviceType\":\"touch\",\"productNumber\":\"102058\"}}";
    }

    private List<String> ids() {
        return delivered.stream()
                .map(part -> part.getHeader("DtEventId", String.class))
                .toList();
    }

    private void awaitIds(String... ids) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ids()).containsExactly(ids));
    }

    @Test
    void takesAnEventInWhateverFormARouteHasIt() throws Exception {
        startAndFlow();
        Map<?, ?> map = new ObjectMapper().readValue(event("map"), Map.class);
        Path file = Files.writeString(data.resolve("in.ndjson"), event("f1") + "\n" + event("f2") + "\n");
        GenericFile<Object> genericFile = new GenericFile<>();
        genericFile.setFile(file.toFile());
        genericFile.setBody(file.toFile());
        List<Object> list = new ArrayList<>(List.of(event("l1"), event("l2").getBytes(StandardCharsets.UTF_8)));
        list.add(Map.of("event", new ObjectMapper().readValue(event("l3"), Map.class)));

        pushWell(event("text"));
        pushWell(event("bytes").getBytes(StandardCharsets.UTF_8));
        pushWell(map);
        pushWell(new ObjectMapper().readTree(event("tree")));
        pushWell(new ByteArrayInputStream(event("stream").getBytes(StandardCharsets.UTF_8)));
        pushWell(genericFile);
        pushWell(list);
        pushWell("[" + event("a1") + "," + event("a2") + "]");

        awaitIds("text", "bytes", "map", "tree", "stream", "f1", "f2", "l1", "l2", "l3", "a1", "a2");
        assertThat(delivered).extracting(part -> part.getHeader("DtSource")).containsOnly("push");
    }

    /** The body of an Azure Service Bus message, which its component can convert to text. */
    private record Wrapped(String json) {}

    @Test
    void takesWhatAComponentMakesTextOf() throws Exception {
        context.getTypeConverterRegistry()
                .addTypeConverter(
                        String.class,
                        Wrapped.class,
                        new SimpleTypeConverter(false, (type, exchange, value) -> ((Wrapped) value).json()));
        startAndFlow();
        pushWell(new Wrapped(event("e1")));
        awaitIds("e1");
    }

    @Test
    void goesOnInTheRouteWhenTheEventsAreOnDiskAndSaysHowManyWereNew() throws Exception {
        startAndFlow();
        Exchange exchange = push(event("e1") + event("e1") + event("e2"));
        assertThat(exchange.getProperty("after")).isEqualTo(true);
        assertThat(exchange.getMessage().getHeader("DtAdded")).isEqualTo(2);
        assertThat(exchange.getMessage().getHeader("DtKnown")).isEqualTo(1);
        awaitIds("e1", "e2");
    }

    @Test
    void refusesAsAWholeWhatIsNoEventAndWhatIsOfAnotherProject() throws Exception {
        startAndFlow();
        assertThat(push(List.of(event("e1"), "{}")).getException())
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageContaining("item 2 of the list: it is no event: eventId is missing");
        assertThat(push(event("e1").replace(cloud.projectId(), "other")).getException())
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageContaining("it is of the project other");
        assertThat(push(null).getException()).hasMessageContaining("its body is empty, and has to be JSON");
        Exchange odd = push(new Object());
        assertThat(odd.getException()).hasMessageContaining("its body is of the type java.lang.Object");
        assertThat(odd.getProperty("after")).isNull();
        pushWell(event("good"));
        awaitIds("good");
    }

    @Test
    void aMessageWithoutAnEventIsNoSignThatEventsCome() throws Exception {
        startAndFlow();
        pushWell("[]");
        assertThat(stream().lastPushed()).isEmpty();
        pushWell(event("e1"));
        assertThat(stream().lastPushed()).isPresent();
    }

    @Test
    void whatComesWhenTheRouteHasStoppedIsToBeBroughtAgain() throws Exception {
        startAndFlow();
        Producer producer =
                context.getEndpoint("dt-stream:" + cloud.projectId()).createProducer();
        producer.start();
        producer.stop();
        Exchange exchange = producer.getEndpoint().createExchange();
        exchange.getMessage().setBody(event("e1"));
        producer.process(exchange);
        assertThat(exchange.getException()).isInstanceOf(PushDelayedException.class);
    }

    @Test
    void whatTheStreamHasBroughtIsNotThereTwiceWhicheverCameFirst() throws Exception {
        startAndFlow();
        SimulatedEvent live = cloud.publish(device, "touch", "{}");
        await().atMost(PATIENCE).until(() -> ids().contains(live.eventId()));
        Exchange again = push(payload(live.toString(), "x"));
        assertThat(again.getMessage().getHeader("DtKnown")).isEqualTo(1);

        String pushedFirst = event("raw1");
        pushWell(pushedFirst);
        cloud.publishRaw("{\"result\":{\"event\":" + pushedFirst + "}}");
        SimulatedEvent last = cloud.publish(device, "touch", "{}");
        awaitIds(live.eventId(), "raw1", last.eventId());
        assertThat(stream().journal().status().duplicates()).isEqualTo(2);
    }

    @Test
    void pushesWhileTheStreamIsInterruptedCloseNoGapAndWhatHistoryBringsIsNotThereTwice() throws Exception {
        startAndFlow();
        cloud.faults().respond(Target.STREAM, Integer.MAX_VALUE, 503);
        cloud.faults().endStreams(Faults.StreamEnd.CUT);
        await().atMost(PATIENCE).until(() -> stream().openGaps() == 1);
        List<String> produced = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            SimulatedEvent missed = cloud.publish(device, "touch", "{}");
            produced.add(missed.eventId());
            if (i % 2 == 0) {
                pushWell(payload(missed.toString(), "Door"));
            }
        }
        await().atMost(PATIENCE).until(() -> delivered.size() == 5);
        assertThat(stream().openGaps()).isEqualTo(1);
        assertThat(stream().gaps().get(0).to()).isNull();

        cloud.faults().clear();
        await().atMost(PATIENCE).until(() -> stream().gaps().get(0).to() != null);
        await().atMost(PATIENCE).until(() -> new HashSet<>(ids()).containsAll(produced));
        assertThat(ids()).doesNotHaveDuplicates();
        assertThat(delivered).extracting(part -> part.getHeader("DtSource")).contains("push", "history");
    }

    @Test
    void whatAPayloadSaysOfItsDeviceIsKnownAtOnce() throws Exception {
        startAndFlow();
        pushWell(payload(event("e1", "2999-01-01T00:00:00Z"), "Front \\\"door\\\""));
        await().atMost(PATIENCE).until(() -> delivered.size() == 1);
        assertThat(delivered.get(0).getHeader("DtDeviceName")).isEqualTo("Front \"door\"");
    }

    @Test
    void withoutAServiceAccountAProjectLivesByPushAlone() throws Exception {
        withoutAccount();
        start();
        assertThat(stream().sessionState()).isInstanceOf(SessionState.Unheld.class);
        pushWell(payload(event("e1"), "Door"));
        awaitIds("e1");
        assertThat(delivered.get(0).getHeader("DtDeviceName")).isEqualTo("Door");
        assertThat(delivered.get(0).getHeader("DtLabels")).isEqualTo(Map.of("name", "Door"));
        assertThat(stream().gaps()).isEmpty();
        assertThat(stream().lastPushed()).isPresent();
        assertThat(cloud.latestRequests()).isEmpty();

        context.stop();
        delivered.clear();
        newContext();
        withoutAccount();
        start();
        pushWell(event("e1") + event("e2"));
        awaitIds("e2");
        assertThat(delivered.get(0).getHeader("DtDeviceName")).isEqualTo("Door");
    }

    @Test
    void gapsFromWhenTheStreamWasHeldDoNotStayOpenForEver() throws Exception {
        startAndFlow();
        context.stop();
        newContext();
        withoutAccount();
        start();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(stream().gaps()).singleElement().satisfies(gap -> {
                    assertThat(gap.state()).isEqualTo(Gap.State.UNFILLABLE);
                    assertThat(gap.unfillable()).contains("without a service account history cannot be read");
                }));
    }

    @Test
    void withAServiceAccountTheyAreFilledThoughTheStreamIsNotHeldAnyMore() throws Exception {
        startAndFlow();
        context.stop();
        SimulatedEvent missed = cloud.publish(device, "touch", "{}");
        newContext();
        component.getConfiguration().setStreaming(false);
        start();
        await().atMost(PATIENCE).until(() -> ids().contains(missed.eventId()));
        assertThat(stream().sessionState()).isInstanceOf(SessionState.Unheld.class);
        await().atMost(PATIENCE).until(() -> cloud.openStreams() == 0);
    }
}
