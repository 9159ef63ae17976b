package io.github.dtstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SuspicionTest {
    private static final Duration BRIEF = Duration.ofMillis(20);

    private final Suspicion suspicion = new Suspicion();
    private final Publication message = new Publication(
            MqttTopic.of("t"), new byte[0], MqttQos.AT_LEAST_ONCE, false, MessageProperties.NONE, null, 3);

    @Test
    void sendsOneAtATimeAfterTwoConnectionsWithoutAnyOutcome() {
        assertThat(suspicion.window(100)).isEqualTo(100);
        suspicion.ended(BRIEF, true, message, false, "reset");
        suspicion.ended(BRIEF, true, message, false, "reset");

        assertThat(suspicion.window(100)).isEqualTo(1);
        suspicion.clear();
        assertThat(suspicion.window(100)).isEqualTo(100);
    }

    @Test
    void convictsAMessageThatWasAloneThreeTimes() {
        assertThat(suspicion.ended(BRIEF, true, message, true, "reset")).isNull();
        assertThat(suspicion.ended(BRIEF, true, message, true, "reset")).isNull();

        Refusal refusal = suspicion.ended(BRIEF, true, message, true, "reset");

        assertThat(refusal).isNotNull();
        assertThat(refusal.index()).isEqualTo(3);
        assertThat(refusal.permanent()).isTrue();
    }

    @Test
    void neverConvictsWhereTheBrokerTookNothingElseEither() {
        for (int time = 0; time < 100; time++) {
            assertThat(suspicion.ended(BRIEF, false, message, true, "reset")).isNull();
        }
    }

    @Test
    void doesNotBlameAMessageForTheEndOfALongConnection() {
        for (int time = 0; time < 100; time++) {
            assertThat(suspicion.ended(Duration.ofSeconds(6), true, message, true, "reset"))
                    .isNull();
        }
    }
}
