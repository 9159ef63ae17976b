package io.github.dtstream.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** A line of a given length: what goes in at one end comes out at the other so much later, at whatever rate it came. */
final class DelayProxy implements AutoCloseable {
    private static final int PART_BYTES = 64 * 1024;
    private static final int PARTS_UNDER_WAY = 4096;

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final long delayNanos;

    /** @param roundTripMillis half of it each way */
    DelayProxy(int target, long roundTripMillis) throws IOException {
        this.target = target;
        this.delayNanos = roundTripMillis * 500_000;
        start("delay-accept", this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() throws IOException, InterruptedException {
        while (true) {
            Socket client = listening.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            carry(client, server);
            carry(server, client);
        }
    }

    private void carry(Socket from, Socket to) {
        BlockingQueue<Part> line = new ArrayBlockingQueue<>(PARTS_UNDER_WAY);
        start("delay-in", () -> {
            try (from) {
                InputStream in = from.getInputStream();
                byte[] buffer = new byte[PART_BYTES];
                int length;
                while ((length = in.read(buffer)) >= 0) {
                    line.put(new Part(System.nanoTime() + delayNanos, Arrays.copyOf(buffer, length)));
                }
            } finally {
                line.put(new Part(System.nanoTime() + delayNanos, new byte[0]));
            }
        });
        start("delay-out", () -> {
            try (to) {
                OutputStream out = to.getOutputStream();
                Part part;
                while ((part = line.take()).bytes.length > 0) {
                    long left;
                    while ((left = part.due - System.nanoTime()) > 0) {
                        LockSupport.parkNanos(left);
                    }
                    out.write(part.bytes);
                }
            }
        });
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static void start(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException | InterruptedException ended) {
                        // one of the two ends has gone
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private record Part(long due, byte[] bytes) {}
}
