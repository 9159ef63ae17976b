package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.LogCapture;
import io.github.dtstream.faultproxy.Cut;
import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.mqtt.connection.MqttConnection;
import io.github.dtstream.mqtt.message.PublishFailedException;
import io.github.dtstream.mqtt.message.PublishRefusedException;
import io.github.dtstream.mqtt.message.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledIf("io.github.dtstream.mqtt.Mosquitto#isInstalled")
class MosquittoTest extends MqttTest {
    private static final int TOPICS = 7;

    @TempDir
    private Path directory;

    /** Messages numbered from {@code from}, on several topics, in lists of 500. */
    private static List<CompletableFuture<Exchange>> send(Publisher publisher, int from, int to) {
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int start = from; start < to; start += 500) {
            List<Message> list = new ArrayList<>();
            for (int number = start; number < Math.min(to, start + 500); number++) {
                list.add(publisher.message(topic(number), "" + number));
            }
            sent.add(publisher.send(list));
        }
        return sent;
    }

    private static String topic(int number) {
        return "dt/p/d" + number % TOPICS + "/temperature";
    }

    private static void assertAllInOrder(Subscriber subscriber, int from, int to) {
        var byTopic = subscriber.firstByTopic();
        for (int t = 0; t < TOPICS; t++) {
            List<String> expected = new ArrayList<>();
            for (int number = from; number < to; number++) {
                if (number % TOPICS == t) {
                    expected.add("" + number);
                }
            }
            assertThat(byTopic.get(topic(t))).isEqualTo(expected);
        }
    }

    @Test
    void publishesAllInOrderWithinAReceiveMaximumOfTwenty() throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory));
        Subscriber subscriber = with(Subscriber.to(broker.port(), "dt/#"));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + broker.url()));

        for (var sent : send(publisher, 0, 20_000)) {
            Publisher.success(sent);
        }
        subscriber.await(20_000);

        assertThat(subscriber.received()).hasSize(20_000);
        assertAllInOrder(subscriber, 0, 20_000);
        assertThat(publisher.status().acknowledged()).isEqualTo(20_000);
    }

    @Test
    void sendsAgainInOrderWhatConnectionsThatAreCutLeftUnacknowledged() throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory));
        FaultProxy proxy = with(FaultProxy.start(broker.port()));
        Subscriber subscriber = with(Subscriber.to(broker.port(), "dt/#"));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + url(proxy) + FAST));

        List<CompletableFuture<Exchange>> all = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            long before = publisher.status().reconnects();
            proxy.cutAfterUp(10_000, Cut.RST);
            all.addAll(send(publisher, round * 2_000, (round + 1) * 2_000));
            await().until(() -> publisher.status().reconnects() > before);
        }
        for (var sent : all) {
            Publisher.success(sent);
        }
        subscriber.await(20_000);

        assertAllInOrder(subscriber, 0, 20_000);
    }

    @Test
    void deliversEverythingThatABrokerHadNotAcknowledgedWhenItWasKilled() throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + broker.url() + FAST + "&retained=true"));
        List<CompletableFuture<Exchange>> all = send(publisher, 0, 5_000);
        await().until(() -> publisher.status().acknowledged() > 200);

        broker.kill();
        await().until(() -> !publisher.status().connected());
        int taken = (int) publisher.status().acknowledged();
        all.addAll(send(publisher, 5_000, 8_000));
        broker.start();
        for (var sent : all) {
            Publisher.success(sent);
        }
        Subscriber subscriber = with(Subscriber.to(broker.port(), "dt/#"));
        subscriber.await(TOPICS);

        // Messages that the broker had accepted were lost with its memory, so the retained last values were published
        // afterwards.
        assertThat(publisher.status().acknowledged()).isEqualTo(8_000);
        assertThat(taken).isBetween(200, 5_000);
        assertThat(subscriber.payloads())
                .containsExactlyInAnyOrder("7993", "7994", "7995", "7996", "7997", "7998", "7999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void setsAsideAMessageThatIsLongerThanTheBrokersPacketsAlsoWhereItIsTheOnlyOne(String version) throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory, "max_packet_size 1000"));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + broker.url()
                + "&minReconnectDelay=1&maxReconnectDelay=2&mqttVersion=" + version));

        var sent = publisher.send(List.of(publisher.message("t", "x".repeat(2_000))));

        assertThat(Publisher.failure(sent, PublishRefusedException.class).refusals())
                .singleElement();
        Publisher.success(publisher.send(List.of(publisher.message("t", "small"))));
    }

    @Test
    void tellsHowLongTheBrokerWasAway() throws Exception {
        LogCapture log = with(LogCapture.of(MqttConnection.class));
        Mosquitto broker = with(Mosquitto.start(directory));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + broker.url() + FAST));
        Publisher.success(publisher.send(List.of(publisher.message("dt/p/d/temperature", "1"))));

        broker.kill();
        await().until(() -> !publisher.status().connected());
        broker.start();
        await().until(() -> publisher.status().connected());

        List<String> connects = log.messages().stream()
                .filter(line -> line.startsWith("Connected to MQTT broker"))
                .toList();
        assertThat(connects).hasSize(2);
        assertThat(connects.get(0)).doesNotContain("away");
        assertThat(connects.get(1)).matches(".*; it was unreachable for \\d+\\.\\d s; 0 messages wait");
    }

    @Test
    void deliversEverythingOverABrokerThatIsRestarted() throws Exception {
        Mosquitto broker = with(Mosquitto.start(
                directory, "persistence true", "persistence_location " + directory + "/", "autosave_interval 1"));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + broker.url() + FAST + "&retained=true"));
        List<CompletableFuture<Exchange>> all = send(publisher, 0, 3_000);
        await().until(() -> publisher.status().acknowledged() > 200);

        broker.stop();
        await().until(() -> !publisher.status().connected());
        all.addAll(send(publisher, 3_000, 4_000));
        broker.start();
        for (var sent : all) {
            Publisher.success(sent);
        }

        Subscriber subscriber = with(Subscriber.to(broker.port(), "dt/#"));
        subscriber.await(TOPICS);
        assertThat(subscriber.payloads())
                .as("the last message of each topic")
                .containsExactlyInAnyOrder("3993", "3994", "3995", "3996", "3997", "3998", "3999");
    }

    @Test
    void waitsForABrokerThatIsAwayAtStart() throws Exception {
        Mosquitto broker = with(Mosquitto.prepare(directory));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + broker.url() + FAST));
        List<CompletableFuture<Exchange>> all = send(publisher, 0, 1_000);
        await().until(() -> publisher.status().lastError() != null);
        assertThat(all).noneMatch(CompletableFuture::isDone);
        assertThat(publisher.status().sentence()).contains("Not connected to " + broker.url(), "1000 messages wait");

        broker.start();
        for (var sent : all) {
            Publisher.success(sent);
        }

        assertThat(publisher.status().connected()).isTrue();
        assertThat(publisher.status().acknowledged()).isEqualTo(1_000);
    }

    @Test
    void failsWhatIsPendingWhenStoppedWhileTheBrokerIsAway() throws Exception {
        Mosquitto broker = with(Mosquitto.prepare(directory));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + broker.url() + FAST));
        List<CompletableFuture<Exchange>> all = send(publisher, 0, 1_000);

        publisher.close();

        for (var sent : all) {
            assertThat(Publisher.failure(sent, PublishFailedException.class))
                    .hasMessageContaining("500 of 500 messages were not acknowledged");
        }
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void doesNotHoldUpTheStopOfARouteWhoseBrokerIsAway() throws Exception {
        Mosquitto broker = with(Mosquitto.prepare(directory));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + broker.url() + FAST));
        publisher.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("timer:once?repeatCount=1").routeId("mqtt").to("dt-mqtt:events?brokerUrl=" + broker.url());
            }
        });
        await().until(() -> publisher.context().getInflightRepository().size("mqtt") == 1);

        // Instead of 45 s: if the stop waited for the exchange, it would not return.
        publisher.context().getShutdownStrategy().setTimeout(TimeUnit.DAYS.toSeconds(1));
        publisher.context().getRouteController().stopRoute("mqtt");

        assertThat(publisher.context().getInflightRepository().size("mqtt")).isZero();
    }

    @Test
    void noticesABlackHoleByKeepAlive() throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory));
        FaultProxy proxy = with(FaultProxy.start(broker.port()));
        Subscriber subscriber = with(Subscriber.to(broker.port(), "dt/#"));
        Publisher publisher =
                with(new Publisher("dt-mqtt:none?brokerUrl=" + url(proxy) + FAST + "&keepAliveInterval=1"));
        Publisher.success(publisher.send(List.of(publisher.message(topic(0), "0"))));

        proxy.blackHole();
        List<CompletableFuture<Exchange>> all = send(publisher, 1, 3_000);
        await().until(() -> !publisher.status().connected());
        proxy.cut(Cut.RST);
        proxy.pass();
        for (var sent : all) {
            Publisher.success(sent);
        }
        subscriber.await(3_000);

        assertAllInOrder(subscriber, 0, 3_000);
    }

    @Test
    void keepsManyMessagesInFlightOverALongLine() throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory, "max_inflight_messages 0"));
        FaultProxy proxy = with(FaultProxy.start(broker.port()));
        proxy.delay(Duration.ofMillis(20));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + url(proxy) + FAST));
        await().until(() -> publisher.status().connected());

        proxy.delay(Duration.ofDays(1));
        List<CompletableFuture<Exchange>> all = send(publisher, 0, 2_000);
        // With topic aliases a message takes eleven bytes or more.
        await().until(() -> proxy.bytesUp() > 1_000 * 11);

        assertThat(publisher.status().inflight()).isEqualTo(1_000);
        proxy.cut(Cut.RST);
        proxy.pass();
        for (var sent : all) {
            Publisher.success(sent);
        }
    }

    @Test
    void neverHasMoreInFlightThanItIsAllowed() throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory, "max_inflight_messages 0"));
        FaultProxy proxy = with(FaultProxy.start(broker.port()));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + url(proxy) + FAST + "&maxInflight=30"));
        await().until(() -> publisher.status().connected());

        proxy.blackHole();
        send(publisher, 0, 1_000);

        assertThat(publisher.status().inflight()).isEqualTo(30);
        assertThat(publisher.status().waiting()).isEqualTo(970);
    }

    @Test
    void holdsUpTheCallerWhileTooManyMessagesWait() throws Exception {
        Mosquitto broker = with(Mosquitto.prepare(directory));
        Publisher publisher = with(new Publisher(
                "dt-mqtt:none?brokerUrl=" + broker.url() + FAST + "&maxInflight=100&maxPendingMessages=1000"));

        CompletableFuture<List<CompletableFuture<Exchange>>> caller =
                CompletableFuture.supplyAsync(() -> send(publisher, 0, 5_000));
        await().until(() -> publisher.status().waiting() == 1_000);
        assertThat(caller).isNotDone();
        broker.start();

        for (var sent : caller.get(60, TimeUnit.SECONDS)) {
            Publisher.success(sent);
        }
    }

    @Test
    void speaksMqtt311() throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory));
        FaultProxy proxy = with(FaultProxy.start(broker.port()));
        Subscriber subscriber = with(Subscriber.to(broker.port(), "dt/#"));
        Publisher publisher = with(new Publisher("dt-mqtt:none?mqttVersion=3.1.1&brokerUrl=" + url(proxy) + FAST));
        proxy.cutAfterUp(20_000, Cut.RST);

        for (var sent : send(publisher, 0, 5_000)) {
            Publisher.success(sent);
        }
        subscriber.await(5_000);

        assertThat(publisher.status().reconnects()).isPositive();
        assertAllInOrder(subscriber, 0, 5_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_qos 0", "max_qos 1", "retain_available false", "max_keepalive 10"})
    void keepsToTheLimitsThatTheBrokerIsGiven(String limit) throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory, limit));
        Subscriber subscriber = with(Subscriber.to(broker.port(), "dt/#"));
        Publisher publisher = with(new Publisher("dt-mqtt:none?qos=2&retained=true&willTopic=state&keepAliveInterval=30"
                + "&brokerUrl=" + broker.url() + FAST));

        for (var sent : send(publisher, 0, 2_000)) {
            Publisher.success(sent);
        }
        subscriber.await(2_000);

        assertAllInOrder(subscriber, 0, 2_000);
        assertThat(publisher.status().refused()).isZero();
        assertThat(publisher.status().isWell()).isTrue();
    }

    @Test
    void leavesOutAWillThatABrokerOfTheOlderVersionDoesNotRetain() throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory, "retain_available false"));
        Subscriber subscriber = with(Subscriber.to(broker.port(), "dt/#"));
        Publisher publisher =
                with(new Publisher("dt-mqtt:none?mqttVersion=3.1.1&willTopic=state&brokerUrl=" + broker.url() + FAST));

        for (var sent : send(publisher, 0, 2_000)) {
            Publisher.success(sent);
        }
        subscriber.await(2_000);

        assertAllInOrder(subscriber, 0, 2_000);
    }

    @Test
    void setsAsideOnlyWhatIsLongerThanTheBrokerTakesAndNeedsNoWillForIt() throws Exception {
        // With max_queued_messages 0 it closes the connection after the answer, which only costs time.
        Mosquitto broker = with(Mosquitto.start(directory, "message_size_limit 2000", "max_queued_messages 100000"));
        Subscriber subscriber = with(Subscriber.to(broker.port(), "dt/#"));
        Publisher publisher = with(new Publisher("dt-mqtt:none?brokerUrl=" + broker.url() + FAST));
        List<Message> list = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            list.add(publisher.message(topic(number), number % 100 == 42 ? "x".repeat(3_000) : "" + number));
        }

        PublishRefusedException refused = Publisher.failure(publisher.send(list), PublishRefusedException.class);

        assertThat(refused.refusals()).extracting(Refusal::index).hasSize(10).allMatch(index -> index % 100 == 42);
        subscriber.await(990);
        assertThat(publisher.status().reconnects()).isZero();
    }

    @Test
    void hearsWhatSaysThatItIsGoneAndContradicts() throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory));
        Subscriber subscriber = with(Subscriber.to(broker.port(), "state"));
        String options = "&willTopic=state&brokerUrl=" + broker.url() + FAST;
        Publisher stopped = with(new Publisher("dt-mqtt:none?clientId=a" + options));
        Publisher stays = with(new Publisher("dt-mqtt:none?clientId=b" + options));
        await().until(() -> Collections.frequency(subscriber.payloads(), "online") == 2);

        stopped.close();

        subscriber.awaitPayload("offline");
        await().until(() -> {
            List<String> said = subscriber.payloads();
            return said.get(said.size() - 1).equals("online");
        });
        assertThat(stays.status().connected()).isTrue();
    }

    @Test
    void refusesTheOneMessageThatABrokerClosesTheConnectionUpon() throws Exception {
        Mosquitto broker = with(Mosquitto.start(directory, "max_packet_size 2000"));
        Subscriber subscriber = with(Subscriber.to(broker.port(), "dt/#"));
        Publisher publisher = with(new Publisher(
                "dt-mqtt:none?mqttVersion=3.1.1&willTopic=dt/bridge/state&brokerUrl=" + broker.url() + FAST));
        List<Message> list = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            list.add(publisher.message(topic(number), number == 42 ? "x".repeat(3_000) : "" + number));
        }

        PublishRefusedException refused = Publisher.failure(publisher.send(list), PublishRefusedException.class);

        assertThat(refused.refusals()).extracting(Refusal::index).containsExactly(42);
        subscriber.await(99);
        assertThat(subscriber.payloads()).contains("0", "41", "43", "99");
    }

    @Test
    void saysSoAndKeepsTryingWhileCredentialsAreRefused() throws Exception {
        Path passwords = directory.resolve("passwords");
        Files.writeString(passwords, "");
        Mosquitto broker = with(Mosquitto.start(directory, "allow_anonymous false", "password_file " + passwords));
        Publisher publisher =
                with(new Publisher("dt-mqtt:none?userName=router&password=hush&brokerUrl=" + broker.url() + FAST));
        CompletableFuture<Exchange> sent = publisher.send("event", Map.of());

        await().until(() -> publisher.status().lastError() != null);

        assertThat(publisher.status().lastError()).contains("NOT_AUTHORIZED").doesNotContain("hush");
        assertThat(sent).isNotDone();
    }
}
