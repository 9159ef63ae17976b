package io.github.dtstream.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.link.Link.LinkEnd.Blame;
import io.github.dtstream.mqtt.link.Link.LinkEnd.Kind;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Refusal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoisonMessageDetectorTest {
    private static final Duration BRIEF = Duration.ofMillis(20);
    private static final LinkEnd RESET = new LinkEnd(Kind.LOST, Blame.PERHAPS, "reset");
    private static final LinkEnd TOO_LARGE = new LinkEnd(Kind.LOST, Blame.TOO_LARGE, "too large");

    private final PoisonMessageDetector suspicion = new PoisonMessageDetector();
    private final Publication message = message(MqttQos.AT_LEAST_ONCE, false);
    private final Publication other = message(MqttQos.AT_LEAST_ONCE, false);

    private static Publication message(MqttQos qos, boolean retained) {
        return new Publication(MqttTopic.of("t"), new byte[0], qos, retained, MessageProperties.NONE, null, 3);
    }

    /**
     * A link that ends with one message in flight, after the broker has acknowledged a message of the connection
     * itself.
     */
    private Refusal link(Duration lasted, Publication own, Publication out) {
        suspicion.begin();
        if (own != null) {
            suspicion.answeredOwn(own);
        }
        return suspicion.ended(lasted, false, List.of(out), false, RESET);
    }

    private Refusal links(int count, Publication own) {
        Refusal refusal = null;
        for (int time = 0; time < count && refusal == null; time++) {
            refusal = link(BRIEF, own, message);
        }
        return refusal;
    }

    @Test
    void sendsOneAtATimeAfterTwoConnectionsWithoutAnyOutcomeAndThenMoreAndMore() {
        assertThat(suspicion.window(100)).isEqualTo(100);
        suspicion.ended(BRIEF, false, List.of(message, other), false, RESET);
        suspicion.ended(BRIEF, false, List.of(message, other), false, RESET);

        assertThat(suspicion.window(100)).isEqualTo(1);
        suspicion.settled(message);
        assertThat(suspicion.window(100)).isEqualTo(2);
        for (int time = 0; time < 40; time++) {
            suspicion.settled(message);
        }
        assertThat(suspicion.window(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void convictsAMessageThatWasAloneThreeTimesBesideAWitness() {
        assertThat(links(2, other)).isNull();

        Refusal refusal = links(1, other);

        assertThat(refusal).isNotNull();
        assertThat(refusal.index()).isEqualTo(3);
        assertThat(refusal.permanent()).isTrue();
    }

    @Test
    void neverConvictsWhereTheBrokerTookNothingElse() {
        assertThat(links(100, null)).isNull();
        assertThat(suspicion.wantsWitness()).isTrue();
    }

    @Test
    void takesNoWitnessThatAsksLessOfTheBroker() {
        assertThat(links(100, message(MqttQos.AT_MOST_ONCE, true))).isNull();
        Publication retained = message(MqttQos.AT_LEAST_ONCE, true);

        for (int time = 0; time < 100; time++) {
            assertThat(link(BRIEF, other, retained)).isNull();
        }
    }

    @Test
    void takesAnotherMessageForAWitness() {
        links(3, null);

        for (int time = 0; time < 2; time++) {
            suspicion.begin();
            assertThat(suspicion.wantsWitness()).isTrue();
            suspicion.settled(message(MqttQos.AT_LEAST_ONCE, false));
            assertThat(suspicion.wantsWitness()).isFalse();
            assertThat(suspicion.ended(BRIEF, true, List.of(message), false, RESET))
                    .isNull();
        }
        suspicion.begin();
        suspicion.settled(other);

        assertThat(suspicion.ended(BRIEF, true, List.of(message), false, RESET)).isNotNull();
    }

    @Test
    void forgetsASuspectThatNobodyWaitsForAnyMore() {
        links(3, null);
        assertThat(suspicion.wantsWitness()).isTrue();

        suspicion.keepOnly(publication -> publication == message);
        assertThat(suspicion.wantsWitness()).isTrue();
        suspicion.keepOnly(publication -> publication != message);

        assertThat(suspicion.wantsWitness()).isFalse();
        suspicion.settled(other);
        assertThat(suspicion.window(100)).isEqualTo(2);
    }

    @Test
    void doesNotBlameTheWitnessForTheEnd() {
        links(3, null);

        for (int time = 0; time < 100; time++) {
            assertThat(link(BRIEF, null, other)).isNull();
        }
        assertThat(suspicion.wantsWitness()).isTrue();
    }

    @Test
    void doesNotBlameAMessageForTheEndOfALongConnection() {
        for (int time = 0; time < 100; time++) {
            assertThat(link(Duration.ofSeconds(6), other, message)).isNull();
        }
    }

    @Test
    void doesNotBlameAMessageWhereTheBrokerHasAnotherReason() {
        for (int time = 0; time < 100; time++) {
            suspicion.begin();
            suspicion.answeredOwn(other);
            assertThat(suspicion.ended(BRIEF, false, List.of(message), false, new LinkEnd(Kind.LOST, "stopping")))
                    .isNull();
        }
    }

    @Test
    void believesTheBrokerThatTheOnlyMessageWasTooLarge() {
        assertThat(suspicion.ended(BRIEF, true, List.of(message, other), false, TOO_LARGE))
                .isNull();
        assertThat(suspicion.window(100)).isEqualTo(1);

        assertThat(suspicion.ended(BRIEF, true, List.of(message), true, TOO_LARGE))
                .isNull();
        assertThat(suspicion
                        .ended(BRIEF, true, List.of(message), false, TOO_LARGE)
                        .code())
                .isEqualTo(0x95);
    }
}
