package io.github.dtstream.mqtt;

import io.github.dtstream.faultproxy.FreePort;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The system's mosquitto as a child process, with the test's own configuration. */
public final class Mosquitto implements AutoCloseable {
    /** The folders in which packages install it; not every shell searches them. */
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/sbin/mosquitto"), Path.of("/usr/local/sbin/mosquitto"), Path.of("/usr/bin/mosquitto"));

    private final Path directory;
    private final int port;
    private @Nullable Process process;

    private Mosquitto(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** For {@code @EnabledIf}. */
    public static boolean isInstalled() {
        return program().isPresent();
    }

    private static Optional<Path> program() {
        return PLACES.stream().filter(Files::isExecutable).findFirst();
    }

    /** A broker with default limits and without login, with unlimited queues for subscribers. */
    public static Mosquitto start(Path directory, String... lines) throws IOException, InterruptedException {
        Mosquitto mosquitto = prepare(directory, lines);
        mosquitto.start();
        return mosquitto;
    }

    /** The same, not started yet. */
    public static Mosquitto prepare(Path directory, String... lines) throws IOException {
        int port = FreePort.find();
        List<String> config = new ArrayList<>(List.of("listener " + port + " 127.0.0.1", "user root"));
        config.addAll(List.of("max_queued_messages 0", "log_dest file " + directory.resolve("mosquitto.log")));
        config.addAll(List.of(lines));
        if (config.stream().noneMatch(line -> line.startsWith("allow_anonymous"))) {
            config.add("allow_anonymous true");
        }
        Files.write(directory.resolve("mosquitto.conf"), config);
        return new Mosquitto(directory, port);
    }

    public int port() {
        return port;
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    public void start() throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        program().orElseThrow().toString(),
                        "-c",
                        directory.resolve("mosquitto.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("mosquitto.out").toFile())
                .start();
        for (int attempt = 0; attempt < 2_400; attempt++) {
            try (Socket ignored = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw new IOException(
                            "mosquitto ended: " + Files.readString(directory.resolve("mosquitto.out")), e);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IOException("mosquitto does not listen");
    }

    /** Its CPU time since it was started; zero if the system does not report it. */
    public Duration cpuTime() {
        return process == null
                ? Duration.ZERO
                : process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** SIGTERM. */
    public void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            process.waitFor();
        }
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
