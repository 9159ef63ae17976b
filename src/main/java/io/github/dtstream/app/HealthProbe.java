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
 * Asks the router of a data folder how it is, for platforms that run containers: an image needs no shell and no {@code curl} for
 * that, and nobody from outside has to be let in. Uses no library, so that it begins and ends within a tenth of a second and
 * takes little memory beside the router.
 */
public final class HealthProbe {
    private static final List<String> QUESTIONS = List.of("live", "ready");
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int MOST_BYTES = 4_096;

    private HealthProbe() {}

    /** Ends with 0 if the answer to {@code live} or {@code ready} is yes, else with 1; with 64 if that is not what is asked. */
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
            out.println(answer.substring(answer.indexOf("\r\n\r\n") + 4));
            return answer.matches("(?s)HTTP/1\\.[01] 200 .*") ? 0 : 1;
        } catch (NoSuchFileException e) {
            out.println("no router answers yet: there is no " + e.getFile());
            return 1;
        } catch (IOException | NumberFormatException e) {
            out.println("no router answers: " + e);
            return 1;
        }
    }

    /** The port for commands, on loopback and without TLS: it is there whatever others are let in by. */
    private static String answer(Path data, String question) throws IOException {
        int port = Integer.parseInt(
                Files.readString(data.resolve("management.port")).trim());
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
