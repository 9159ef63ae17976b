package io.github.dtstream.faultproxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loopback ports for servers that stop and start again on the same port. They are below the range from which Linux,
 * macOS and Windows take ports for outgoing connections (32768 and up): while a server is stopped, a client could get a
 * port of that range. For the same reason, each JVM that runs tests has its own part of these ports.
 */
public final class FreePort {
    private static final int PARTS = 4;
    private static final int PORTS_OF_A_PART = 4_000;
    private static final int FIRST = 15_000 + Integer.getInteger("test.fork", 0) % PARTS * PORTS_OF_A_PART;
    private static final int ATTEMPTS = 2_000;

    /**
     * The number of the next port. It only grows: nobody may listen yet on a port that was found, and it must not be found
     * again. It begins anywhere, as a server of the last run may still end.
     */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS_OF_A_PART));

    /**
     * The ports that are taken by any JVM of this machine, also of other builds: bytes that each locks until it ends. A
     * port is free until its server listens, which may be seconds after it was found.
     */
    private static final FileChannel CLAIMS = claims();

    private FreePort() {}

    private static FileChannel claims() {
        Path file = Path.of(System.getProperty("java.io.tmpdir"))
                .resolve("dt-stream-test-ports-" + System.getProperty("user.name"));
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean claim(int port) throws IOException {
        try {
            return CLAIMS.tryLock(port, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            // This JVM has come round to its first ports.
            return true;
        }
    }

    /** Returns a port on which nobody listens now, and which was not returned before. */
    public static int find() throws IOException {
        try (ServerSocket socket = listen(1)) {
            return socket.getLocalPort();
        }
    }

    /** Listens on such a port. */
    public static ServerSocket listen(int backlog) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), PORTS_OF_A_PART);
                if (!claim(port)) {
                    throw new BindException("port " + port + " is for another JVM");
                }
                return listen(port, backlog);
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Listens on this port, also if connections of its last listener still linger. */
    public static ServerSocket listen(int port, int backlog) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), backlog);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
