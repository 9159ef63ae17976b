package io.github.dtstream.faultproxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on a loopback port in front of another loopback port, with faults on request. It carries any protocol:
 * HTTP, MQTT. Thread-safe; faults apply to open and later connections, until {@link #pass()}.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BACKLOG = 128;

    /**
     * Something that the proxy was told to do, or did.
     *
     * @param what in a few words, such as {@code cut RST, 2 connections}
     */
    public record Entry(Instant at, String what) {}

    private final int port;
    private final Clock clock;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final List<Entry> log = new CopyOnWriteArrayList<>();
    private final AtomicLong bytesUp = new AtomicLong();
    private final AtomicLong bytesDown = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private volatile int targetPort;
    private volatile Conditions conditions = Conditions.CLEAR;
    private volatile @Nullable ByteLimit limit;
    private volatile Duration dateShift = Duration.ZERO;

    // Guarded by this object's lock.
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;
    private boolean closed;

    private FaultProxy(int targetPort, Clock clock, ServerSocket listener) {
        this.targetPort = targetPort;
        this.clock = clock;
        this.listener = listener;
        this.port = listener.getLocalPort();
    }

    /** Starts a proxy on a free port, in front of another one. */
    public static FaultProxy start(int targetPort, Clock clock) throws IOException {
        ServerSocket listener = FreePort.listen(BACKLOG);
        FaultProxy proxy = new FaultProxy(targetPort, clock, listener);
        proxy.accept(listener);
        return proxy;
    }

    /** Starts a proxy whose log has the system's time. */
    public static FaultProxy start(int targetPort) throws IOException {
        return start(targetPort, Clock.systemUTC());
    }

    private synchronized void accept(ServerSocket from) {
        Thread thread = new Thread(
                () -> {
                    while (!from.isClosed()) {
                        try {
                            connect(from.accept(), from);
                        } catch (IOException e) {
                            // The listener was closed, or the client gave up at once.
                        }
                    }
                },
                "fault-proxy-accept");
        thread.setDaemon(true);
        thread.start();
        acceptor = thread;
    }

    private void connect(Socket client, ServerSocket from) throws IOException {
        accepted.incrementAndGet();
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), targetPort), 5000);
            ProxiedConnection connection = new ProxiedConnection(client, server, this, () -> conditions);
            connections.add(connection);
            connection.start();
            if (from.isClosed()) {
                connection.cut(Cut.RST);
            }
        } catch (IOException e) {
            // If nobody listens there, the client gets a reset.
            client.setSoLinger(true, 0);
            client.close();
            server.close();
        }
    }

    /** The port to connect to. */
    public int port() {
        return port;
    }

    /** Connects later connections to another port. */
    public void target(int newTargetPort) {
        targetPort = newTargetPort;
        note("target " + newTargetPort);
    }

    /** Ends all faults and listens again; bytes that a black hole held back are carried. */
    public void pass() {
        conditions = Conditions.CLEAR;
        limit = null;
        dateShift = Duration.ZERO;
        listen();
        note("pass");
    }

    /** Ends all open connections. */
    public void cut(Cut how) {
        List<ProxiedConnection> open = List.copyOf(connections);
        note("cut " + how + ", " + open.size() + " connections");
        open.forEach(connection -> connection.cut(how));
    }

    /**
     * Carries nothing in either direction, not even a connection's end; connections are still accepted.
     */
    public void blackHole() {
        conditions = conditions.withBlackHole(true);
        note("black hole");
    }

    /** Stops listening, and resets the open connections. */
    public void refuse() {
        note("refuse");
        synchronized (this) {
            closeListener();
        }
        List.copyOf(connections).forEach(connection -> connection.cut(Cut.RST));
    }

    /** Writes at most so many bytes at once. */
    public void slice(int bytes, Duration pause) {
        conditions = conditions.withSlices(bytes, pause);
        note("slice " + bytes + " bytes");
    }

    /** Delays each byte by half of a round trip; bytes do not wait for one another. */
    public void delay(Duration roundTrip) {
        conditions = conditions.withOneWayDelay(roundTrip.dividedBy(2));
        note("delay " + roundTrip);
    }

    /** Limits the rate in each direction of each connection. */
    public void bandwidth(long bytesPerSecond) {
        conditions = conditions.withBytesPerSecond(bytesPerSecond);
        note("bandwidth " + bytesPerSecond + " bytes/s");
    }

    /**
     * Lets so many more bytes through to clients, over all connections; then cuts the connection that reaches the
     * limit, once.
     */
    public void cutAfter(long bytes, Cut how) {
        limit = new ByteLimit(true, bytes, how);
        note("cut " + how + " after " + bytes + " bytes");
    }

    /** The same for bytes from clients. */
    public void cutAfterUp(long bytes, Cut how) {
        limit = new ByteLimit(false, bytes, how);
        note("cut " + how + " after " + bytes + " bytes up");
    }

    /**
     * Changes the {@code Date} header of HTTP answers, as if the cloud's clock were ahead. The simulator cannot do
     * this, as the JDK's HTTP server sets that header last.
     */
    public void shiftDates(Duration ahead) {
        dateShift = ahead;
        note("dates " + ahead);
    }

    byte[] rewritten(byte[] downstreamChunk) {
        return DateShift.apply(downstreamChunk, dateShift);
    }

    int take(boolean downstream, int bytes) {
        ByteLimit current = limit;
        return current == null ? bytes : current.take(downstream, bytes);
    }

    Cut limitReached() {
        ByteLimit current = limit;
        note("limit reached");
        return current == null ? Cut.RST : current.cut();
    }

    void count(boolean downstream, int bytes) {
        (downstream ? bytesDown : bytesUp).addAndGet(bytes);
    }

    void forget(ProxiedConnection connection) {
        connections.remove(connection);
    }

    private synchronized void listen() {
        if (closed || listener != null) {
            return;
        }
        try {
            ServerSocket again = FreePort.listen(port, BACKLOG);
            listener = again;
            accept(again);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " cannot be taken again", e);
        }
    }

    /** Waits for the thread to leave {@code accept}, as the port is free only then. */
    private void closeListener() {
        if (listener != null && acceptor != null) {
            try {
                listener.close();
                acceptor.join();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            listener = null;
            acceptor = null;
        }
    }

    /** The number of open connections. */
    public int connections() {
        return connections.size();
    }

    /** The number of accepted connections since start. */
    public long accepted() {
        return accepted.get();
    }

    /** The number of bytes from clients, carried or not. */
    public long bytesUp() {
        return bytesUp.get();
    }

    /** The number of bytes to clients. */
    public long bytesDown() {
        return bytesDown.get();
    }

    /** The requests to the proxy, in order. */
    public List<Entry> log() {
        return List.copyOf(log);
    }

    void note(String what) {
        log.add(new Entry(clock.instant(), what));
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            closeListener();
        }
        List.copyOf(connections).forEach(ProxiedConnection::close);
    }
}
