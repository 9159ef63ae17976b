package io.github.dtstream.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A raw HTTP server on loopback whose answers the test writes: {@link #next} returns the next request, and the test's
 * bytes are sent unchanged. {@link #tokens} answers token requests.
 */
public final class ScriptedServer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final ServerSocket listener;
    private final Thread acceptor;
    private final BlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
    private final List<Exchange> all = new CopyOnWriteArrayList<>();
    private final List<String> tokenRequests = new CopyOnWriteArrayList<>();
    private final AtomicInteger tokenNumber = new AtomicInteger();
    private volatile Consumer<Exchange> tokens = exchange -> exchange.json(
            200,
            "{\"access_token\":\"token-%d\",\"token_type\":\"bearer\",\"expires_in\":3600}"
                    .formatted(tokenNumber.incrementAndGet()));

    public ScriptedServer() throws IOException {
        listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        acceptor = daemon(this::acceptAll);
    }

    public URI apiUrl() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/v2");
    }

    public URI tokenUrl() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/oauth2/token");
    }

    /** Changes the answer to token requests. */
    public void tokens(Consumer<Exchange> answer) {
        tokens = answer;
    }

    /** The bodies of the token requests so far. */
    public List<String> tokenRequests() {
        return tokenRequests;
    }

    /** Waits for the next request that is not for a token. */
    public Exchange next() throws InterruptedException {
        Exchange exchange = exchanges.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (exchange == null) {
            throw new AssertionError("no request came within " + PATIENCE_SECONDS + " s");
        }
        return exchange;
    }

    /** The next request that is not for a token, if one comes within a second. */
    public @Nullable Exchange nextOrNull() throws InterruptedException {
        return exchanges.poll(1, TimeUnit.SECONDS);
    }

    /** Whether no request is waiting. */
    public boolean isQuiet() {
        return exchanges.isEmpty();
    }

    /** Refuses new connections from now on. */
    public void stopListening() throws IOException, InterruptedException {
        listener.close();
        // The thread may be accepting a connection right now.
        acceptor.join();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Exchange exchange : all) {
            exchange.socket.close();
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = listener.accept();
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void serve(Socket socket) {
        try {
            socket.setTcpNoDelay(true);
            Exchange exchange = Exchange.read(socket, () -> daemon(() -> serve(socket)));
            all.add(exchange);
            if (exchange.target().startsWith("/oauth2/token")) {
                tokenRequests.add(exchange.body);
                tokens.accept(exchange);
            } else {
                exchanges.add(exchange);
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** A request, with methods to answer it. */
    public static final class Exchange {
        private final Socket socket;
        private final List<String> head;
        private final String body;
        private final Runnable answered;

        private Exchange(Socket socket, Runnable answered, List<String> head, String body) {
            this.socket = socket;
            this.answered = answered;
            this.head = head;
            this.body = body;
        }

        private static Exchange read(Socket socket, Runnable answered) throws IOException {
            InputStream in = socket.getInputStream();
            List<String> head = new ArrayList<>();
            int length = 0;
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                head.add(line);
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(
                            line.substring("content-length:".length()).strip());
                }
            }
            return new Exchange(socket, answered, head, new String(in.readNBytes(length), StandardCharsets.UTF_8));
        }

        private static String line(InputStream in) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new IOException("closed");
                }
                if (b != '\r') {
                    line.write(b);
                }
            }
            return line.toString(StandardCharsets.UTF_8);
        }

        /** The request line's target as sent. */
        public String target() {
            return head.get(0).split(" ")[1];
        }

        /** A header's value; null if absent. */
        public String header(String name) {
            return head.stream()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse(null);
        }

        /** The request's head, line by line. */
        public List<String> head() {
            return head;
        }

        /** Sends these bytes. */
        public Exchange raw(String text) {
            return raw(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Sends these bytes. */
        public Exchange raw(byte[] bytes) {
            try {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
                return this;
            } catch (IOException e) {
                throw new AssertionError("the client has closed the connection", e);
            }
        }

        /** Sends a text repeatedly, with pauses, until the client has closed its side. */
        public void trickle(String text, Duration pause) {
            daemon(() -> {
                try {
                    while (true) {
                        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
                        TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                    }
                } catch (IOException e) {
                    // Closed by the client.
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        /** Sends a complete answer; the connection stays open for the next request. */
        public Exchange json(int status, String json, String... headers) {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            int length = json.getBytes(StandardCharsets.UTF_8).length;
            raw(head + "Content-Length: " + length + "\r\n\r\n" + json);
            answered.run();
            return this;
        }

        /** Sends a complete JSON answer, compressed although that was not requested. */
        public Exchange compressed(String json) {
            byte[] body = gzip(json);
            raw("HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: "
                    + body.length + "\r\n\r\n");
            raw(body);
            answered.run();
            return this;
        }

        private static byte[] gzip(String text) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return bytes.toByteArray();
        }

        /** Sends the head of a stream. */
        public Exchange ok() {
            return raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        /** Sends a chunk of a stream. */
        public Exchange chunk(String text) {
            return raw(Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n");
        }

        /** Sends a chunk, unless the client has closed its side. */
        public boolean offer(String text) {
            try {
                String length = Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length);
                socket.getOutputStream().write((length + "\r\n" + text + "\r\n").getBytes(StandardCharsets.UTF_8));
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        /** Sends an event of device {@code d1}. */
        public Exchange event(String eventId) {
            return chunk(Lines.event(eventId));
        }

        /** An event of that time. */
        public Exchange event(String eventId, String timestamp) {
            return chunk(Lines.event(eventId, "d1", timestamp));
        }

        /** Sends a ping with this time. */
        public Exchange ping(String eventId, String timestamp) {
            return chunk(Lines.ping(eventId, timestamp));
        }

        /** Ends the stream properly; the client may have closed its side already, after an error record. */
        public void end() {
            try {
                socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.close();
            } catch (IOException e) {
                // Closed by the client.
            }
        }

        /** Closes the connection in order, at any point. */
        public void fin() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** Resets the connection. */
        public void reset() {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** Waits until the client has closed its side. */
        public void awaitClosed() throws IOException {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            try {
                while (socket.getInputStream().read() >= 0) {
                    continue;
                }
            } catch (java.net.SocketTimeoutException e) {
                throw new AssertionError("the client has not closed the connection", e);
            } catch (IOException e) {
                // A reset closes it as well.
            }
        }
    }

    /** Records in the cloud's form. */
    public static final class Lines {
        private Lines() {}

        public static String event(String eventId) {
            return event(eventId, "d1");
        }

        public static String event(String eventId, String deviceId) {
            return event(eventId, deviceId, "2026-01-01T00:00:00Z");
        }

        public static String event(String eventId, String deviceId, String timestamp) {
            return ("{\"result\":{\"event\":{\"eventId\":\"%s\",\"targetName\":\"projects/p1/devices/%s\","
                            + "\"eventType\":\"touch\",\"data\":{\"touch\":{\"updateTime\":\"2026-01-01T00:00:00Z\"}},"
                            + "\"timestamp\":\"%s\"}}}\n")
                    .formatted(eventId, deviceId, timestamp);
        }

        public static String ping(String eventId, String timestamp) {
            return ("{\"result\":{\"event\":{\"eventId\":\"%s\",\"targetName\":\"projects/p1\",\"eventType\":\"ping\","
                            + "\"data\":null,\"timestamp\":\"%s\"}}}\n")
                    .formatted(eventId, timestamp);
        }

        /** The error record of the present gateway. */
        public static String error(int code, String message) {
            return "{\"error\":{\"code\":%d,\"message\":\"%s\",\"details\":[]}}\n".formatted(code, message);
        }
    }
}
