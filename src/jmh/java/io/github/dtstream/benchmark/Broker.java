package io.github.dtstream.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A mosquitto of its own on a free port, in memory. */
final class Broker implements AutoCloseable {
    private static final List<String> PLACES =
            List.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto");
    private static final int START_ATTEMPTS = 100;

    private final int port;
    private final Launched process;
    private double cpuBefore;

    private Broker(int port, Launched process) {
        this.port = port;
        this.process = process;
    }

    static Optional<String> program() {
        return PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst();
    }

    /** @param open whether clients may have as much under way as they like; otherwise what mosquitto has by default */
    static Broker start(Path folder, boolean open) throws IOException, InterruptedException {
        return start(folder, open, freePort());
    }

    /** A port of loopback that nobody listens on now. */
    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** The same on this port. */
    static Broker start(Path folder, boolean open, int port) throws IOException, InterruptedException {
        Path settings = folder.resolve("mosquitto.conf");
        Files.writeString(
                settings,
                "listener " + port + " 127.0.0.1\nallow_anonymous true\n" + (open ? "max_inflight_messages 0\n" : ""));
        Launched process = Launched.start(
                List.of(new ProcessBuilder(program().orElseThrow(), "-c", settings.toString())),
                folder.resolve("mosquitto.log"));
        for (int i = 0; ; i++) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return new Broker(port, process);
            } catch (IOException e) {
                if (i == START_ATTEMPTS) {
                    process.close();
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    int port() {
        return port;
    }

    void mark() {
        cpuBefore = process.cpuSeconds();
    }

    double cpuSecondsSinceMark() {
        return process.cpuSeconds() - cpuBefore;
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
