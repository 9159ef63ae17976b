package io.github.dtstream.benchmark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A cloud whose answers take no time: it writes a stream as fast as the client reads it, or at a steady rate, and
 * answers the router's other requests with empty lists. The first connection of each project gets the events; others
 * get only pings.
 */
final class EventServer implements AutoCloseable {
    private static final int BLOCK_LINES = 4096;
    private static final int LINES_PER_WRITE = 256;
    private static final int PING_SECONDS = 2;

    /**
     * What the stream sends.
     *
     * @param events how many
     * @param perSecond the rate; 0 for as fast as the client reads
     * @param ends whether the body ends after the last event; otherwise pings follow
     */
    record Plan(long events, int perSecond, boolean ends) {}

    private final Plan plan;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<String> served = ConcurrentHashMap.newKeySet();
    private final AtomicLong firstSentNanos = new AtomicLong();

    EventServer(Plan plan, int port) throws IOException {
        this.plan = plan;
        this.listening = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        start("bench-accept", this::accept);
    }

    /** Serves until it is killed: {@code EventServer EVENTS EVENTS-PER-SECOND PORT}. */
    public static void main(String[] args) throws Exception {
        Plan plan = new Plan(Long.parseLong(args[0]), Integer.parseInt(args[1]), true);
        EventServer server = new EventServer(plan, Integer.parseInt(args[2]));
        System.out.println(server.streamUrl());
        Thread.currentThread().join();
    }

    String apiUrl() {
        return "http://127.0.0.1:" + listening.getLocalPort() + "/v2";
    }

    String streamUrl() {
        return apiUrl() + "/projects/" + EventLines.PROJECT + "/devices:stream";
    }

    /** When the first event was written, as {@link System#nanoTime}; 0 before. */
    long firstSentNanos() {
        return firstSentNanos.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                open.add(socket);
                start("bench-connection", () -> serve(socket));
            }
        } catch (IOException closed) {
            // the end of the benchmark
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            String head;
            while (!(head = head(in)).isEmpty()) {
                if (head.contains("devices:stream")) {
                    stream(out, project(head));
                    return;
                }
                in.skipNBytes(contentLength(head));
                answer(out, head);
            }
        } catch (IOException left) {
            // the client did
        } finally {
            open.remove(socket);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        int next;
        while (!head.toString().endsWith("\r\n\r\n") && (next = in.read()) >= 0) {
            head.append((char) next);
        }
        return head.toString();
    }

    private static int contentLength(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).trim()))
                .findFirst()
                .orElse(0);
    }

    private static void answer(OutputStream out, String head) throws IOException {
        String body;
        if (head.startsWith("POST")) {
            body = "{\"access_token\":\"benchmark\",\"token_type\":\"Bearer\",\"expires_in\":3600}";
        } else if (head.substring(0, head.indexOf('\n')).contains("/events")) {
            body = "{\"events\":[],\"nextPageToken\":\"\"}";
        } else {
            body = "{\"devices\":[],\"nextPageToken\":\"\"}";
        }
        out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.US_ASCII));
    }

    private static String project(String head) {
        int start = head.indexOf("/projects/") + "/projects/".length();
        return head.substring(start, head.indexOf('/', start));
    }

    private void stream(OutputStream out, String project) throws IOException {
        out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        if (served.add(project)) {
            EventLines block = EventLines.block(BLOCK_LINES);
            firstSentNanos.compareAndSet(0, System.nanoTime());
            if (plan.perSecond() > 0) {
                steadily(out, block);
            } else {
                atOnce(out, block);
            }
            if (plan.ends()) {
                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return;
            }
        }
        while (true) {
            LockSupport.parkNanos(PING_SECONDS * 1_000_000_000L);
            out.write(EventLines.chunk(EventLines.ping()));
        }
    }

    /**
     * Sends the middle and the last event as events of two devices of their own, so that a subscriber can wait on their
     * topics.
     */
    private void atOnce(OutputStream out, EventLines block) throws IOException {
        long half = plan.events() / 2;
        write(out, block, 0, half - 1);
        mark(out, "half", half - 1);
        write(out, block, half, plan.events() - half - 1);
        mark(out, "last", plan.events() - 1);
    }

    private static void mark(OutputStream out, String device, long number) throws IOException {
        EventLines line = EventLines.single(device);
        line.number(0, 1, number);
        out.write(line.bytes());
    }

    private static void write(OutputStream out, EventLines block, long first, long count) throws IOException {
        long written = 0;
        int line = 0;
        while (written < count) {
            int to = Math.min(line + LINES_PER_WRITE, block.lines());
            while (written + block.eventsBefore(to) - block.eventsBefore(line) > count) {
                to--;
            }
            block.number(line, to, first + written);
            out.write(block.bytes(), block.start(line), block.start(to) - block.start(line));
            written += block.eventsBefore(to) - block.eventsBefore(line);
            line = to == block.lines() ? 0 : to;
        }
    }

    private void steadily(OutputStream out, EventLines block) throws IOException {
        long began = System.nanoTime();
        long sent = 0;
        for (int line = 0; sent < plan.events(); line = (line + 1) % block.lines()) {
            if (block.isEvent(line)) {
                pause(began + sent * 1_000_000_000L / plan.perSecond());
                block.number(line, line + 1, sent++);
                block.time(line, Instant.now());
            }
            out.write(block.bytes(), block.start(line), block.start(line + 1) - block.start(line));
        }
    }

    private static void pause(long until) {
        long left;
        while ((left = until - System.nanoTime()) > 0) {
            LockSupport.parkNanos(left);
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
