package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.mqtt.message.PublishFailedException;
import io.github.dtstream.mqtt.message.PublishRefusedException;
import io.github.dtstream.mqtt.message.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages are published again after a broker has refused some of a list for a temporary reason. */
class PartialRefusalTest extends MqttTest {
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int TOO_LARGE = 0x95;
    private static final int QUOTA_EXCEEDED = 0x97;

    @TempDir
    private Path folder;

    private StubBroker broker;

    /** Payloads that are refused once, for this reason. */
    private final Set<String> once = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void startBroker() throws IOException {
        broker = with(StubBroker.start());
    }

    private void refuseOnce(int code, String... payloads) {
        once.addAll(List.of(payloads));
        broker.onPublish(publish -> StubBroker.acknowledge(publish, once.remove(publish.payload()) ? code : 0));
    }

    private String uri(String options) {
        return "dt-mqtt:none?brokerUrl=" + broker.url() + FAST + "&stateDirectory=" + folder + options;
    }

    /** A route with up to three immediate redeliveries. */
    private Publisher route(Consumer<RouteDefinition> steps) throws Exception {
        Publisher publisher = with(new Publisher(uri("")));
        publisher.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(3).redeliveryDelay(0));
                steps.accept(from("direct:in"));
            }
        });
        return publisher;
    }

    private static Exchange send(Publisher publisher, List<Message> messages) {
        return publisher
                .context()
                .createProducerTemplate()
                .send("direct:in", exchange -> exchange.getMessage().setBody(messages));
    }

    private static List<Message> messages(Publisher publisher, String... payloads) {
        List<Message> messages = new ArrayList<>();
        for (String payload : payloads) {
            messages.add(publisher.message("t", payload));
        }
        return messages;
    }

    @ParameterizedTest
    @ValueSource(ints = {NOT_AUTHORIZED, QUOTA_EXCEEDED})
    void publishesOnlyThoseAgain(int code) throws Exception {
        refuseOnce(code, "2", "4");
        Publisher publisher = route(in -> in.to(uri("")));

        Exchange done = send(publisher, messages(publisher, "1", "2", "3", "4", "5"));

        assertThat(done.getException()).isNull();
        assertThat(broker.payloads()).containsExactly("1", "2", "3", "4", "5", "2", "4");
    }

    @Test
    void keepsToWhatAnEarlierTryHasRefusedForGood() throws Exception {
        broker.onPublish(publish -> StubBroker.acknowledge(
                publish,
                publish.payload().equals("large") ? TOO_LARGE : once.add(publish.payload()) ? QUOTA_EXCEEDED : 0));
        once.add("3");
        Publisher publisher = route(in -> in.to(uri("")));

        Exchange done = send(publisher, messages(publisher, "1", "large", "3"));

        assertThat(done.getException())
                .isInstanceOfSatisfying(
                        PublishRefusedException.class,
                        refused -> assertThat(refused.refusals())
                                .extracting(Refusal::index)
                                .containsExactly(1));
        assertThat(broker.payloads()).containsExactly("1", "large", "3", "1");
    }

    @Test
    void saysOfEachMessageWhetherItArrived() throws Exception {
        broker.onPublish(publish -> StubBroker.acknowledge(
                publish,
                publish.payload().equals("2")
                        ? QUOTA_EXCEEDED
                        : publish.payload().equals("4") ? TOO_LARGE : 0));
        Publisher publisher = with(new Publisher(uri("")));

        PublishFailedException failed = Publisher.failure(
                publisher.send(messages(publisher, "1", "2", "3", "4")), PublishFailedException.class);

        assertThat(List.of(0, 1, 2, 3)).filteredOn(failed::isPublished).containsExactly(0, 2);
    }

    @Test
    void sendsAllToTheBrokerThatStandsInForTheOneThatRefused() throws Exception {
        refuseOnce(NOT_AUTHORIZED, "2");
        StubBroker other = with(StubBroker.start());
        Publisher publisher = route(in -> in.doTry()
                .to(uri(""))
                .doCatch(PublishFailedException.class)
                .to("dt-mqtt:none?brokerUrl=" + other.url() + "&stateDirectory=" + folder)
                .end());

        Exchange done = send(publisher, messages(publisher, "1", "2", "3"));

        assertThat(done.getException()).isNull();
        assertThat(other.payloads()).containsExactly("1", "2", "3");
    }

    @Test
    void publishesAnotherListFromItsBeginning() throws Exception {
        refuseOnce(QUOTA_EXCEEDED, "2");
        Publisher publisher = with(new Publisher(uri("")));
        Publisher.failure(publisher.send(messages(publisher, "1", "2")), PublishFailedException.class);

        Publisher.success(publisher.send(messages(publisher, "1", "2")));

        assertThat(broker.payloads()).containsExactly("1", "2", "1", "2");
    }

    private static Message value(Publisher publisher, String timestamp) {
        Message message = publisher.message("t", timestamp);
        message.setHeader(DtMqttConstants.TIMESTAMP, "2026-01-01T00:00:" + timestamp + "Z");
        return message;
    }

    private static List<Message> values(Publisher publisher, String... timestamps) {
        List<Message> values = new ArrayList<>();
        for (String timestamp : timestamps) {
            values.add(value(publisher, timestamp));
        }
        return values;
    }

    private List<String> topics() {
        return broker.publishes().stream()
                .map(publish -> publish.topic() + " " + publish.payload())
                .toList();
    }

    @Test
    void putsARepeatOnTheTopicOfItsFirstTry() throws Exception {
        refuseOnce(QUOTA_EXCEEDED, "10", "11", "12");
        Publisher publisher = with(new Publisher(uri("&lateTopicSuffix=/late")));
        Publisher.failure(publisher.send(values(publisher, "10", "11", "12")), PublishFailedException.class);

        Publisher.success(publisher.send(values(publisher, "10", "11", "12")));

        assertThat(new TreeSet<>(topics())).containsExactly("t 10", "t 11", "t 12");
    }

    @Test
    void putsARepeatOnTheTopicOfLateOnesIfTheBrokerHasANewerValueByThen() throws Exception {
        refuseOnce(QUOTA_EXCEEDED, "10", "12");
        Publisher publisher = with(new Publisher(uri("&lateTopicSuffix=/late")));
        Publisher.failure(publisher.send(values(publisher, "10", "11", "12")), PublishFailedException.class);

        Publisher.success(publisher.send(values(publisher, "10", "12")));

        assertThat(topics()).containsExactly("t 10", "t 11", "t 12", "t/late 10", "t 12");
    }

    @Test
    void putsWhatARouteThatWasStoppedHadNotDeliveredOnTheTopicOfItsFirstTry() throws Exception {
        broker.onPublish(publish -> StubBroker.NO_REPLY);
        Publisher publisher = with(new Publisher(uri("&lateTopicSuffix=/late&stopTimeout=1")));
        var sent = publisher.send(values(publisher, "10", "12"));
        publisher.producer().stop();
        Publisher.failure(sent, PublishFailedException.class);
        broker.onPublish(publish -> StubBroker.acknowledge(publish, 0));

        publisher.producer().start();
        Publisher.success(publisher.send(values(publisher, "10", "12")));

        assertThat(new TreeSet<>(topics())).containsExactly("t 10", "t 12");
    }

    @Test
    @EnabledIf("io.github.dtstream.mqtt.Mosquitto#isInstalled")
    void publishesOnlyThoseAgainThatMosquittoDoesNotAuthorize() throws Exception {
        Path acl = folder.resolve("acl");
        Files.writeString(acl, "topic readwrite free/#\n");
        Mosquitto real = with(Mosquitto.start(Files.createDirectory(folder.resolve("broker")), "acl_file " + acl));
        Subscriber subscriber = with(Subscriber.to(real.port(), "free/#"));
        Publisher publisher =
                route(in -> in.to("dt-mqtt:none?brokerUrl=" + real.url() + FAST + "&stateDirectory=" + folder));
        List<Message> messages = List.of(
                publisher.message("free/a", "1"), publisher.message("closed", "2"), publisher.message("free/b", "3"));

        Exchange done = send(publisher, messages);

        assertThat(done.getException()).isInstanceOfSatisfying(PublishFailedException.class, failed -> {
            assertThat(failed.refusals()).singleElement().satisfies(refusal -> {
                assertThat(refusal.index()).isEqualTo(1);
                assertThat(refusal.code()).isEqualTo(NOT_AUTHORIZED);
            });
            assertThat(failed.isPublished(0)).isTrue();
            assertThat(failed.isPublished(2)).isTrue();
        });
        subscriber.await(2);
        assertThat(subscriber.payloads()).isEqualTo(List.of("1", "3"));
        assertThat(Collections.frequency(subscriber.payloads(), "1")).isEqualTo(1);
    }
}
