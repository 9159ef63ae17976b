package io.github.dtstream.mqtt.link;

import io.github.dtstream.text.Secret;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a connection; endpoints with equal settings share one. Options of single messages are not here.
 *
 * @param keepAlive whole seconds, 0 to 65535; zero turns it off
 * @param connectTimeout the limit for TCP with TLS, and again for the answer to CONNECT
 * @param reconnectDelayMin the delay after the first failed attempt
 * @param reconnectDelayMax the longest delay
 * @param maxInflight how many messages may be sent and not acknowledged
 * @param maxPending how many messages may be in memory, including those in flight, before a caller must wait
 * @param maxPacketSize the longest PUBLISH, in bytes; zero for the broker's limit
 * @param acknowledgementTimeout how long the oldest message in flight may have no acknowledgement; zero for no limit
 * @param stopGrace how long a stop waits for acknowledgements while the broker is connected
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

    /** The same settings with another client identifier. */
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

    /** MQTT 3.1.1 cannot send a password without a user. */
    public boolean canSpeak311() {
        return password == null || userName != null;
    }

    private static void requireRange(String option, long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(option + " is " + value + "; it must be between " + from + " and " + to);
        }
    }
}
