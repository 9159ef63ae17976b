package io.github.dtstream.app.router.routes;

import static io.github.dtstream.mqtt.Subscriber.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.mqtt.Subscriber;
import io.github.dtstream.proof.Broker;
import io.github.dtstream.simulator.SimulatedCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages about edits at a real broker while the router runs. */
class RouteChangeNotifierTest {
    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private Broker broker;
    /** The router's way to the broker. */
    private FaultProxy network;

    private Subscriber subscriber;
    private Path mqtt;
    private Path log;

    @BeforeEach
    void start() throws Exception {
        cloud = RouterFixture.cloud();
        broker = Broker.start(Files.createDirectory(folder.resolve("broker")));
        network = FaultProxy.start(broker.port());
        Files.createDirectory(folder.resolve("routes"));
        mqtt = copy("events-to-mqtt.camel.yaml");
        log = copy("events-to-log.camel.yaml");
        subscribe();
    }

    @AfterEach
    void stop() throws Exception {
        subscriber.close();
        network.close();
        broker.close();
        cloud.close();
    }

    private Path copy(String name) throws IOException {
        return Files.copy(Path.of("routes", name), folder.resolve("routes").resolve(name));
    }

    private void subscribe() {
        subscriber = Subscriber.to(broker.port(), "#");
    }

    private RouterFixture router(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("dt.mqtt-url", "tcp://127.0.0.1:" + network.port());
        return RouterFixture.start(folder, cloud, settings);
    }

    private static void edit(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    /** The topic of the router's own messages, after it has made its identifier. */
    private String topic(String name) throws IOException {
        Path id = folder.resolve("data/mqtt/router-id");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> Files.exists(id) && !Files.readString(id).isEmpty());
        return "dt/bridge-" + Files.readString(id).strip() + "/" + name;
    }

    private Mqtt5Publish awaitEvent(String topic, int number) {
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> subscriber.received(topic).size() >= number);
        return subscriber.received(topic).get(number - 1);
    }

    @Test
    void tellBesideTheRoutesOwnTopicWhatIsRefusedAndThatItIsMended() throws Exception {
        edit(mqtt, "dt/bridge-{router}/state", "acme/bridge/state");
        try (RouterFixture router = router(Map.of())) {
            assertThat(text(awaitEvent("acme/bridge/state", 1))).isEqualTo("online");

            edit(log, "- split:", "- splitt:");
            Mqtt5Publish refused = awaitEvent("acme/bridge/event", 1);
            JsonNode event = RouterFixture.parse(text(refused));

            assertThat(event.fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder("what", "file", "line", "column", "message", "time");
            assertThat(event.get("what").asText()).isEqualTo("route-refused");
            assertThat(event.get("file").asText()).isEqualTo(log.toString());
            assertThat(event.get("line").asInt()).isEqualTo(lineOf("- splitt:"));
            assertThat(event.get("column").asInt()).isEqualTo(11);
            assertThat(event.get("message").asText()).isEqualTo("unknown step 'splitt'; did you mean 'split'?");
            assertThat(Instant.parse(event.get("time").asText())).isBefore(Instant.now());
            assertThat(refused.isRetain()).isFalse();

            edit(log, "- splitt:", "- split:");
            JsonNode mended = RouterFixture.parse(text(awaitEvent("acme/bridge/event", 2)));

            assertThat(mended.get("what").asText()).isEqualTo("route-mended");
            assertThat(mended.get("file").asText()).isEqualTo(log.toString());
            assertThat(router.get("/health").body()).contains("the route files are in order again");
        }
        assertThat(text(awaitEvent("acme/bridge/state", 2))).isEqualTo("offline");
    }

    /** The line of a text in the edited route, from 1. */
    private int lineOf(String text) throws IOException {
        String route = Files.readString(log);
        return (int) route.substring(0, route.indexOf(text)).lines().count();
    }

    private JsonNode event(int number) throws IOException {
        return RouterFixture.parse(text(awaitEvent(topic("event"), number)));
    }

    @Test
    void withdrawAfterARestartWhatWasMendedWhileTheRouterDidNotRun() throws Exception {
        Path open = folder.resolve("data/mqtt/open-complaints.json");
        try (RouterFixture router = router(Map.of())) {
            awaitEvent(topic("state"), 1);
            edit(log, "- split:", "- splitt:");
            assertThat(event(1).get("what").asText()).isEqualTo("route-refused");
        }
        assertThat(open).content().contains("events-to-log");
        edit(log, "- splitt:", "- split:");

        try (RouterFixture router = router(Map.of())) {
            JsonNode mended = event(2);
            assertThat(mended.get("what").asText()).isEqualTo("route-mended");
            assertThat(mended.get("file").asText()).isEqualTo(log.toString());
            await().atMost(RouterFixture.PATIENCE).until(() -> Files.notExists(open));
        }

        try (RouterFixture router = router(Map.of())) {
            awaitEvent(topic("state"), 5);
            edit(log, "- split:", "- splitt:");
            assertThat(event(3).get("what").asText())
                    .as("nothing is withdrawn twice")
                    .isEqualTo("route-refused");
        }
    }

    @Test
    void reachTheBrokerAlsoWhereNoRoutePublishes() throws Exception {
        try (RouterFixture router = router(Map.of("dt.route.mqtt", "false"))) {
            edit(log, "id: events-to-log", "id: events-to-log\n    nam: x");

            JsonNode event = RouterFixture.parse(text(awaitEvent(topic("event"), 1)));

            assertThat(event.get("message").asText()).startsWith("unknown key 'nam' in 'route'");
            assertThat(router.get("/health").body()).contains("unknown key 'nam'");
        }
    }

    @Test
    void waitForABrokerThatIsAway() throws Exception {
        try (RouterFixture router = router(Map.of())) {
            awaitEvent(topic("state"), 1);
            network.refuse();
            broker.kill();
            edit(log, "- split:", "- splitt:");
            await().atMost(RouterFixture.PATIENCE)
                    .until(() -> router.get("/health").body().contains("unknown step 'splitt'"));

            broker.start();
            subscribe();
            // only now, as the message is for those who have subscribed
            network.pass();

            assertThat(text(awaitEvent(topic("event"), 1))).contains("unknown step 'splitt'");
            assertThat(subscriber.received(topic("event")))
                    .extracting(Mqtt5Publish::getQos)
                    .containsOnly(MqttQos.AT_LEAST_ONCE);
        }
    }
}
