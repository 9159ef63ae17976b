package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.LogCapture;
import io.github.dtstream.mqtt.StubBroker.Publish;
import io.github.dtstream.mqtt.connection.ManualConnection;
import io.github.dtstream.mqtt.connection.MqttConnection;
import io.github.dtstream.mqtt.link.BrokerLimits;
import io.github.dtstream.mqtt.link.Link;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.PublishException;
import io.github.dtstream.mqtt.message.PublishFailedException;
import io.github.dtstream.mqtt.message.PublishRefusedException;
import io.github.dtstream.mqtt.message.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker's faults, one by one; the test moves the time instead of waiting. */
class BrokerWeatherTest extends MqttTest {
    private static final int MAXIMUM_QOS = 0x24;
    private static final int RETAIN_AVAILABLE = 0x25;
    private static final int MAXIMUM_PACKET_SIZE = 0x27;
    private static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    private static final int SERVER_KEEP_ALIVE = 0x13;
    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final String LARGE = "x".repeat(3_000);

    private StubBroker broker;
    private LogCapture log;

    @BeforeEach
    void start() throws Exception {
        broker = with(StubBroker.start());
        log = with(LogCapture.of(MqttConnection.class));
    }

    private ManualConnection connect(String options) throws Exception {
        return with(new ManualConnection("dt-mqtt:t?clientId=c&brokerUrl=" + broker.url() + FAST + options));
    }

    private List<String> warnings() {
        return log.events().stream()
                .filter(event -> event.getLevel().toString().equals("WARN"))
                .map(event -> event.getFormattedMessage())
                .toList();
    }

