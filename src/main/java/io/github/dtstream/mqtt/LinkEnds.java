package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.github.dtstream.mqtt.Link.LinkEnd;
import io.github.dtstream.mqtt.Link.LinkEnd.Kind;
import java.util.Set;

/** Tells from what the HiveMQ client threw how a link ended. */
final class LinkEnds {
    private static final Set<Mqtt5ConnAckReasonCode> NOT_ADMITTED_5 = Set.of(
            Mqtt5ConnAckReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
            Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
            Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD,
            Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
            Mqtt5ConnAckReasonCode.BANNED,
            Mqtt5ConnAckReasonCode.BAD_AUTHENTICATION_METHOD);

    private LinkEnds() {}

    static LinkEnd of(Throwable cause) {
        if (cause instanceof Mqtt5ConnAckException refused) {
            return connAck(refused);
        }
        if (cause instanceof Mqtt3ConnAckException refused) {
            return connAck(refused);
        }
        if (cause instanceof Mqtt5DisconnectException disconnect) {
            return disconnect(disconnect);
        }
        return new LinkEnd(Kind.LOST, sentence(cause));
    }

    private static LinkEnd connAck(Mqtt5ConnAckException refused) {
        Mqtt5ConnAckReasonCode code = refused.getMqttMessage().getReasonCode();
        String reason =
                "the broker refused the connection: " + code + " (0x" + Integer.toHexString(code.getCode()) + ")"
                        + refused.getMqttMessage()
                                .getReasonString()
                                .map(text -> ", " + text)
                                .orElse("");
        return new LinkEnd(
                NOT_ADMITTED_5.contains(code) ? Kind.NOT_ADMITTED : Kind.LOST,
                code == Mqtt5ConnAckReasonCode.UNSUPPORTED_PROTOCOL_VERSION
                        ? reason + "; set mqttVersion=3.1.1"
                        : reason);
    }

    private static LinkEnd connAck(Mqtt3ConnAckException refused) {
        Mqtt3ConnAckReturnCode code = refused.getMqttMessage().getReturnCode();
        Kind kind = code == Mqtt3ConnAckReturnCode.SERVER_UNAVAILABLE ? Kind.LOST : Kind.NOT_ADMITTED;
        return new LinkEnd(kind, "the broker refused the connection: " + code + " (" + code.getCode() + ")");
    }

    private static LinkEnd disconnect(Mqtt5DisconnectException disconnect) {
        Mqtt5DisconnectReasonCode code = disconnect.getMqttMessage().getReasonCode();
        if (code == Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER) {
            return new LinkEnd(
                    Kind.TAKEN_OVER,
                    "another client connected with the same clientId; give each a clientId of its own");
        }
        String text = disconnect
                .getMqttMessage()
                .getReasonString()
                .map(reason -> ", " + reason)
                .orElse("");
        return new LinkEnd(
                Kind.LOST,
                "the connection was ended: " + code + " (0x" + Integer.toHexString(code.getCode()) + ")" + text);
    }

    private static String sentence(Throwable cause) {
        Throwable shown = cause;
        while ((shown instanceof ConnectionFailedException || shown instanceof ConnectionClosedException)
                && shown.getCause() != null) {
            shown = shown.getCause();
        }
        String message = shown.getMessage();
        return message == null ? shown.getClass().getSimpleName() : message;
    }
}
