package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.mqtt.Subscriber;
import io.github.dtstream.proof.Broker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.device.SimulatedEvent.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The retained topic of the newest value, with the shipped route and a real broker. */
class LastValueTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ROUTE = "events-to-mqtt.camel.yaml";

    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private Broker broker;
    private Subscriber subscriber;
    private String device;
    private String topic;

    @BeforeEach
    void startCloudAndBroker() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        topic = "dt/" + cloud.projectId() + "/" + device + "/temperature";
        broker = Broker.start(Files.createDirectories(folder.resolve("broker")));
        subscriber = Subscriber.to(broker.port(), "dt/#");
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.copy(Path.of("routes").resolve(ROUTE), routes.resolve(ROUTE));
    }

    @AfterEach
    void stopCloudAndBroker() throws Exception {
        subscriber.close();
        broker.close();
        cloud.close();
    }

    private RouterFixture router(boolean lastValue) throws Exception {
        return router(lastValue, "1s");
    }

    /**
     * A router of which the newest record is an event, whose time the test knows: there the gap begins when it ends. Its stream
     * is open when this returns, and there is none of an earlier router.
     */
    private RouterFixture routerWithoutPings(boolean lastValue) throws Exception {
        await("the end of streams before").atMost(PATIENCE).until(() -> cloud.openStreams() == 0);
        RouterFixture router = router(lastValue, "5m");
        await("a stream").atMost(PATIENCE).until(() -> cloud.openStreams() == 1);
        return router;
    }

    private RouterFixture router(boolean lastValue, String pingInterval) throws Exception {
        return RouterFixture.start(
                folder,
                cloud,
                Map.of(
                        "dt.mqtt-url",
                        "tcp://127.0.0.1:" + broker.port(),
                        "dt.mqtt-last-value",
                        String.valueOf(lastValue),
                        "dt.ping-interval",
                        pingInterval,
                        "camel.component.dt-stream.historyIndexingDelay",
                        "500ms"));
    }

    private SimulatedEvent publish(Instant at, Origin origin) {
        return cloud.publish(device, "temperature", "{\"value\":21.5}", at, origin);
    }

    private void awaitOn(String name, SimulatedEvent event, String source) {
        await().atMost(PATIENCE)
                .until(() -> subscriber.payloads(name).stream()
                        .anyMatch(text ->
                                text.contains(event.eventId()) && text.contains("\"source\":\"" + source + "\"")));
    }

    private List<String> lastValues() {
        return subscriber.payloads(topic + "/last");
    }

    /** The message that a new subscriber gets, which a busy broker may not send at once. */
    private void awaitRetained(String name, String... texts) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(retained(name)).get().asString().contains(texts));
    }

    /** The message that a new subscriber gets within seconds. */
    private Optional<String> retained(String name) throws InterruptedException {
        Mqtt5BlockingClient late = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .buildBlocking();
        late.connect();
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = late.publishes(MqttGlobalPublishFilter.ALL)) {
            late.subscribeWith().topicFilter(name).send();
            return publishes.receive(5, TimeUnit.SECONDS).map(Subscriber::text);
        } finally {
            late.disconnect();
        }
    }

    @Test
    void staysTheNewestWhateverComesLateAndOverARestart() throws Exception {
        Instant begin = Instant.now();
        SimulatedEvent newest;
        try (RouterFixture first = routerWithoutPings(true)) {
            newest = publish(begin, Origin.LIVE);
            awaitOn(topic + "/last", newest, "live");
            awaitOn(topic + "/late", publish(begin.minusSeconds(3600), Origin.LATE), "live");
            assertThat(first.data).isDirectory();
        }
        SimulatedEvent missed = publish(begin.minusSeconds(20), Origin.LIVE);
        SimulatedEvent fresh;
        try (RouterFixture second = router(true)) {
            awaitOn(topic + "/late", missed, "history");
            assertThat(lastValues()).singleElement().asString().contains(newest.eventId());
            awaitRetained(topic + "/last", newest.eventId());

            fresh = publish(Instant.now(), Origin.LIVE);
            awaitOn(topic + "/last", fresh, "live");
            assertThat(second.data).isDirectory();
        }
        SimulatedEvent whileAway = publish(Instant.now(), Origin.LIVE);
        try (RouterFixture third = router(true)) {
            awaitOn(topic + "/last", whileAway, "history");
            assertThat(third.data).isDirectory();
        }

        awaitRetained(topic + "/last", whileAway.eventId());
        assertThat(lastValues()).hasSize(3);
        assertThat(retained(topic)).isEmpty();
    }

    @Test
    void staysTheLastOnItsTopicWhenAnInterruptionIsFilledAfterALiveEvent() throws Exception {
        Instant begin = Instant.now();
        try (RouterFixture router = routerWithoutPings(false)) {
            awaitOn(topic, publish(begin.minusSeconds(1500), Origin.LIVE), "live");
            assertThat(router.data).isDirectory();
        }
        List<SimulatedEvent> missed = new ArrayList<>();
        for (int minute = 20; minute > 0; minute--) {
            missed.add(publish(begin.minusSeconds(60L * minute), Origin.LIVE));
        }
        try (RouterFixture router = routerWithoutPings(false)) {
            SimulatedEvent current = publish(Instant.now(), Origin.LIVE);
            awaitOn(topic, current, "live");
            for (SimulatedEvent event : missed) {
                await().atMost(PATIENCE)
                        .until(() -> Stream.of(topic, topic + "/late")
                                .flatMap(name -> subscriber.payloads(name).stream())
                                .anyMatch(text -> text.contains(event.eventId())));
            }
            List<String> onTopic = subscriber.payloads(topic);
            assertThat(onTopic.get(onTopic.size() - 1)).contains(current.eventId());
            assertThat(router.data).isDirectory();
        }
    }

    @Test
    void isThereOfADeviceThatHasSentNothingSinceMarchAndNowhereElse() throws Exception {
        Instant march = Instant.now().minus(Duration.ofDays(240));
        publish(march, Origin.PRELOADED);
        String first = "reported-" + device + "-temperature-";
        try (RouterFixture router = router(true)) {
            router.awaitLive();
            awaitRetained(topic + "/last", first, "\"source\":\"reported\"");
            SimulatedEvent now = publish(Instant.now(), Origin.LIVE);
            awaitOn(topic, now, "live");
            awaitOn(topic + "/last", now, "live");
            assertThat(router.data.resolve("reported")).isDirectory();
        }
        try (RouterFixture router = router(true)) {
            router.awaitLive();
            SimulatedEvent later = publish(Instant.now(), Origin.LIVE);
            awaitOn(topic + "/last", later, "live");
            assertThat(router.data).isDirectory();
        }
        assertThat(subscriber.payloads(topic)).noneMatch(text -> text.contains("reported"));
        assertThat(subscriber.payloads(topic + "/late")).isEmpty();
        assertThat(subscriber.payloads(topic + "/last").stream().filter(text -> text.contains("reported")))
                .hasSizeLessThanOrEqualTo(1);
        try (Stream<Path> files = Files.walk(folder.resolve("data/journal"))) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(each -> each.toString().contains("segments"))
                    .toList()) {
                assertThat(Files.readString(file)).doesNotContain(first);
            }
        }
    }

    @Test
    void isNotThereUnlessItIsSwitchedOn() throws Exception {
        try (RouterFixture router = router(false)) {
            router.awaitLive();
            awaitOn(topic, publish(Instant.now(), Origin.LIVE), "live");
            assertThat(router.data).isDirectory();
        }

        assertThat(lastValues()).isEmpty();
        assertThat(retained(topic + "/last")).isEmpty();
    }
}
