package io.github.dtstream.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AcknowledgementTimeoutTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AcknowledgementTimeout silence = new AcknowledgementTimeout(Duration.ofSeconds(60));
    private final Publication first = message();

    private static Publication message() {
        return new Publication(
                MqttTopic.of("t"), new byte[0], MqttQos.AT_LEAST_ONCE, false, MessageProperties.NONE, null, 0);
    }

    private void pass(int seconds, Publication oldest) {
        for (int second = 0; second < seconds; second++) {
            silence.pass(SECOND, oldest, oldest == null);
        }
    }

    @Test
    void isTooLongWhenTheSameMessageHasBeenFirstForTheWholeTime() {
        pass(60, first);
        assertThat(silence.isTooLong()).isFalse();
        assertThat(silence.told()).isEqualTo(Duration.ofSeconds(60));

        pass(1, first);
        assertThat(silence.isTooLong()).isTrue();
    }

    @Test
    void beginsAnewWithEachMessageThatBecomesFirst() {
        for (int message = 0; message < 100; message++) {
            pass(50, message());
            silence.end();
        }
        assertThat(silence.isTooLong()).isFalse();

        pass(1, null);
        assertThat(silence.told()).isNull();
    }

    @Test
    void isTooLongAlsoWhereOthersAreAnsweredAndTheFirstIsNot() {
        for (int second = 0; second < 61; second++) {
            pass(1, first);
            silence.end();
        }

        assertThat(silence.isTooLong()).isTrue();
    }

    @Test
    void lastsOverANewLinkUntilSomethingIsAnswered() {
        pass(61, first);
        silence.begin();

        assertThat(silence.isTooLong()).isFalse();
        assertThat(silence.isLasting()).isTrue();
        silence.end();
        assertThat(silence.isLasting()).isFalse();
    }

    @Test
    void isForgottenWhenNothingIsWantedAnyMore() {
        pass(61, first);
        silence.begin();
        pass(1, null);

        assertThat(silence.isLasting()).isFalse();
    }

    @Test
    void neverEndsALinkWhereItMayLastForEver() {
        AcknowledgementTimeout endless = new AcknowledgementTimeout(Duration.ZERO);
        for (int second = 0; second < 10_000; second++) {
            endless.pass(SECOND, first, false);
        }

        assertThat(endless.isTooLong()).isFalse();
        assertThat(endless.isLasting()).isFalse();
    }
}
