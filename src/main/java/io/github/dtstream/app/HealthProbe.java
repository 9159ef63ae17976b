package io.github.dtstream.app;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Asks the router of a data folder whether it is live or ready, for platforms that run containers. With it an image
 * needs neither a shell nor {@code curl}, and the router need not admit requests from outside the container. It uses no
 * library, so it takes a tenth of a second and little memory.
 */
public final class HealthProbe {
    private static final List<String> QUESTIONS = List.of("live", "ready");
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int MOST_BYTES = 4_096;

    private HealthProbe() {}

    /**
     * Ends with 0 if the answer to {@code live} or {@code ready} is yes, and with 1 if not; with 64 if the arguments
     * are others.
     */
    public static void main(String[] arguments) {
        String data = System.getenv().getOrDefault("DT_DATA_DIR", "data");
        System.exit(ask(Path.of(data), arguments, System.out));
    }

    static int ask(Path data, String[] questions, PrintStream out) {
        if (questions.length != 1 || !QUESTIONS.contains(questions[0])) {
            out.println("usage: live | ready");
            return 64;
        }
        try {
            String answer = answer(data, questions[0]);
            int body = answer.indexOf("\r\n\r\n");
            if (body < 0) {
                out.println(
                        "no router answers: port " + port(data) + " closed the connection without an HTTP response");
                return 1;
            }
            out.println(answer.substring(body + 4));
            return answer.matches("(?s)HTTP/1\\.[01] 200 .*") ? 0 : 1;
        } catch (NoSuchFileException e) {
            out.println("no router answers yet: there is no " + e.getFile());
            return 1;
        } catch (IOException | NumberFormatException e) {
            out.println("no router answers: " + e);
            return 1;
        }
    }

    private static int port(Path data) throws IOException {
        return Integer.parseInt(
                Files.readString(data.resolve("management.port")).trim());
    }

    /** Asks on the port for commands. That port is on loopback and without TLS, whatever the HTTP port is set to. */
    private static String answer(Path data, String question) throws IOException {
        int port = port(data);
        String token = Files.readString(data.resolve("management.token")).trim();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            String request = "GET /health/" + question + " HTTP/1.1\r\nHost: localhost:" + port
                    + "\r\nAuthorization: Bearer " + token + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        }
    }
}
