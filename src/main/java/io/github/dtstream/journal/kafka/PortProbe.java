package io.github.dtstream.journal.kafka;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the brokers' ports speak TLS, before a client of Kafka connects. A client without TLS takes the alert
 * of a port with TLS for the size of an answer, asks for 350 MB of memory, and so may end the process. A client with TLS
 * only learns that the connection was closed. Stateless.
 */
final class PortProbe {
    private static final int PATIENCE_MILLIS = 2000;
    /** The first byte of a TLS alert. The answer of a port without TLS begins with its size, whose first byte is 0. */
    private static final int ALERT = 0x15;
    /** A request for the versions that the broker knows: its size, its key 18, version 0, number 1, no client's name. */
    private static final byte[] REQUEST = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, (byte) 0xff, (byte) 0xff};

    private PortProbe() {}

    /**
     * What is wrong with the choice of TLS, as far as a broker answers; it takes two seconds a broker at most.
     *
     * @param client the options of every Kafka client
     */
    static Optional<String> complaint(Map<String, String> client) {
        String protocol = client.getOrDefault("security.protocol", "PLAINTEXT").toUpperCase(Locale.ROOT);
        boolean isWanted = protocol.endsWith("SSL");
        for (String server : client.getOrDefault("bootstrap.servers", "").split(",")) {
            Boolean speaks = speaksTls(server.strip());
            if (speaks != null) {
                if (speaks == isWanted) {
                    return Optional.empty();
                }
                return Optional.of(
                        speaks
                                ? "Kafka at " + server.strip()
                                        + " requires TLS: set Kafka's property security.protocol to "
                                        + (protocol.startsWith("SASL") ? "SASL_SSL" : "SSL, or SASL_SSL with a sign-in")
                                : "Kafka at " + server.strip()
                                        + " does not speak TLS: name another port of it, or set Kafka's"
                                        + " property security.protocol to "
                                        + (protocol.startsWith("SASL") ? "SASL_PLAINTEXT" : "PLAINTEXT"));
            }
        }
        return Optional.empty();
    }

    /** Null if it does not answer in a way that tells. */
    private static @Nullable Boolean speaksTls(String server) {
        int colon = server.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(server.substring(0, colon), Integer.parseInt(server.substring(colon + 1))),
                    PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(REQUEST);
            int first = new DataInputStream(socket.getInputStream()).readUnsignedByte();
            return first == ALERT ? Boolean.TRUE : first == 0 ? Boolean.FALSE : null;
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return null;
        }
    }
}
