package io.github.dtstream.simulator.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.github.dtstream.simulator.weather.Distortion;
import io.github.dtstream.simulator.weather.ForeignAnswer;
import io.github.dtstream.simulator.weather.Weather;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that is being answered. Used by the thread of its exchange. */
public final class Request {
    private static final int MAX_BODY_BYTES = 1 << 20;

    private final HttpExchange exchange;
    private final List<String> path;
    private final Parameters query;
    private @Nullable Weather weather;
    private @Nullable OutputStream openBody;

    public Request(HttpExchange exchange) throws HttpError {
        this.exchange = exchange;
        String raw = exchange.getRequestURI().getRawPath();
        this.path = Arrays.stream(raw.split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
        this.query = new Parameters(exchange.getRequestURI().getRawQuery());
    }

    /** Sets the weather of the answer. */
    public void meet(Weather met) {
        weather = met;
    }

    public Optional<Weather> weather() {
        return Optional.ofNullable(weather);
    }

    public boolean meets(Weather one) {
        return weather == one;
    }

    public String method() {
        return exchange.getRequestMethod();
    }

    /** The segments of the path, decoded. */
    public List<String> path() {
        return path;
    }

    public Parameters query() {
        return query;
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    public byte[] body() throws IOException, HttpError {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            throw new HttpError(413, "the body is longer than 1 MiB");
        }
        return body;
    }

    /** The body, which must be a JSON object. */
    public JsonNode object() throws IOException, HttpError {
        try {
            JsonNode body = Json.parse(body());
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (JsonProcessingException e) {
            throw new HttpError(400, "the body is not JSON: " + e.getOriginalMessage());
        }
        throw new HttpError(400, "the body is no object");
    }

    public void requireMethod(String... allowed) throws HttpError {
        if (!List.of(allowed).contains(method())) {
            throw new HttpError(405, "method not allowed");
        }
    }

    public void answer(int status, String json) throws IOException {
        answer(status, json.getBytes(StandardCharsets.UTF_8));
    }

    public void answer(int status, byte[] json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        Optional<Distortion> distortion = prepareDistortion();
        send(status, distortion.isPresent() ? distortion.get().distorted(json) : json);
    }

    /** Sends a foreign answer instead of the cloud's. */
    public void answer(ForeignAnswer foreign) throws IOException {
        if (!foreign.contentType().isEmpty()) {
            exchange.getResponseHeaders().set("Content-Type", foreign.contentType());
        }
        if (foreign.header() != null) {
            exchange.getResponseHeaders()
                    .set(foreign.header().name(), foreign.header().value());
        }
        send(foreign.status(), foreign.bytes());
    }

    private void send(int status, byte[] body) throws IOException {
        boolean head = method().equals("HEAD");
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head && body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private Optional<Distortion> prepareDistortion() {
        Optional<Distortion> distortion = weather().flatMap(Weather::distortion);
        if (distortion.equals(Optional.of(Distortion.GZIP))) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        return distortion;
    }

    public void answer(HttpError error) throws IOException {
        if (error.retryAfter() != null) {
            exchange.getResponseHeaders().set("Retry-After", error.retryAfter());
        }
        answer(error.status(), HttpError.body(error.status(), String.valueOf(error.getMessage())));
    }

    /** Sends the head of an answer whose body has no end yet; {@link #close} ends it. */
    public OutputStream begin(String contentType) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        Optional<Distortion> distortion = prepareDistortion();
        exchange.sendResponseHeaders(200, 0);
        OutputStream body = exchange.getResponseBody();
        openBody = distortion.isPresent() ? distortion.get().before(body) : body;
        return openBody;
    }

    public void close() throws IOException {
        if (openBody != null) {
            openBody.close();
        }
        exchange.close();
    }
}
