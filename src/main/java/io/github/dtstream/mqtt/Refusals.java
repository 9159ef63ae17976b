package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.MqttClientStateException;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.exceptions.MqttSessionExpiredException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells from what the HiveMQ client threw for a message whether it was refused, and whether for good. */
final class Refusals {
    static final int UNSPECIFIED_ERROR = 0x80;
    static final int TOPIC_NAME_INVALID = 0x90;
    static final int PACKET_TOO_LARGE = 0x95;
    private static final int PAYLOAD_FORMAT_INVALID = 0x99;

    /** MQTT 5, 3.4.2.1 and 3.5.2.1: what is wrong with the message itself; all other codes can pass. */
    private static final Set<Integer> PERMANENT = Set.of(TOPIC_NAME_INVALID, PACKET_TOO_LARGE, PAYLOAD_FORMAT_INVALID);

    private Refusals() {}

    /** @return null if the message was not refused but the connection ended, or is about to */
    static @Nullable Refusal of(Publication publication, Throwable error) {
        if (error instanceof Mqtt5PubAckException refused) {
            return of(
                    publication,
                    refused.getMqttMessage().getReasonCode(),
                    refused.getMqttMessage().getReasonString());
        }
        if (error instanceof Mqtt5PubRecException refused) {
            return of(
                    publication,
                    refused.getMqttMessage().getReasonCode(),
                    refused.getMqttMessage().getReasonString());
        }
        if (error instanceof MqttEncodeException tooLarge) {
            return publication.refusal(PACKET_TOO_LARGE, "it is too large: " + tooLarge.getMessage(), true);
        }
        if (error instanceof MqttSessionExpiredException
                || error instanceof ConnectionClosedException
                || error instanceof MqttClientStateException
                || error instanceof IOException) {
            return null;
        }
        return publication.refusal(UNSPECIFIED_ERROR, "it could not be sent: " + error, false);
    }

    private static Refusal of(Publication publication, Mqtt5ReasonCode code, Optional<?> text) {
        String reason = "the broker refused it: " + code + " (0x" + Integer.toHexString(code.getCode()) + ")"
                + text.map(given -> ", " + given).orElse("");
        return publication.refusal(code.getCode(), reason, PERMANENT.contains(code.getCode()));
    }
}
