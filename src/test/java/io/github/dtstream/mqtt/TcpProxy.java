package io.github.dtstream.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP proxy on loopback that spoils connections on demand. Thread-safe. */
final class TcpProxy implements AutoCloseable {
    private final int target;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong bytesUp = new AtomicLong();
    private volatile boolean blackHole;
    private volatile boolean refusing;
    private volatile Duration delay = Duration.ZERO;
    private volatile long cutAfterBytesUp = Long.MAX_VALUE;

    TcpProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    long connections() {
        return connections.get();
    }

    /** How many bytes have come from clients. */
    long bytesUp() {
        return bytesUp.get();
    }

    /** From now on, bytes are swallowed in both directions, on old and new connections. */
    void blackHole(boolean on) {
        blackHole = on;
    }

    /** From now on, new connections are closed at once. */
    void refuse(boolean on) {
        refusing = on;
    }

    /** How long each byte takes in each direction. */
    void delay(Duration oneWay) {
        delay = oneWay;
    }

    /** Ends all connections with a reset when so many more bytes have come from clients. */
    void cutAfter(long bytes) {
        cutAfterBytesUp = bytesUp.get() + bytes;
    }

    /** Ends all connections with a reset. */
    void cut() {
        sockets.forEach(TcpProxy::reset);
        sockets.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                connections.incrementAndGet();
                if (refusing) {
                    client.close();
                    continue;
                }
                Socket broker = new Socket("127.0.0.1", target);
                broker.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                sockets.addAll(List.of(client, broker));
                pipe(client, broker, true);
                pipe(broker, client, false);
            } catch (IOException e) {
                // the broker is not there, or the proxy is closed
                sockets.forEach(TcpProxy::reset);
            }
        }
    }

    private void pipe(Socket from, Socket to, boolean up) {
        BlockingQueue<Chunk> line = new ArrayBlockingQueue<>(10_000);
        daemon(() -> read(from, line, up));
        daemon(() -> write(line, from, to));
    }

    private void read(Socket from, BlockingQueue<Chunk> line, boolean up) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (up && bytesUp.addAndGet(count) >= cutAfterBytesUp) {
                    cutAfterBytesUp = Long.MAX_VALUE;
                    cut();
                    return;
                }
                if (!blackHole) {
                    line.put(new Chunk(Arrays.copyOf(buffer, count), System.nanoTime() + delay.toNanos()));
                }
            }
            line.put(Chunk.END);
        } catch (IOException | InterruptedException e) {
            line.offer(Chunk.END);
        }
    }

    private static void write(BlockingQueue<Chunk> line, Socket from, Socket to) {
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            for (Chunk chunk = line.take(); chunk != Chunk.END; chunk = line.take()) {
                TimeUnit.NANOSECONDS.sleep(chunk.due - System.nanoTime());
                out.write(chunk.bytes);
            }
        } catch (IOException | InterruptedException e) {
            // the other side is gone; both are closed
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // closed already
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private record Chunk(byte[] bytes, long due) {
        static final Chunk END = new Chunk(new byte[0], 0);
    }
}
