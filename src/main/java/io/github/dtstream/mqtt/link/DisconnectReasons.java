package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.exceptions.MqttDecodeException;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.link.Link.LinkEnd.Blame;
import io.github.dtstream.mqtt.link.Link.LinkEnd.Kind;
import java.io.IOException;
import java.util.Set;

/** Classifies the end of a link by the HiveMQ client's exception. */
final class DisconnectReasons {
    private static final Set<Mqtt5ConnAckReasonCode> NOT_ADMITTED_5 = Set.of(
            Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD,
            Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
            Mqtt5ConnAckReasonCode.BANNED,
            Mqtt5ConnAckReasonCode.BAD_AUTHENTICATION_METHOD);

    /**
     * MQTT 5, 3.14.2.1: codes that a broker may send because of a message, without naming the message or the reason.
     */
    private static final Set<Mqtt5DisconnectReasonCode> PERHAPS_A_MESSAGE = Set.of(
            Mqtt5DisconnectReasonCode.UNSPECIFIED_ERROR,
            Mqtt5DisconnectReasonCode.MALFORMED_PACKET,
            Mqtt5DisconnectReasonCode.PROTOCOL_ERROR,
            Mqtt5DisconnectReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            Mqtt5DisconnectReasonCode.TOPIC_NAME_INVALID,
            Mqtt5DisconnectReasonCode.PAYLOAD_FORMAT_INVALID);

    private DisconnectReasons() {}

    /**
     * @param source which side ended the link
     * @param admitted whether the broker had accepted the connection
     */
    static LinkEnd of(Throwable cause, MqttDisconnectSource source, boolean admitted) {
        if (cause instanceof Mqtt5ConnAckException refused) {
            return connAck(refused);
        }
        if (cause instanceof Mqtt3ConnAckException refused) {
            return connAck(refused);
        }
        if (source == MqttDisconnectSource.SERVER && cause instanceof Mqtt5DisconnectException disconnect) {
            return disconnect(disconnect);
        }
        boolean isUnreadable = cause.getCause() instanceof MqttDecodeException;
        boolean isCut = cause instanceof ConnectionClosedException
                && (source == MqttDisconnectSource.SERVER || cause.getCause() instanceof IOException);
        if (!admitted && (isUnreadable || isCut)) {
            return new LinkEnd(
                    Kind.UNANSWERED, "the broker closes the connection instead of accepting it: " + sentence(cause));
        }
        return new LinkEnd(
                Kind.LOST, admitted && (isUnreadable || isCut) ? Blame.PERHAPS : Blame.NONE, sentence(cause));
    }

    private static LinkEnd connAck(Mqtt5ConnAckException refused) {
        Mqtt5ConnAckReasonCode code = refused.getMqttMessage().getReasonCode();
        String reason =
                "the broker refused the connection: " + code + " (0x" + Integer.toHexString(code.getCode()) + ")"
                        + refused.getMqttMessage()
                                .getReasonString()
                                .map(text -> ", " + text)
                                .orElse("");
        return switch (code) {
            case QOS_NOT_SUPPORTED -> new LinkEnd(Kind.NO_HIGHER_QOS, reason);
            case RETAIN_NOT_SUPPORTED -> new LinkEnd(Kind.NO_RETAIN, reason);
            case UNSUPPORTED_PROTOCOL_VERSION ->
                new LinkEnd(
                        Kind.OTHER_VERSION,
                        reason + "; set mqttVersion=3.1.1, and a userName where there is a password");
            case CLIENT_IDENTIFIER_NOT_VALID -> new LinkEnd(Kind.NOT_ADMITTED, reason + "; set another clientId");
            default -> new LinkEnd(NOT_ADMITTED_5.contains(code) ? Kind.NOT_ADMITTED : Kind.LOST, reason);
        };
    }

    private static LinkEnd connAck(Mqtt3ConnAckException refused) {
        Mqtt3ConnAckReturnCode code = refused.getMqttMessage().getReturnCode();
        String reason = "the broker refused the connection: " + code + " (" + code.getCode() + ")";
        return switch (code) {
            case SERVER_UNAVAILABLE -> new LinkEnd(Kind.LOST, reason);
            case IDENTIFIER_REJECTED ->
                new LinkEnd(
                        Kind.NOT_ADMITTED,
                        reason
                                + "; set another clientId, or a shorter keepAliveInterval: later versions of mosquitto say this where"
                                + " that is longer than their max_keepalive");
            default -> new LinkEnd(Kind.NOT_ADMITTED, reason);
        };
    }

    private static LinkEnd disconnect(Mqtt5DisconnectException disconnect) {
        Mqtt5DisconnectReasonCode code = disconnect.getMqttMessage().getReasonCode();
        String reason = "the connection was ended: " + code + " (0x" + Integer.toHexString(code.getCode()) + ")"
                + disconnect
                        .getMqttMessage()
                        .getReasonString()
                        .map(text -> ", " + text)
                        .orElse("");
        return switch (code) {
            case SESSION_TAKEN_OVER ->
                new LinkEnd(
                        Kind.TAKEN_OVER,
                        "another client connected with the same clientId; give each a clientId of its own, or, where the data"
                                + " folder is a copy of another router's, delete mqtt/router-id in it");
            case QOS_NOT_SUPPORTED -> new LinkEnd(Kind.NO_HIGHER_QOS, reason);
            case RETAIN_NOT_SUPPORTED -> new LinkEnd(Kind.NO_RETAIN, reason);
            case PACKET_TOO_LARGE -> new LinkEnd(Kind.LOST, Blame.TOO_LARGE, reason);
            default -> new LinkEnd(Kind.LOST, PERHAPS_A_MESSAGE.contains(code) ? Blame.PERHAPS : Blame.NONE, reason);
        };
    }

    private static String sentence(Throwable cause) {
        Throwable shown = cause;
        while ((shown instanceof ConnectionFailedException
                        || shown instanceof ConnectionClosedException
                        || shown.getCause() instanceof MqttDecodeException)
                && shown.getCause() != null) {
            shown = shown.getCause();
        }
        String message = shown.getMessage();
        return message == null ? shown.getClass().getSimpleName() : message;
    }
}
