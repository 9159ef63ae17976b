package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.link.MqttSettings;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes client identifiers for connections without one in their options. */
final class ClientIds {
    private static final String PREFIX = "dt";

    /** MQTT 3.1.1, 3.1.3.1: every broker must accept 1 to 23 letters and digits. */
    private static final int LENGTH = 23;

    private ClientIds() {}

    /**
     * An identifier that stays the same after a restart with the same data, so that the broker recognises a client
     * whose old connection it still has open. It differs for each router and each set of connection options.
     */
    static String stable(String routerId, MqttSettings settings) {
        String facts = Stream.of(
                        routerId,
                        settings.broker(),
                        settings.version(),
                        settings.userName(),
                        settings.userProperties(),
                        settings.presence(),
                        settings.keepAlive(),
                        settings.connectTimeout(),
                        settings.reconnectDelayMin(),
                        settings.reconnectDelayMax(),
                        settings.maxInflight(),
                        settings.maxPending(),
                        settings.maxPacketSize(),
                        settings.acknowledgementTimeout(),
                        settings.stopGrace(),
                        settings.hostnameVerification())
                .map(String::valueOf)
                .collect(Collectors.joining("\n"));
        String hash = new BigInteger(1, sha256(facts)).toString(Character.MAX_RADIX);
        return PREFIX + routerId + hash.substring(0, LENGTH - PREFIX.length() - routerId.length());
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
