package io.github.dtstream.mqtt;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/** Client identifiers for connections that were given none. */
final class ClientIds {
    private static final String PREFIX = "dt-stream-router-";
    private static final int HASH_BYTES = 4;

    private ClientIds() {}

    /**
     * The same after each restart in the same place, so that the broker recognises a client whose old connection it
     * still holds for alive; another for each host, working directory, data directory and set of connection options.
     */
    static String stable(MqttSettings settings, CamelContext context) {
        String facts = Stream.of(
                        hostName(),
                        DataDirectory.of(context),
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
                        settings.stopGrace(),
                        settings.hostnameVerification())
                .map(String::valueOf)
                .collect(Collectors.joining("\n"));
        return PREFIX + HexFormat.of().formatHex(sha256(facts), 0, HASH_BYTES);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
