package io.github.dtstream.mqtt.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.internal.mqtt.datatypes.MqttUserPropertiesImpl;
import com.hivemq.client.internal.mqtt.datatypes.MqttUtf8StringImpl;
import com.hivemq.client.internal.mqtt.message.connect.connack.MqttConnAck;
import com.hivemq.client.internal.mqtt.message.connect.connack.MqttConnAckRestrictions;
import com.hivemq.client.internal.mqtt.message.connect.connack.mqtt3.Mqtt3ConnAckView;
import com.hivemq.client.internal.mqtt.message.disconnect.MqttDisconnect;
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
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisconnectReasonsTest {
    private static final MqttDisconnectSource BROKER = MqttDisconnectSource.SERVER;
    private static final MqttDisconnectSource CLIENT = MqttDisconnectSource.CLIENT;

    @ParameterizedTest
    @CsvSource({
        "BAD_USER_NAME_OR_PASSWORD, NOT_ADMITTED",
        "NOT_AUTHORIZED, NOT_ADMITTED",
        "BANNED, NOT_ADMITTED",
        "BAD_AUTHENTICATION_METHOD, NOT_ADMITTED",
        "CLIENT_IDENTIFIER_NOT_VALID, NOT_ADMITTED",
        "UNSUPPORTED_PROTOCOL_VERSION, OTHER_VERSION",
        "QOS_NOT_SUPPORTED, NO_HIGHER_QOS",
        "RETAIN_NOT_SUPPORTED, NO_RETAIN",
        "SERVER_BUSY, LOST",
        "QUOTA_EXCEEDED, LOST",
        "USE_ANOTHER_SERVER, LOST"
    })
    void knowsWhatARefusalOfVersion5Means(Mqtt5ConnAckReasonCode code, Kind kind) {
        LinkEnd end = DisconnectReasons.of(refused(code, null), BROKER, false);

        assertThat(end.kind()).isEqualTo(kind);
        assertThat(end.blame()).isEqualTo(Blame.NONE);
        assertThat(end.reason())
                .startsWith("the broker refused the connection: " + code + " (0x" + Integer.toHexString(code.getCode())
                        + ")");
    }

    @Test
    void saysTheBrokersWordsAndWhatToDo() {
        assertThat(DisconnectReasons.of(refused(Mqtt5ConnAckReasonCode.BANNED, "until Monday"), BROKER, false)
                        .reason())
                .isEqualTo("the broker refused the connection: BANNED (0x8a), until Monday");
        assertThat(DisconnectReasons.of(
                                refused(Mqtt5ConnAckReasonCode.UNSUPPORTED_PROTOCOL_VERSION, null), BROKER, false)
                        .reason())
                .endsWith("; set mqttVersion=3.1.1, and a userName where there is a password");
        assertThat(DisconnectReasons.of(
                                refused(Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID, null), BROKER, false)
                        .reason())
                .endsWith("; set another clientId");
    }

    @ParameterizedTest
    @CsvSource({
        "SERVER_UNAVAILABLE, LOST, (3)",
        "IDENTIFIER_REJECTED, NOT_ADMITTED, set another clientId",
        "BAD_USER_NAME_OR_PASSWORD, NOT_ADMITTED, (4)",
        "NOT_AUTHORIZED, NOT_ADMITTED, (5)",
        "UNSUPPORTED_PROTOCOL_VERSION, NOT_ADMITTED, (1)"
    })
    void knowsWhatARefusalOfVersion311Means(Mqtt3ConnAckReturnCode code, Kind kind, String said) {
        Mqtt3ConnAckException refused =
                new Mqtt3ConnAckException(Mqtt3ConnAckView.of(Mqtt3ConnAckView.delegate(code, false)), "refused", null);

        LinkEnd end = DisconnectReasons.of(refused, BROKER, false);

        assertThat(end.kind()).isEqualTo(kind);
        assertThat(end.reason())
                .startsWith("the broker refused the connection: " + code)
                .contains(said);
    }

    @ParameterizedTest
    @CsvSource({
        "SESSION_TAKEN_OVER, TAKEN_OVER, NONE",
        "QOS_NOT_SUPPORTED, NO_HIGHER_QOS, NONE",
        "RETAIN_NOT_SUPPORTED, NO_RETAIN, NONE",
        "PACKET_TOO_LARGE, LOST, TOO_LARGE",
        "MALFORMED_PACKET, LOST, PERHAPS",
        "PROTOCOL_ERROR, LOST, PERHAPS",
        "UNSPECIFIED_ERROR, LOST, PERHAPS",
        "IMPLEMENTATION_SPECIFIC_ERROR, LOST, PERHAPS",
        "TOPIC_NAME_INVALID, LOST, PERHAPS",
        "PAYLOAD_FORMAT_INVALID, LOST, PERHAPS",
        "SERVER_SHUTTING_DOWN, LOST, NONE",
        "KEEP_ALIVE_TIMEOUT, LOST, NONE",
        "ADMINISTRATIVE_ACTION, LOST, NONE"
    })
    void knowsWhetherAMessageCanHaveEndedTheConnection(Mqtt5DisconnectReasonCode code, Kind kind, Blame blame) {
        LinkEnd end = DisconnectReasons.of(ended(code, "words"), BROKER, true);

        assertThat(end.kind()).isEqualTo(kind);
        assertThat(end.blame()).isEqualTo(blame);
        assertThat(end.reason()).contains(kind == Kind.TAKEN_OVER ? "clientId of its own" : ", words");
    }

    /** The reason with which this side ends a connection is not the broker's. */
    @Test
    void blamesNobodyForWhatThisSideEnded() {
        LinkEnd end = DisconnectReasons.of(ended(Mqtt5DisconnectReasonCode.PACKET_TOO_LARGE, null), CLIENT, true);

        assertThat(end.kind()).isEqualTo(Kind.LOST);
        assertThat(end.blame()).isEqualTo(Blame.NONE);
    }

    /** Many brokers close the connection without a reason if they cannot read a packet. */
    @Test
    void takesACutForAnAnswerToWhatWasSent() {
        ConnectionClosedException cut = new ConnectionClosedException("Server closed connection without DISCONNECT.");
        ConnectionClosedException reset = new ConnectionClosedException(new IOException("Connection reset by peer"));

        assertThat(DisconnectReasons.of(cut, BROKER, true))
                .isEqualTo(new LinkEnd(Kind.LOST, Blame.PERHAPS, "Server closed connection without DISCONNECT."));
        assertThat(DisconnectReasons.of(reset, CLIENT, true))
                .isEqualTo(new LinkEnd(Kind.LOST, Blame.PERHAPS, "Connection reset by peer"));
        assertThat(DisconnectReasons.of(cut, CLIENT, true).blame())
                .as("closed by this side")
                .isEqualTo(Blame.NONE);
    }

    /** A broker of another version, or a server that is not a broker. */
    @Test
    void isUnansweredWhereTheBrokerClosesUponConnect() {
        ConnectionClosedException cut = new ConnectionClosedException("Server closed connection without CONNACK.");
        ConnectionClosedException unreadable =
                new ConnectionClosedException(new MqttDecodeException("malformed fixed header"));

        for (LinkEnd end :
                new LinkEnd[] {DisconnectReasons.of(cut, BROKER, false), DisconnectReasons.of(unreadable, CLIENT, false)
                }) {
            assertThat(end.kind()).isEqualTo(Kind.UNANSWERED);
            assertThat(end.blame()).isEqualTo(Blame.NONE);
            assertThat(end.reason()).startsWith("the broker closes the connection instead of accepting it: ");
        }
        assertThat(DisconnectReasons.of(unreadable, CLIENT, true).blame()).isEqualTo(Blame.PERHAPS);
    }

    @Test
    void saysWhatTheNetworkSaid() {
        ConnectionFailedException failed = new ConnectionFailedException(new ConnectException("Connection refused"));

        assertThat(DisconnectReasons.of(failed, CLIENT, false))
                .isEqualTo(new LinkEnd(Kind.LOST, Blame.NONE, "Connection refused"));
        assertThat(DisconnectReasons.of(new ConnectionFailedException(new ConnectException()), CLIENT, false)
                        .reason())
                .isEqualTo("ConnectException");
        assertThat(DisconnectReasons.of(new ConnectionFailedException("after 10 s"), CLIENT, false)
                        .reason())
                .isEqualTo("after 10 s");
    }

    private static Mqtt5ConnAckException refused(Mqtt5ConnAckReasonCode code, @Nullable String words) {
        return new Mqtt5ConnAckException(
                new MqttConnAck(
                        code,
                        false,
                        0,
                        0,
                        null,
                        null,
                        MqttConnAckRestrictions.DEFAULT,
                        null,
                        null,
                        words == null ? null : MqttUtf8StringImpl.of(words),
                        MqttUserPropertiesImpl.NO_USER_PROPERTIES),
                "refused");
    }

    private static Mqtt5DisconnectException ended(Mqtt5DisconnectReasonCode code, @Nullable String words) {
        return new Mqtt5DisconnectException(
                new MqttDisconnect(
                        code,
                        0,
                        null,
                        words == null ? null : MqttUtf8StringImpl.of(words),
                        MqttUserPropertiesImpl.NO_USER_PROPERTIES),
                "ended");
    }
}
