package io.github.dtstream.mqtt.link;

import io.github.dtstream.text.Secret;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that makes a connection what it is; endpoints with equal settings share one. Holds no option of a single message.
 *
 * @param keepAlive whole seconds, 0 to 65535; zero turns it off
 * @param connectTimeout of TCP with TLS, and again of the answer to CONNECT
 * @param reconnectDelayMin the first wait after an attempt that failed
 * @param reconnectDelayMax the longest
 * @param maxInflight how many messages are handed to the connection and not acknowledged, at most
 * @param maxPending how many messages wait in memory, those in flight included, before a caller is held up
 * @param maxPacketSize the longest PUBLISH, in bytes; zero: what the broker takes
 * @param acknowledgementTimeout how long the message that was sent first may be without an outcome; zero: for ever
 * @param stopGrace how long a stop waits for acknowledgements while the broker is there
 * @param userProperties sent with CONNECT, MQTT 5 only
 */
public record MqttSettings(
        BrokerAddress broker,
        MqttVersion version,
        String clientId,
        @Nullable String userName,
        @Nullable Secret password,
        Duration keepAlive,
        Duration connectTimeout,
        Duration reconnectDelayMin,
        Duration reconnectDelayMax,
        int maxInflight,
        int maxPending,
        int maxPacketSize,
        Duration acknowledgementTimeout,
        Duration stopGrace,
        Map<String, String> userProperties,
        @Nullable BirthAndWill presence,
        @Nullable TlsMaterial tls,
        boolean hostnameVerification) {

    public MqttSettings {
        userProperties = Map.copyOf(userProperties);
        requireRange("keepAliveInterval", keepAlive.toSeconds(), 0, 65_535);
        requireRange("maxInflight", maxInflight, 1, 65_000);
        requireRange("maxPendingMessages", maxPending, maxInflight, Integer.MAX_VALUE);
        requireRange("acknowledgementTimeout", acknowledgementTimeout.toSeconds(), 0, 86_400);
        requireRange("maxPacketSize", maxPacketSize, 0, 268_435_460);
        if (reconnectDelayMin.isNegative()
                || reconnectDelayMin.isZero()
                || reconnectDelayMin.compareTo(reconnectDelayMax) > 0) {
            throw new IllegalArgumentException("minReconnectDelay must be above zero and not above maxReconnectDelay");
        }
        if (version == MqttVersion.V3_1_1 && (password != null && userName == null)) {
            throw new IllegalArgumentException("MQTT 3.1.1 has no password without a userName");
        }
    }

    /** The same under another name, which a broker takes for another client. */
    public MqttSettings withClientId(String other) {
        return new MqttSettings(
                broker,
                version,
                other,
                userName,
                password,
                keepAlive,
                connectTimeout,
                reconnectDelayMin,
                reconnectDelayMax,
                maxInflight,
                maxPending,
                maxPacketSize,
                acknowledgementTimeout,
                stopGrace,
                userProperties,
                presence,
                tls,
                hostnameVerification);
    }

    /** MQTT 3.1.1 has no password without a user. */
    public boolean canSpeak311() {
        return password == null || userName != null;
    }

    private static void requireRange(String option, long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(option + " is " + value + "; it must be between " + from + " and " + to);
        }
    }
}