    private static List<String> numbers(int count) {
        List<String> numbers = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            numbers.add("" + number);
        }
        return numbers;
    }

    @Test
    void renewsTheLinkWhenTheBrokerAcknowledgesNothingForAMinute() throws Exception {
        AtomicInteger left = new AtomicInteger(12);
        broker.onPublish(publish -> publish.connection() == 1 && left.decrementAndGet() < 0
                ? StubBroker.NO_REPLY
                : StubBroker.acknowledge(publish, 0));
        ManualConnection connection = connect("").connected();
        CompletableFuture<PublishException> sent = connection.publish("t", numbers(40), 1, false);
        await().until(() -> connection.status().acknowledged() == 12);

        connection.pass(Duration.ofSeconds(59));
        assertThat(connection.status().connected()).isTrue();
        assertThat(connection.status().sentence()).contains("28 messages wait, it has acknowledged nothing for 5");
        connection.pass(Duration.ofSeconds(2));

        assertThat(connection.outcome(sent)).isNull();
        assertThat(broker.connects()).hasSize(2);
        assertThat(connection.status().lastError()).contains("not acknowledged what it was sent for 60");
        assertThat(connection.status().isWell()).isTrue();
        List<String> again = broker.publishes().stream()
                .filter(publish -> publish.connection() == 2)
                .map(Publish::payload)
                .toList();
        assertThat(again).isEqualTo(numbers(40).subList(12, 40));
    }

    @Test
    void isNotWellWhileANewLinkIsNotAcknowledgedEither() throws Exception {
        broker.onPublish(publish -> StubBroker.NO_REPLY);
        ManualConnection connection = connect("").connected();
        connection.publish("event");
        await().until(() -> !broker.publishes().isEmpty());

        connection.pass(Duration.ofSeconds(61));
        connection.connected();

        assertThat(connection.status().isWell()).isFalse();
        // Its time continues for as long as real sockets take to connect.
        assertThat(connection.status().sentence())
                .containsPattern("acknowledged nothing for ([6-9]\\d|1\\d\\d) s although the connection was made anew");
        broker.onPublish(publish -> StubBroker.acknowledge(publish, 0));
        connection.pass(Duration.ofSeconds(61));
        await().until(() -> {
            connection.pass(Duration.ofMillis(250));
            return connection.status().isWell();
        });
    }

    @Test
    void doesNotTakeASlowBrokerForASilentOne() throws Exception {
        List<Publish> owed = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger acknowledged = new AtomicInteger();
        broker.onPublish(publish -> {
            owed.add(publish);
            return StubBroker.NO_REPLY;
        });
        ManualConnection connection = connect("").connected();
        connection.publish("t", numbers(5), 1, false);
        await().until(() -> owed.size() == 5);

        for (Publish publish : List.copyOf(owed)) {
            connection.pass(Duration.ofSeconds(50));
            broker.sendToAll(StubBroker.acknowledge(publish, 0));
            acknowledged.incrementAndGet();
            await().until(() -> connection.status().acknowledged() == acknowledged.get());
        }

        assertThat(broker.connects()).hasSize(1);
    }

    @Test
    void letsGoOfABrokerThatReadsNothingAnyMore() throws Exception {
        ManualConnection connection = connect("&keepAliveInterval=0").connected();
        broker.freeze();
        String megabyte = "x".repeat(1_000_000);
        CompletableFuture<PublishException> sent = connection.publish("t", Collections.nCopies(20, megabyte), 1, false);

        connection.pass(Duration.ofSeconds(61));
        broker.thaw();

        assertThat(connection.outcome(sent)).isNull();
        await().until(() -> broker.connects().size() == 2);
        await().until(() -> broker.openConnections() == 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void lowersTheQualityOfServiceToWhatTheBrokerTakesAndWarnsOnce(int maximum) throws Exception {
        broker.onConnect(connect -> StubBroker.accept(connect, MAXIMUM_QOS, maximum));
        ManualConnection connection = connect("").connected();

        assertThat(connection.outcome(connection.publish("t", numbers(10), 2, false)))
                .isNull();
        assertThat(connection.outcome(connection.publish("t", numbers(10), 2, false)))
                .isNull();

        await().until(() -> broker.publishes().size() == 20);
        assertThat(broker.publishes()).extracting(Publish::qos).containsOnly(maximum);
        assertThat(warnings()).singleElement().asString().contains("at QoS " + maximum);
        assertThat(connection.status().sentence()).contains("at QoS " + maximum);
    }

    @Test
    void asksToRetainNothingOfABrokerThatRetainsNothing() throws Exception {
        broker.onConnect(connect -> StubBroker.accept(connect, RETAIN_AVAILABLE, 0));
        ManualConnection connection = connect("").connected();

        assertThat(connection.outcome(connection.publish("t", numbers(10), 1, true)))
                .isNull();

        assertThat(broker.publishes()).extracting(Publish::retained).containsOnly(false);
        assertThat(warnings()).singleElement().asString().contains("retain");
    }

    @Test
    void leavesOutAWillThatTheBrokerCannotRetain() throws Exception {
        broker.onConnect(connect -> connect.willRetained()
                ? StubBroker.refuse(connect, 0x9A)
                : StubBroker.accept(connect, RETAIN_AVAILABLE, 0));
        ManualConnection connection = connect("&willTopic=dt/state").connected();

        assertThat(connection.outcome(connection.publish("event"))).isNull();

        assertThat(broker.connects()).hasSize(2);
        assertThat(broker.connects().get(1).willTopic()).isNull();
        assertThat(broker.payloads()).containsExactly("event");
        assertThat(warnings())
                .anySatisfy(line -> assertThat(line).contains("does not accept a retained will", "dt/state"));
    }

    @Test
    void lowersTheQualityOfServiceOfTheWill() throws Exception {
        broker.onConnect(connect ->
                connect.willQos() > 0 ? StubBroker.refuse(connect, 0x9B) : StubBroker.accept(connect, MAXIMUM_QOS, 0));
        ManualConnection connection = connect("&willTopic=dt/state").connected();

        assertThat(connection.outcome(connection.publish("event"))).isNull();

        await().until(() -> broker.payloads().equals(List.of("online", "event")));
        assertThat(broker.connects().get(broker.connects().size() - 1).willTopic())
                .isEqualTo("dt/state");
    }

    @Test
    void learnsALimitThatTheBrokerTellsOnlyWhenItIsBroken() throws Exception {
        broker.onPublish(publish -> publish.retained()
                ? StubBroker.disconnect(0x9A)
                : publish.qos() > 0 ? StubBroker.disconnect(0x9B) : StubBroker.NO_REPLY);
        ManualConnection connection = connect("").connected();

        assertThat(connection.outcome(connection.publish("t", numbers(10), 1, true)))
                .isNull();

        assertThat(connection.status().refused()).isZero();
        assertThat(connection.status().restriction()).contains("QoS 0", "retain");
    }

    @Test
    void setsAsideAloneWhatIsLongerThanThePacketsThatTheBrokerTakes() throws Exception {
        broker.onConnect(connect -> StubBroker.accept(connect, MAXIMUM_PACKET_SIZE, 0, 0, 0x08, 0));
        ManualConnection connection = connect("").connected();

        PublishException refused = connection.outcome(connection.publish("1", LARGE, "3"));

        assertThat(refused).isInstanceOf(PublishRefusedException.class);
        assertThat(refused.refusals()).extracting(Refusal::index).containsExactly(1);
        assertThat(broker.payloads()).containsExactly("1", "3");
        assertThat(broker.connects()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void usesNoMoreTopicAliasesThanTheBrokerTakes(int maximum) throws Exception {
        broker.onConnect(connect -> StubBroker.accept(connect, TOPIC_ALIAS_MAXIMUM, 0, maximum));
        ManualConnection connection = connect("").connected();

        for (int topic = 0; topic < 5; topic++) {
            assertThat(connection.outcome(connection.publish("t" + topic, numbers(3), 1, false)))
                    .isNull();
        }

        assertThat(broker.publishes()).extracting(Publish::alias).allMatch(alias -> alias <= maximum);
        assertThat(broker.publishes())
                .extracting(Publish::topic)
                .contains("t0", "t4")
                .hasSize(15);
    }

    @Test
    void keepsToTheReceiveMaximum() throws Exception {
        broker.onConnect(connect -> StubBroker.accept(connect, RECEIVE_MAXIMUM, 0, 3));
        broker.onPublish(publish -> StubBroker.NO_REPLY);
        ManualConnection connection = connect("").connected();

        connection.publish("t", numbers(10), 1, false);

        await().until(() -> broker.publishes().size() == 3);
        assertThat(connection.status().inflight()).isEqualTo(3);
    }

    @Test
    void keepsToTheServersKeepAlive() throws Exception {
        broker.onConnect(connect -> StubBroker.accept(connect, SERVER_KEEP_ALIVE, 0, 1));
        connect("&keepAliveInterval=3600").connected();

        await().until(() -> broker.pings() > 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void readsAReasonForWhichMqttHasNoPlaceAndSetsAsideThatMessageAlone(int qos) throws Exception {
        broker.onPublish(
                publish -> StubBroker.acknowledge(publish, publish.payload().length() > 2_000 ? 0x95 : 0));
        ManualConnection connection = connect("").connected();

        PublishException refused = connection.outcome(connection.publish("t", List.of("1", LARGE, "3"), qos, false));

        assertThat(refused).isInstanceOf(PublishRefusedException.class);
        assertThat(refused.refusals()).singleElement().satisfies(refusal -> {
            assertThat(refusal.index()).isEqualTo(1);
            assertThat(refusal.code()).isEqualTo(0x95);
            assertThat(refusal.reason()).contains("PACKET_TOO_LARGE");
        });
        assertThat(broker.connects()).hasSize(1);
    }

    @Test
    void takesAReasonThatItDoesNotKnowForOneThatCanPass() throws Exception {
        broker.onPublish(publish -> StubBroker.acknowledge(publish, 0xFE));
        ManualConnection connection = connect("").connected();

        PublishException failed = connection.outcome(connection.publish("1"));

        assertThat(failed).isInstanceOf(PublishFailedException.class).hasMessageContaining("0xfe");
    }

    @Test
    void setsAsideWhatTheBrokerThrowsItOutForAsTooLarge() throws Exception {
        broker.onPublish(publish ->
                publish.payload().length() > 2_000 ? StubBroker.disconnect(0x95) : StubBroker.acknowledge(publish, 0));
        ManualConnection connection = connect("").connected();
        List<String> payloads = numbers(100);
        payloads.set(42, LARGE);
        payloads.set(77, LARGE);

        PublishException refused = connection.outcome(connection.publish("t", payloads, 1, false));

        assertThat(refused).isInstanceOf(PublishRefusedException.class);
        assertThat(refused.refusals()).extracting(Refusal::index).containsExactly(42, 77);
        assertThat(broker.payloads())
                .containsAll(numbers(100).stream()
                        .filter(n -> !n.equals("42") && !n.equals("77"))
                        .toList());
    }

    @Test
    void setsAsideWhatABrokerOfTheOlderVersionClosesUponAlthoughThereIsNoWill() throws Exception {
        broker.onPublish(publish -> publish.payload().length() > 2_000 ? null : StubBroker.acknowledge(publish, 0));
        ManualConnection connection = connect("&mqttVersion=3.1.1").connected();
        List<String> payloads = numbers(10);
        payloads.set(4, LARGE);

        PublishException refused = connection.outcome(connection.publish("t", payloads, 1, false));

        assertThat(refused).isInstanceOf(PublishRefusedException.class);
        assertThat(refused.refusals()).extracting(Refusal::index).containsExactly(4);
    }

    @ParameterizedTest
    @CsvSource({"1,false", "1,true", "2,false"})
    void setsAsideAMessageThatIsAloneAsWellByTheWitnessOfAProbe(int qos, boolean retained) throws Exception {
        broker.onPublish(publish -> publish.payload().length() > 2_000 ? null : StubBroker.acknowledge(publish, 0));
        ManualConnection connection = connect("&mqttVersion=3.1.1").connected();

        PublishException refused = connection.outcome(connection.publish("t", List.of(LARGE), qos, retained));

        assertThat(refused).isInstanceOf(PublishRefusedException.class);
        assertThat(broker.publishes())
                .filteredOn(publish -> !publish.topic().equals("t"))
                .isNotEmpty()
                .allSatisfy(probe -> {
                    assertThat(probe.topic()).isEqualTo("dt-mqtt/c/probe");
                    assertThat(probe.payload()).isEmpty();
                    assertThat(probe.qos()).isEqualTo(qos);
                    assertThat(probe.retained()).isEqualTo(retained);
                });
        assertThat(connection.outcome(connection.publish("small"))).isNull();
    }

    @Test
    void waitsWhereTheBrokerClosesUponTheProbeToo() throws Exception {
        broker.onPublish(publish -> null);
        ManualConnection connection = connect("&mqttVersion=3.1.1").connected();
        CompletableFuture<PublishException> sent = connection.publish("t", List.of("event"), 1, false);

        connection.await(() -> broker.connects().size() > 20);

        assertThat(sent).isNotDone();
        assertThat(broker.publishes())
                .filteredOn(publish -> !publish.topic().equals("t"))
                .hasSize(2);
    }

    @Test
    void doesNotProbeOnceTheBrokerHasRefusedTheTopicOfProbes() throws Exception {
        broker.onPublish(publish -> publish.topic().equals("t") ? null : StubBroker.acknowledge(publish, 0x87));
        ManualConnection connection = connect("").connected();
        CompletableFuture<PublishException> sent = connection.publish("t", List.of("event"), 1, false);

        connection.await(() -> broker.connects().size() > 10);

        assertThat(sent).isNotDone();
        assertThat(broker.publishes())
                .filteredOn(publish -> !publish.topic().equals("t"))
                .hasSize(1);
    }

    @Test
    void setsNothingAsideWhereTheBrokerTakesNothingOfThatKind() throws Exception {
        broker.onPublish(publish -> publish.qos() > 0 || publish.retained() ? null : StubBroker.NO_REPLY);
        ManualConnection connection = connect("&mqttVersion=3.1.1&willTopic=s&willQos=0&willRetained=false")
                .connected();
        CompletableFuture<PublishException> sent = connection.publish("t", numbers(5), 1, false);

        connection.await(() -> broker.connects().size() > 20);

        assertThat(sent).isNotDone();
        assertThat(connection.status().refused()).isZero();
        assertThat(warnings())
                .filteredOn(line -> line.contains("its QoS higher"))
                .hasSize(1);
    }

    @Test
    void speaksTheOlderVersionToABrokerThatClosesUponConnect() throws Exception {
        broker.onConnect(connect -> connect.version() == StubBroker.V5 ? null : StubBroker.accept(connect));
        ManualConnection connection = connect("&willTopic=dt/state").connected();

        assertThat(connection.outcome(connection.publish("event"))).isNull();

        assertThat(broker.connects().get(broker.connects().size() - 1).version())
                .isEqualTo(StubBroker.V3_1_1);
        assertThat(broker.connects()).hasSize(4);
        assertThat(broker.payloads()).containsExactly("online", "event");
        assertThat(warnings()).anySatisfy(line -> assertThat(line).contains("mqttVersion=3.1.1"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void speaksTheOlderVersionToABrokerThatSaysSoInItsOwn(boolean inItsOwnForm) throws Exception {
        broker.onConnect(connect -> {
            if (connect.version() == StubBroker.V3_1_1) {
                return StubBroker.accept(connect);
            }
            return inItsOwnForm ? new byte[] {0x20, 2, 0, 1} : StubBroker.refuse(connect, 0x84);
        });
        ManualConnection connection = connect("").connected();

        assertThat(connection.outcome(connection.publish("event"))).isNull();
    }

    @Test
    void goesOnWithTheNewerVersionWhenWhatStandsBetweenClosedConnectionsWhileTheBrokerWasAway() throws Exception {
        AtomicInteger away = new AtomicInteger(7);
        broker.onConnect(connect -> away.decrementAndGet() >= 0 ? null : StubBroker.accept(connect));
        ManualConnection connection = connect("&willTopic=dt/state").connected();

        assertThat(connection.outcome(connection.publish("event"))).isNull();

        assertThat(broker.connects().get(broker.connects().size() - 1).version())
                .isEqualTo(StubBroker.V5);
        assertThat(broker.connects().get(broker.connects().size() - 1).willTopic())
                .isEqualTo("dt/state");
        assertThat(warnings()).noneMatch(line -> line.contains("takes less"));
    }

    @Test
    void leavesOutAWillForWhichABrokerOfTheOlderVersionCloses() throws Exception {
        broker.onConnect(connect -> connect.willTopic() != null ? null : StubBroker.accept(connect));
        ManualConnection connection =
                connect("&mqttVersion=3.1.1&willTopic=dt/state").connected();

        assertThat(connection.outcome(connection.publish("event"))).isNull();

        assertThat(broker.payloads()).containsExactly("event");
        assertThat(warnings())
                .anySatisfy(line -> assertThat(line)
                        .contains("does not accept a", "will: the connection is made without one", "willRetained"));
    }

    @Test
    void saysWhatABrokerOfTheOlderVersionMayMeanByAnIdentifierThatItRejects() throws Exception {
        broker.onConnect(
                connect -> connect.keepAlive() > 10 ? StubBroker.refuse(connect, 2) : StubBroker.accept(connect));
        ManualConnection connection = connect("&mqttVersion=3.1.1&keepAliveInterval=30");

        await().until(() -> connection.status().lastError() != null);

        assertThat(connection.status().lastError()).contains("IDENTIFIER_REJECTED", "shorter keepAliveInterval");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void contradictsSomebodyElsesLateWill(String version) throws Exception {
        ManualConnection connection =
                connect("&willTopic=dt/state&mqttVersion=" + version).connected();
        await().until(() -> broker.subscriptions().contains("dt/state"));

        broker.say("dt/state", "offline");
        await().until(() -> {
            connection.pass(Duration.ofSeconds(1));
            return broker.payloads().equals(List.of("online", "online"));
        });
        broker.say("dt/state", "online");
        broker.say("dt/state", "something else");
        connection.pass(Duration.ofSeconds(10));

        assertThat(connection.outcome(connection.publish("event"))).isNull();
        assertThat(broker.payloads()).containsExactly("online", "online", "event");
    }

    private String uri(String options) {
        return "dt-mqtt:t?clientId=c&brokerUrl=" + broker.url() + FAST + options;
    }

    /** For the connection, a blocked thread is the same as a dead one. */
    @Test
    void connectsByAnotherThreadWhenThatOfALinkDoesNothingAnyMore() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        AtomicBoolean holds = new AtomicBoolean();
        Thread tester = Thread.currentThread();
        with(held::countDown);
        ManualConnection connection = with(new ManualConnection(
                        uri(""),
                        links -> (terms, listener) ->
                                links.create(terms, new HoldingListener(listener, holds, held, tester))))
                .connected();
        assertThat(connection.outcome(connection.publish("1"))).isNull();
        holds.set(true);

        CompletableFuture<PublishException> sent = connection.publish("2");
        await().until(() -> !holds.get());
        connection.pass(Duration.ofSeconds(61));

        assertThat(connection.outcome(sent)).isNull();
        assertThat(connection.status().lastError()).contains("has not acknowledged");
        assertThat(broker.payloads()).containsExactly("1", "2", "2");
    }

    /**
     * Blocks the thread of one link for good when it gets an outcome. If the broker is so fast that the test's own
     * thread gets it, that thread is not blocked.
     */
    private record HoldingListener(Link.Listener listener, AtomicBoolean holds, CountDownLatch held, Thread tester)
            implements Link.Listener {
        @Override
        public void connected(Link link, BrokerLimits limits) {
            listener.connected(link, limits);
        }

        @Override
        public void settled(Link link, Publication publication, Refusal refusal) {
            if (holds.compareAndSet(true, false)) {
                if (Thread.currentThread() == tester) {
                    return;
                }
                try {
                    held.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            listener.settled(link, publication, refusal);
        }

        @Override
        public void watching(Link link, boolean allowed) {
            listener.watching(link, allowed);
        }

        @Override
        public void heard(Link link, String payload) {
            listener.heard(link, payload);
        }

        @Override
        public void closed(Link link, LinkEnd end) {
            listener.closed(link, end);
        }
    }

    @Test
    void makesAnotherLinkInThePlaceOfOneThatNeitherConnectsNorFails() throws Exception {
        AtomicInteger dead = new AtomicInteger(1);
        ManualConnection connection = with(new ManualConnection(
                uri("&connectionTimeout=1"),
                links -> (terms, listener) ->
                        dead.decrementAndGet() >= 0 ? new DeadLink() : links.create(terms, listener)));

        connection.pass(Duration.ofSeconds(8));
        assertThat(connection.status().lastError()).contains("neither succeeded nor failed");

        connection.connected();
        assertThat(connection.outcome(connection.publish("event"))).isNull();
    }

    /** A link whose thread is dead. */
    private static final class DeadLink implements Link {
        @Override
        public void open() {}

        @Override
        public void send(Publication publication, BrokerLimits limits) {}

        @Override
        public void watch(String topic) {}

        @Override
        public void disconnect() {}

        @Override
        public void abandon() {}
    }

    @Test
    void triesAgainAfterAnErrorWhileALinkIsMade() throws Exception {
        AtomicInteger made = new AtomicInteger();
        ManualConnection connection =
                with(new ManualConnection(uri("&connectionTimeout=1"), links -> (terms, listener) -> {
                    switch (made.incrementAndGet()) {
                        case 1:
                            return new DeadLink();
                        case 2:
                            throw new OutOfMemoryError("injected");
                        default:
                            return links.create(terms, listener);
                    }
                }));

        assertThatThrownBy(() -> connection.pass(Duration.ofSeconds(20))).hasMessage("injected");
        assertThat(connection.status().lastError()).isEqualTo("java.lang.OutOfMemoryError: injected");

        connection.connected();
        assertThat(connection.outcome(connection.publish("event"))).isNull();
    }

    @Test
    void tellsARouteThatItsMessagesHaveArrivedAlthoughNoThreadCanBeHad() throws Exception {
        ManualConnection connection = connect("").connected();
        OutOfMemoryError none = new OutOfMemoryError("unable to create native thread");
        connection.completions.refuses.set(none);

        assertThat(connection.outcome(connection.publish("1"))).isNull();

        await().untilAsserted(() -> assertThat(connection.completions.told)
                .as("for the log and health")
                .containsExactly(none));
        assertThat(connection.outcome(connection.publish("2"))).isNull();
        assertThat(broker.payloads()).containsExactly("1", "2");
    }

    @Test
    void connectsAgainAfterAMessageThatIsToBlameAlthoughNoThreadCanBeHad() throws Exception {
        broker.onPublish(publish ->
                publish.payload().equals(LARGE) ? StubBroker.disconnect(0x95) : StubBroker.acknowledge(publish, 0));
        ManualConnection connection = connect("").connected();
        OutOfMemoryError none = new OutOfMemoryError("unable to create native thread");
        connection.completions.refuses.set(none);

        assertThat(connection.outcome(connection.publish(LARGE))).isInstanceOf(PublishRefusedException.class);

        await().untilAsserted(() -> assertThat(connection.completions.told).containsExactly(none));
        assertThat(connection.outcome(connection.publish("2"))).isNull();
        assertThat(broker.connects()).hasSize(2);
    }

    @Test
    void failsAtOnceWhatARouteWaitsForThatIsBeingStoppedWhileTheBrokerIsAway() throws Exception {
        broker.onConnect(connect -> StubBroker.NO_REPLY);
        ManualConnection connection = connect("");
        CompletableFuture<PublishException> sent = connection.publish("event");

        connection.stopRoute();

        assertThat(sent).isCompletedWithValueMatching(PublishFailedException.class::isInstance);
        assertThat(connection.status().waiting()).isZero();
    }

    @Test
    void failsAtOnceWhatWaitsForRoomWhenTheRouteIsBeingStoppedWhileTheBrokerIsAway() throws Exception {
        broker.onConnect(connect -> StubBroker.NO_REPLY);
        ManualConnection connection = connect("&maxPendingMessages=4000");
        connection.publish("t", numbers(4_000), 1, false);
        CompletableFuture<PublishException> second = new CompletableFuture<>();
        Thread publishes = new Thread(() -> {
            try {
                connection.publish("another").thenAccept(second::complete);
            } catch (Exception e) {
                second.completeExceptionally(e);
            }
        });
        publishes.start();
        await().until(() -> publishes.getState() == Thread.State.WAITING);

        connection.stopRoute();

        assertThat(second.get(60, TimeUnit.SECONDS)).isInstanceOf(PublishFailedException.class);
        assertThat(connection.status().waiting()).isZero();
    }

    @Test
    void aConnectionThatIsFullAndNotAdmittedHoldsUpNoOtherWithTheSameLastValues(@TempDir Path folder) throws Exception {
        broker.onConnect(connect -> connect.clientId().equals("a") ? null : StubBroker.accept(connect));
        String uri = "dt-mqtt:t?lateTopicSuffix=/late&maxPendingMessages=4000&stopTimeout=1&stateDirectory=" + folder
                + "&brokerUrl=" + broker.url() + FAST + "&clientId=";
        Publisher full = with(new Publisher(uri + "a"));
        AsyncProducer other = full.context().getEndpoint(uri + "b").createAsyncProducer();
        full.context().addService(other);
        full.send(Collections.nCopies(4_000, full.message("t", "1")));
        Thread waits = new Thread(() -> full.send(List.of(full.message("t", "2"))));
        waits.start();
        await().until(() -> waits.getState() == Thread.State.WAITING);
        Exchange exchange = new DefaultExchange(full.context());
        exchange.setMessage(full.message("t", "3"));

        other.processAsync(exchange).get(60, TimeUnit.SECONDS);

        assertThat(exchange.getException()).isNull();
        assertThat(broker.payloads()).containsExactly("3");
    }

    @Test
    void givesARouteThatIsBeingStoppedTimeForWhatItWaitsForWhileTheBrokerIsThere() throws Exception {
        broker.onPublish(publish -> StubBroker.NO_REPLY);
        ManualConnection connection = connect("&stopTimeout=3000").connected();
        CompletableFuture<PublishException> sent = connection.publish("event");

        connection.stopRoute();
        connection.pass(Duration.ofMillis(2_750));
        assertThat(sent).isNotDone();
        connection.pass(Duration.ofMillis(250));

        assertThat(sent).isCompletedWithValueMatching(PublishFailedException.class::isInstance);
    }

    @Test
    void failsWhatARouteWaitsForThatIsBeingStoppedWhenTheBrokerGoes() throws Exception {
        broker.onPublish(publish -> null);
        broker.onConnect(connect -> connect.number() > 1 ? StubBroker.NO_REPLY : StubBroker.accept(connect));
        ManualConnection connection = connect("&stopTimeout=60000").connected();
        CompletableFuture<PublishException> sent = connection.publish("event");

        connection.stopRoute();

        await().until(sent::isDone);
        assertThat(sent).isCompletedWithValueMatching(PublishFailedException.class::isInstance);
    }

    @Test
    void triesAgainWhenNotEvenALinkCanBeMade() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        ManualConnection connection = with(new ManualConnection(
                "dt-mqtt:t?clientId=c&brokerUrl=" + broker.url() + FAST, links -> (terms, listener) -> {
                    if (failures.decrementAndGet() >= 0) {
                        throw new IllegalStateException("no more files");
                    }
                    return links.create(terms, listener);
                }));
        assertThat(connection.status().lastError()).isEqualTo("no more files");

        connection.connected();

        assertThat(connection.outcome(connection.publish("event"))).isNull();
    }

    @Test
    void listensNoMoreWhereTheBrokerThrowsItOutForIt() throws Exception {
        broker.maySubscribe(topic -> false);
        ManualConnection connection = connect("&willTopic=dt/state").connected();
        connection.await(
                () -> broker.connects().size() == 3 && connection.status().connected());

        assertThat(connection.outcome(connection.publish("t", numbers(100), 1, false)))
                .isNull();

        assertThat(broker.connects()).hasSize(3);
        assertThat(broker.subscriptions()).hasSize(2);
        assertThat(connection.status().refused()).isZero();
    }
}
