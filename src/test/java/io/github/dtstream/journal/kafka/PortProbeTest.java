package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.journal.kafka.KafkaJournals.PortProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortProbeTest {
    private static final int REQUEST_BYTES = 14;
    private static final byte[] ALERT = {0x15, 3, 3, 0, 2, 2, 80};
    private static final byte[] ANSWER = {0, 0, 0, 10, 0, 0, 0, 1};

    /** What is said of a server that answers with these bytes, whatever it is asked. */
    private static Optional<String> complaint(String protocol, byte... answer) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread serving = new Thread(() -> {
                try (Socket client = server.accept()) {
                    client.getInputStream().readNBytes(REQUEST_BYTES);
                    client.getOutputStream().write(answer);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            serving.setDaemon(true);
            serving.start();
            return PortProbe.complaint(
                    Map.of("bootstrap.servers", "127.0.0.1:" + server.getLocalPort(), "security.protocol", protocol));
        }
    }

    @Test
    void saysThatTlsIsMissing() throws Exception {
        assertThat(complaint("PLAINTEXT", ALERT))
                .hasValueSatisfying(text -> assertThat(text).contains("requires TLS", "security.protocol to SSL"));
        assertThat(complaint("SASL_PLAINTEXT", ALERT))
                .hasValueSatisfying(text -> assertThat(text).contains("requires TLS", "security.protocol to SASL_SSL"));
        assertThat(complaint("SSL", ALERT)).isEmpty();
    }

    @Test
    void saysThatTlsIsTooMuch() throws Exception {
        assertThat(complaint("SSL", ANSWER))
                .hasValueSatisfying(
                        text -> assertThat(text).contains("does not speak TLS", "security.protocol to PLAINTEXT"));
        assertThat(complaint("SASL_SSL", ANSWER))
                .hasValueSatisfying(
                        text -> assertThat(text).contains("does not speak TLS", "security.protocol to SASL_PLAINTEXT"));
        assertThat(complaint("PLAINTEXT", ANSWER)).isEmpty();
    }

    @Test
    void saysNothingOfAServerThatClosesOrIsNotThereOrIsNoAddress() throws Exception {
        assertThat(complaint("SSL")).isEmpty();
        assertThat(complaint("PLAINTEXT", (byte) 'H')).isEmpty();
        assertThat(PortProbe.complaint(Map.of("bootstrap.servers", "127.0.0.1:1, no-such-host.invalid:1, nothing")))
                .isEmpty();
        assertThat(PortProbe.complaint(Map.of())).isEmpty();
    }
}
