package io.github.dtstream.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.text.Masking;
import io.github.dtstream.web.Answer.Content;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPOutputStream;

/**
 * Sends answers, compressed if they are long and the client accepts that. It encodes them on worker threads, and lets
 * the event loop send them. Stateless.
 */
final class Responder {
    private static final int WORTH_COMPRESSING = 1024;
    private static final int CHUNK = 32 * 1024;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Masking masking;
    private final WebLimits limits;

    Responder(Masking masking, WebLimits limits) {
        this.masking = masking;
        this.limits = limits;
    }

    /**
     * Sends an answer; for HEAD without the body.
     *
     * @throws IOException if the client of a streamed answer is gone, or receives nothing for too long
     */
    void send(EventLoop loop, HttpServerRequest request, Answer answer) throws IOException {
        if (answer.content() instanceof Content.Streamed streamed) {
            stream(loop, request, answer, streamed);
            return;
        }
        byte[] plain = bytes(answer.content());
        boolean compress = plain.length >= WORTH_COMPRESSING && takesGzip(request) && isText(answer.type());
        byte[] body = compress ? compressed(plain) : plain;
        loop.run(() -> {
            HttpServerResponse response = request.response();
            if (response.ended() || response.closed()) {
                return;
            }
            head(response, answer, compress);
            if (answer.status() == 304) {
                response.end();
                return;
            }
            response.putHeader("Content-Length", Integer.toString(body.length));
            if (request.method().equals(HttpMethod.HEAD)) {
                response.end();
            } else {
                response.end(Buffer.buffer(body));
            }
        });
    }

    private byte[] bytes(Content content) {
        if (content instanceof Content.Bytes ready) {
            return ready.bytes();
        }
        String text;
        if (content instanceof Content.Json json) {
            text = indented(MaskedJson.of(json.json(), masking)) + "\n";
        } else {
            text = masking.mask(((Content.Text) content).text());
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String indented(JsonNode json) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree cannot be written", e);
        }
    }

    private static void head(HttpServerResponse response, Answer answer, boolean compressed) {
        response.setStatusCode(answer.status());
        response.putHeader("Content-Type", answer.type());
        answer.headers().forEach(response::putHeader);
        response.putHeader("Vary", "Accept-Encoding");
        if (compressed) {
            response.putHeader("Content-Encoding", "gzip");
            String tag = answer.headers().get("ETag");
            if (tag != null) {
                response.putHeader("ETag", tag.substring(0, tag.length() - 1) + "-gzip\"");
            }
        }
    }

    private static boolean isText(String type) {
        return type.startsWith("text/") || type.startsWith("application/json") || type.equals("image/svg+xml");
    }

    /** Whether the client accepts gzip; a weight of 0 means that it does not. */
    private static boolean takesGzip(HttpServerRequest request) {
        String accepted = request.getHeader("Accept-Encoding");
        if (accepted == null) {
            return false;
        }
        for (String one : accepted.split(",")) {
            String[] parts = one.strip().split("\\s*;\\s*");
            if (parts[0].equalsIgnoreCase("gzip") || parts[0].equals("*")) {
                return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
            }
        }
        return false;
    }

    private static byte[] compressed(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (OutputStream gzip = new GZIPOutputStream(bytes, 8192)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    private void stream(EventLoop loop, HttpServerRequest request, Answer answer, Content.Streamed streamed)
            throws IOException {
        boolean compress = takesGzip(request) && isText(answer.type());
        loop.run(() -> {
            head(request.response(), answer, compress);
            request.response().setChunked(true);
        });
        if (request.method().equals(HttpMethod.HEAD)) {
            loop.run(() -> request.response().end());
            return;
        }
        try (OutputStream chunks = new Chunks(loop, request.response());
                OutputStream out = compress ? new GZIPOutputStream(chunks, 8192) : chunks) {
            streamed.writer().writeTo(text -> out.write(masking.mask(text).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | RuntimeException e) {
            // Closes the connection without the end of the answer, which would mean that the answer is complete.
            loop.run(() -> request.connection().close());
            throw e;
        }
        loop.run(() -> request.response().end());
    }

    /** Sends a chunk after the one before it has been sent. Used by one thread. */
    private final class Chunks extends OutputStream {
        private final EventLoop loop;
        private final HttpServerResponse response;
        private final byte[] buffer = new byte[CHUNK];
        private int length;

        Chunks(EventLoop loop, HttpServerResponse response) {
            this.loop = loop;
            this.response = response;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            int at = from;
            while (at < from + count) {
                int part = Math.min(from + count - at, buffer.length - length);
                System.arraycopy(bytes, at, buffer, length, part);
                length += part;
                at += part;
                if (length == buffer.length) {
                    handOver();
                }
            }
        }

        @Override
        public void close() throws IOException {
            handOver();
        }

        private void handOver() throws IOException {
            if (length == 0) {
                return;
            }
            Buffer chunk = Buffer.buffer(length).appendBytes(buffer, 0, length);
            length = 0;
            CompletableFuture<Void> left = new CompletableFuture<>();
            loop.run(() -> response.write(chunk).onComplete(written -> {
                if (written.succeeded()) {
                    left.complete(null);
                } else {
                    left.completeExceptionally(written.cause());
                }
            }));
            await(left);
        }

        private void await(CompletableFuture<Void> left) throws IOException {
            try {
                left.get(limits.stall().toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                throw new IOException("the reader is gone", e.getCause());
            } catch (TimeoutException e) {
                throw new IOException("the reader takes nothing", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("the router is stopping").initCause(e);
            }
        }
    }
}
