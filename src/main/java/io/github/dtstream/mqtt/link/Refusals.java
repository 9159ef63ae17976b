package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.MqttClientStateException;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.exceptions.MqttSessionExpiredException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Refusal;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Classifies the HiveMQ client's exception for a message: whether it was refused, and whether for good. */
public final class Refusals {
    static final int UNSPECIFIED_ERROR = 0x80;
    public static final int TOPIC_NAME_INVALID = 0x90;
    public static final int PACKET_TOO_LARGE = 0x95;
    private static final int PAYLOAD_FORMAT_INVALID = 0x99;

    /** MQTT 5, 3.4.2.1 and 3.5.2.1: codes for an error in the message itself; all other codes may be temporary. */
    private static final Set<Integer> PERMANENT = Set.of(TOPIC_NAME_INVALID, PACKET_TOO_LARGE, PAYLOAD_FORMAT_INVALID);

    private Refusals() {}

    /**
     * @param code the reason code that the broker sent; null for the code of the exception
     * @return null if the message was not refused, but the connection has ended or is about to
     */
    static @Nullable Refusal of(Publication publication, Throwable error, @Nullable Integer code) {
        if (error instanceof Mqtt5PubAckException refused) {
            return of(
                    publication,
                    refused.getMqttMessage().getReasonCode(),
                    code,
                    refused.getMqttMessage().getReasonString());
        }
        if (error instanceof Mqtt5PubRecException refused) {
            return of(
                    publication,
                    refused.getMqttMessage().getReasonCode(),
                    code,
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

    private static Refusal of(
            Publication publication, Mqtt5ReasonCode read, @Nullable Integer given, Optional<?> text) {
        int code = given == null ? read.getCode() : given;
        String name =
                code == PACKET_TOO_LARGE ? "PACKET_TOO_LARGE" : code == read.getCode() ? read.toString() : "reason";
        String reason = "the broker refused it: " + name + " (0x" + Integer.toHexString(code) + ")"
                + text.map(words -> ", " + words).orElse("");
        return publication.refusal(code, reason, PERMANENT.contains(code));
    }
}
