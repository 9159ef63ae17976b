package io.github.dtstream.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.LogCapture;
import io.github.dtstream.mqtt.DtMqttComponent;
import io.github.dtstream.mqtt.DtMqttEndpoint;
import io.github.dtstream.mqtt.link.BrokerLimits;
import io.github.dtstream.mqtt.link.Link;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.link.Link.LinkEnd.Blame;
import io.github.dtstream.mqtt.link.Link.LinkEnd.Kind;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.PublishBatch;
import io.github.dtstream.mqtt.message.PublishException;
import io.github.dtstream.mqtt.message.PublishFailedException;
import io.github.dtstream.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** What is sent on links that only record it. */
class PublishPipelineTest {
    private static final LinkEnd RESET = new LinkEnd(Kind.LOST, Blame.PERHAPS, "reset");

    private final ManualTime time = new ManualTime();
    private final List<PublishException> outcomes = new ArrayList<>();
    private final RecordingLink link = new RecordingLink();
    /** How many of the sent messages were refused. */
    private int refused;

    /** Records the messages that it shall send; can refuse them. */
    private static final class RecordingLink implements Link {
        private final List<Publication> sent = new ArrayList<>();
        private final List<String> watched = new ArrayList<>();
        private boolean isBroken;

        @Override
        public void open() {}

        @Override
        public void send(Publication publication, BrokerLimits limits) {
            if (isBroken) {
                throw new IllegalStateException("broken");
            }
            sent.add(publication);
        }

        @Override
        public void watch(String topic) {
            watched.add(topic);
        }

        @Override
        public void disconnect() {}

        @Override
        public void abandon() {}
    }

