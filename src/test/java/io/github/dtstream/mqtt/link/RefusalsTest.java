package io.github.dtstream.mqtt.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.internal.mqtt.datatypes.MqttUserPropertiesImpl;
import com.hivemq.client.internal.mqtt.datatypes.MqttUtf8StringImpl;
import com.hivemq.client.internal.mqtt.message.publish.puback.MqttPubAck;
import com.hivemq.client.internal.mqtt.message.publish.pubrec.MqttPubRec;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.exceptions.MqttSessionExpiredException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrec.Mqtt5PubRecReasonCode;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Refusal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
    private static final Publication MESSAGE = new Publication(
            MqttTopic.of("dt/a"), new byte[0], MqttQos.AT_LEAST_ONCE, false, MessageProperties.NONE, null, 4);

    @ParameterizedTest
    @CsvSource({
        "TOPIC_NAME_INVALID, true",
        "PAYLOAD_FORMAT_INVALID, true",
        "NOT_AUTHORIZED, false",
        "QUOTA_EXCEEDED, false",
        "IMPLEMENTATION_SPECIFIC_ERROR, false",
        "UNSPECIFIED_ERROR, false"
    })
    void isForGoodWhereTheMessageItselfIsWrong(Mqtt5PubAckReasonCode code, boolean permanent) {
        Refusal refusal = Refusals.of(MESSAGE, refused(code, null), null);

        assertThat(refusal)
                .isEqualTo(new Refusal(
                        4,
                        "dt/a",
                        code.getCode(),
                        "the broker refused it: " + code + " (0x" + Integer.toHexString(code.getCode()) + ")",
                        permanent));
    }

    @Test
    void isTheSameAtQos2() {
        Mqtt5PubRecException refused = new Mqtt5PubRecException(
                new MqttPubRec(
                        1,
                        Mqtt5PubRecReasonCode.TOPIC_NAME_INVALID,
                        MqttUtf8StringImpl.of("no such topic"),
                        MqttUserPropertiesImpl.NO_USER_PROPERTIES),
                "refused");

        Refusal refusal = Refusals.of(MESSAGE, refused, null);

        assertThat(refusal.permanent()).isTrue();
        assertThat(refusal.reason()).isEqualTo("the broker refused it: TOPIC_NAME_INVALID (0x90), no such topic");
    }

    /** The client knows fewer codes than brokers send, and replaces unknown ones. */
    @Test
    void goesByTheCodeThatTheBrokerReallyGave() {
        Mqtt5PubAckException read = refused(Mqtt5PubAckReasonCode.UNSPECIFIED_ERROR, "too long");

        Refusal tooLarge = Refusals.of(MESSAGE, read, 0x95);
        Refusal unknown = Refusals.of(MESSAGE, read, 0xB1);

        assertThat(tooLarge.permanent()).isTrue();
        assertThat(tooLarge.code()).isEqualTo(0x95);
        assertThat(tooLarge.reason()).isEqualTo("the broker refused it: PACKET_TOO_LARGE (0x95), too long");
        assertThat(unknown.permanent()).isFalse();
        assertThat(unknown.reason()).isEqualTo("the broker refused it: reason (0xb1), too long");
    }

    @Test
    void isForGoodWhereTheMessageDoesNotFitIntoAPacket() {
        Refusal refusal = Refusals.of(MESSAGE, new MqttEncodeException("exceeds 1024 bytes"), null);

        assertThat(refusal).isEqualTo(new Refusal(4, "dt/a", 0x95, "it is too large: exceeds 1024 bytes", true));
    }

    @Test
    void isNoRefusalWhereTheConnectionEnded() {
        for (Throwable ended : new Throwable[] {
            new ConnectionClosedException("closed"),
            new MqttSessionExpiredException("expired", null),
            new IOException("Connection reset by peer")
        }) {
            assertThat(Refusals.of(MESSAGE, ended, null)).as("%s", ended).isNull();
        }
    }

    @Test
    void canPassWhereNothingIsKnownOfTheFailure() {
        Refusal refusal = Refusals.of(MESSAGE, new IllegalStateException("oops"), null);

        assertThat(refusal.permanent()).isFalse();
        assertThat(refusal.code()).isEqualTo(0x80);
        assertThat(refusal.reason()).contains("it could not be sent", "oops");
    }

    private static Mqtt5PubAckException refused(Mqtt5PubAckReasonCode code, @Nullable String words) {
        return new Mqtt5PubAckException(
                new MqttPubAck(
                        1,
                        code,
                        words == null ? null : MqttUtf8StringImpl.of(words),
                        MqttUserPropertiesImpl.NO_USER_PROPERTIES),
                "refused");
    }
}
