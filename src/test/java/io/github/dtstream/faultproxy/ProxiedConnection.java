package io.github.dtstream.faultproxy;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A client's connection and the connection that was made for it. Thread-safe by its lock. */
final class ProxiedConnection {
    private final Socket client;
    private final Socket server;
    private final FaultProxy proxy;
    private final Supplier<Conditions> conditions;
    private final List<Thread> threads;
    private volatile boolean cut;

    // Guarded by this object's lock.
    private int endedDirections;

    ProxiedConnection(Socket client, Socket server, FaultProxy proxy, Supplier<Conditions> conditions)
            throws IOException {
        this.client = client;
        this.server = server;
        this.proxy = proxy;
        this.conditions = conditions;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Carrier up = new Carrier(this, client.getInputStream(), server.getOutputStream(), false);
        Carrier down = new Carrier(this, server.getInputStream(), client.getOutputStream(), true);
        this.threads = Stream.<Runnable>of(up::read, up::write, down::read, down::write)
                .map(task -> new Thread(task, "fault-proxy"))
                .toList();
    }

    void start() {
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    Conditions conditions() {
        return conditions.get();
    }

    boolean isCut() {
        return cut;
    }

    int take(boolean downstream, int bytes) {
        return proxy.take(downstream, bytes);
    }

    byte[] rewritten(byte[] downstreamChunk) {
        return proxy.rewritten(downstreamChunk);
    }

    void count(boolean downstream, int bytes) {
        proxy.count(downstream, bytes);
    }

    void limitReached() {
        cut(proxy.limitReached());
    }

    /** Notes that one direction has ended; the other continues. */
    synchronized void ended(boolean downstream) {
        try {
            (downstream ? client : server).shutdownOutput();
        } catch (IOException e) {
            cut = true;
        }
        if (++endedDirections == 2 || cut) {
            close();
        }
    }

    /** Ends the other side, as one side is broken. */
    void broken() {
        if (!cut) {
            cut(Cut.RST);
        }
    }

    synchronized void cut(Cut how) {
        if (cut) {
            return;
        }
        cut = true;
        if (how == Cut.RST) {
            close();
            return;
        }
        // Closing with unread bytes would send a reset, so the client's bytes are read and dropped until the client
        // closes.
        try {
            client.shutdownOutput();
            server.close();
        } catch (IOException e) {
            close();
        }
        threads.get(1).interrupt();
        threads.get(3).interrupt();
        proxy.forget(this);
    }

    /** The client has closed, after a cut in order. */
    void drained() {
        try {
            client.close();
        } catch (IOException e) {
            // Nothing more can be closed.
        }
    }

    /** Closes both sides; a side that was not ended in order is reset. */
    synchronized void close() {
        boolean reset = endedDirections < 2;
        cut = true;
        for (Socket socket : List.of(client, server)) {
            try {
                if (reset && !socket.isClosed()) {
                    socket.setSoLinger(true, 0);
                }
                socket.close();
            } catch (IOException e) {
                // Nothing more can be closed.
            }
        }
        threads.forEach(Thread::interrupt);
        proxy.forget(this);
    }
}