    private PublishPipeline traffic(String options) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.addComponent("dt-mqtt", new DtMqttComponent());
        MqttSettings settings = context.getEndpoint("dt-mqtt:t?clientId=c" + options, DtMqttEndpoint.class)
                .settings();
        return new PublishPipeline(settings, new Random(1), time, time, done -> done.forEach(Runnable::run));
    }

    private PublishPipeline connected(String options) throws Exception {
        PublishPipeline traffic = traffic(options);
        connect(traffic);
        return traffic;
    }

    private void connect(PublishPipeline traffic) {
        assertThat(traffic.accepted()).isTrue();
        traffic.connected(link, BrokerLimits.none(4_000));
    }

    private void add(PublishPipeline traffic, int messages) {
        PublishBatch batch = new PublishBatch(this, "route", null, outcomes::add);
        List<Publication> publications = new ArrayList<>();
        for (int index = 0; index < messages; index++) {
            publications.add(new Publication(
                    MqttTopic.of("t"),
                    new byte[0],
                    MqttQos.AT_LEAST_ONCE,
                    false,
                    MessageProperties.NONE,
                    batch,
                    index));
        }
        batch.fill(publications, List.of(), new BitSet());
        traffic.add(batch);
        traffic.pump(link);
    }

    @Test
    void sendsNothingBeforeTheBrokerIsThere() throws Exception {
        PublishPipeline traffic = traffic("");

        add(traffic, 3);

        assertThat(link.sent).isEmpty();
        assertThat(traffic.pending()).isEqualTo(3);
    }

    @Test
    void sendsHalfOfAPileAndOneMoreWithEachAcknowledgement() throws Exception {
        PublishPipeline traffic = connected("");
        add(traffic, 1_000);
        assertThat(link.sent).hasSize(500);

        for (int i = 0; i < 500; i++) {
            traffic.settle(link, link.sent.get(i), null);
            traffic.pump(link);
            assertThat(link.sent).hasSize(501 + i);
        }
    }

    @Test
    void sendsASmallPileAtOnce() throws Exception {
        PublishPipeline traffic = connected("");

        add(traffic, 100);

        assertThat(link.sent).hasSize(100);
    }

    @Test
    void connectsAgainAtOnceAfterALinkThatWasOfUseAndMoreAndMoreSlowlyAfterOthers() throws Exception {
        PublishPipeline traffic = connected("");
        add(traffic, 1);
        traffic.settle(link, link.sent.get(0), null);

        assertThat(traffic.lost(RESET).delay()).isZero();
        traffic.disconnected();
        assertThat(traffic.lost(RESET).delay()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(traffic.lost(RESET).delay()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        for (int attempt = 0; attempt < 10; attempt++) {
            traffic.lost(RESET);
        }
        assertThat(traffic.lost(RESET).delay()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @Test
    void connectsAgainAtOnceAfterAnIdleLinkThatHeld() throws Exception {
        PublishPipeline traffic = connected("");
        time.advance(Duration.ofSeconds(11));

        assertThat(traffic.lost(RESET).delay()).isZero();
    }

    @Test
    void connectsAgainAtOnceAfterAnIdleLinkThatHeldAlthoughTheClockWasSetBackByADay() throws Exception {
        PublishPipeline traffic = connected("");
        time.set(time.instant().minus(Duration.ofDays(1)));
        assertThat(traffic.status().since()).isEqualTo(time.instant());
        time.advance(Duration.ofSeconds(11));

        assertThat(traffic.lost(RESET).delay()).isZero();
        assertThat(traffic.status().since()).isEqualTo(time.instant().minusSeconds(11));
    }

    @Test
    void waitsForLongWhereTheBrokerDoesNotAdmitThisClient() throws Exception {
        assertThat(traffic("").lost(new LinkEnd(Kind.NOT_ADMITTED, "banned")).delay())
                .isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void doesNotTakeTurnsAtOnceWithAClientThatHasTheSameName() throws Exception {
        PublishPipeline traffic = connected("");
        add(traffic, 1);
        traffic.settle(link, link.sent.get(0), null);

        assertThat(traffic.lost(new LinkEnd(Kind.TAKEN_OVER, "another")).delay())
                .isPositive();
    }

    @Test
    void sendsAgainOnTheNextLinkWhatHadNoOutcome() throws Exception {
        PublishPipeline traffic = connected("");
        add(traffic, 3);
        List<Publication> first = List.copyOf(link.sent);
        traffic.settle(link, first.get(1), null);
        traffic.lost(RESET);
        traffic.disconnected();
        link.sent.clear();

        connect(traffic);
        traffic.pump(link);

        assertThat(link.sent).containsExactly(first.get(0), first.get(2));
    }

    @Test
    void endsALinkOnWhichTheOldestMessageHasHadNoOutcomeForTooLong() throws Exception {
        PublishPipeline traffic = connected("&acknowledgementTimeout=2");
        add(traffic, 2);
        assertThat(traffic.pass(Duration.ofSeconds(1))).isNull();
        assertThat(traffic.pass(Duration.ofSeconds(1))).isNull();

        assertThat(traffic.pass(Duration.ofSeconds(1)))
                .extracting(LinkEnd::kind)
                .isEqualTo(Kind.SILENT);
    }

    @Test
    void failsForNowWhatTheLinkCannotSend() throws Exception {
        PublishPipeline traffic = connected("");
        link.isBroken = true;

        add(traffic, 1);

        assertThat(outcomes).singleElement().isInstanceOf(PublishFailedException.class);
    }

    @Test
    void tellsOfThousandsThatTheBrokerRefusesInALineAndLaterHowManyThereWere() throws Exception {
        try (LogCapture lines = LogCapture.of(MqttConnection.class)) {
            PublishPipeline traffic = connected("");

            refuse(traffic, 1_000, 0x87);
            time.advance(Duration.ofSeconds(30));
            refuse(traffic, 1_000, 0x87);
            refuse(traffic, 1, 0x97);
            time.advance(Duration.ofSeconds(30));
            time.set(time.instant().minus(Duration.ofDays(1)));
            refuse(traffic, 1, 0x87);

            assertThat(lines.messages())
                    .filteredOn(line -> line.contains("not taken"))
                    .containsExactly(
                            "MQTT broker tcp://localhost:1883: message for topic 't' not taken: no, 1",
                            "MQTT broker tcp://localhost:1883: message for topic 't' not taken: no, 2001",
                            "MQTT broker tcp://localhost:1883: message for topic 't' not taken, after 1999 others with the same"
                                    + " reason code: no, 2002");
            assertThat(traffic.status().refused()).isEqualTo(2_002);
        }
    }

    private void refuse(PublishPipeline traffic, int messages, int code) {
        add(traffic, messages);
        for (int done = 0; done < messages; done++) {
            Publication next = link.sent.get(refused++);
            // Brokers may say something else of each message.
            traffic.settle(link, next, next.refusal(code, "no, " + refused, false));
            traffic.pump(link);
        }
    }

    @Test
    void saysThatItIsThereAndThenWatchesWhatOthersSay() throws Exception {
        PublishPipeline traffic = connected("&willTopic=s");
        Publication online = link.sent.get(0);
        assertThat(online.topic()).hasToString("s");
        assertThat(link.watched).isEmpty();

        traffic.settle(link, online, null);

        assertThat(link.watched).containsExactly("s");
        assertThat(traffic.isContradicted("offline")).isTrue();
        assertThat(traffic.isContradicted("online")).isFalse();
        assertThat(traffic.isBusy()).isFalse();
    }

    @Test
    void tellsOfABatchThatIsAbandonedWhyTheConnectionFailed() throws Exception {
        PublishPipeline traffic = traffic("");
        add(traffic, 2);
        traffic.lost(RESET);

        traffic.abandon(batch -> true, "The route is being stopped");

        assertThat(outcomes)
                .singleElement()
                .satisfies(failed ->
                        assertThat(failed).hasMessageContainingAll("The route is being stopped", "reset", "2 of 2"));
        assertThat(traffic.pending()).isZero();
    }
}
