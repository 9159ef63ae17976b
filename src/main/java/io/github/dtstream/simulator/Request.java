package io.github.dtstream.simulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A request on its way to be answered. Used by the thread of its exchange. */
final class Request {
    private static final int MAX_BODY_BYTES = 1 << 20;

    private final HttpExchange exchange;
    private final List<String> path;
    private final Parameters query;

    Request(HttpExchange exchange) throws HttpError {
        this.exchange = exchange;
        String raw = exchange.getRequestURI().getRawPath();
        this.path = Arrays.stream(raw.split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
        this.query = new Parameters(exchange.getRequestURI().getRawQuery());
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /** The segments of the path, decoded. */
    List<String> path() {
        return path;
    }

    Parameters query() {
        return query;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    byte[] body() throws IOException, HttpError {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            throw new HttpError(413, "the body is longer than 1 MiB");
        }
        return body;
    }

    void requireMethod(String... allowed) throws HttpError {
        if (!List.of(allowed).contains(method())) {
            throw new HttpError(405, "method not allowed");
        }
    }

    void answer(int status, String json) throws IOException {
        answer(status, json.getBytes(StandardCharsets.UTF_8));
    }

    void answer(int status, byte[] json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        boolean head = method().equals("HEAD");
        exchange.sendResponseHeaders(status, head || json.length == 0 ? -1 : json.length);
        if (!head && json.length > 0) {
            exchange.getResponseBody().write(json);
        }
    }

    void answer(HttpError error) throws IOException {
        if (error.retryAfter() != null) {
            exchange.getResponseHeaders().set("Retry-After", error.retryAfter());
        }
        answer(error.status(), StreamErrors.restError(error.status(), String.valueOf(error.getMessage())));
    }

    /** Sends the head of an answer whose body has no end yet. */
    OutputStream begin(String contentType) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    void close() {
        exchange.close();
    }
}
