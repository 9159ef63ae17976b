package io.github.dtstream.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.dtstream.text.Masking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every request to the management port passes here: the path finds the resource, the method what is done with it. Java's
 * own server would take {@code /healthy} for {@code /health}, DELETE for GET, and close the connection without a word when
 * an answer cannot be made. Whatever goes out is masked. Thread-safe.
 */
final class Resources implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);
    private static final String ANY = "*";

    private final List<Resource> resources;

    private final Masking masking;

    Resources(List<Resource> resources, Masking masking) {
        this.resources = resources;
        this.masking = masking;
    }

    /**
     * An answer.
     *
     * @param body makes what goes out, without what is secret
     */
    record Answer(int status, String type, Function<Masking, String> body) {
        static Answer json(int status, JsonNode body) {
            return new Answer(
                    status,
                    "application/json",
                    masking -> MaskedJson.of(body, masking).toPrettyString() + "\n");
        }

        static Answer text(int status, String type, String body) {
            return new Answer(status, type, masking -> masking.mask(body));
        }

        private static Answer error(int status, String message) {
            return json(status, JsonNodeFactory.instance.objectNode().put("error", message));
        }
    }

    /** Makes the answer to a request. */
    interface Handler {
        Answer handle(HttpExchange exchange) throws IOException, HttpProblem;
    }

    /** Makes an answer that depends on nothing in the request. */
    interface Reading {
        Answer read();
    }

    /**
     * Something that there is to ask for.
     *
     * @param path from the root; a {@code *} at its end stands for one more name
     * @param get what GET answers, and HEAD without the body
     * @param post what POST answers; null if there is nothing to post
     */
    record Resource(String path, Handler get, @Nullable Handler post) {
        static Resource toRead(String path, Reading reading) {
            return new Resource(path, exchange -> reading.read(), null);
        }

        private boolean isAt(String requested) {
            if (!path.endsWith(ANY)) {
                return path.equals(requested);
            }
            String before = path.substring(0, path.length() - ANY.length());
            return requested.startsWith(before)
                    && requested.length() > before.length()
                    && requested.indexOf('/', before.length()) < 0;
        }

        private String allowed() {
            return post == null ? "GET, HEAD" : "GET, HEAD, POST";
        }

        private Optional<Handler> handler(String method) {
            return switch (method) {
                case "GET", "HEAD" -> Optional.of(get);
                case "POST" -> Optional.ofNullable(post);
                default -> Optional.empty();
            };
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        try {
            String path = exchange.getRequestURI().getPath();
            Optional<Resource> resource =
                    resources.stream().filter(one -> one.isAt(path)).findFirst();
            if (resource.isEmpty()) {
                return Answer.error(404, "there is nothing at this path; there are " + paths());
            }
            Optional<Handler> handler = resource.get().handler(exchange.getRequestMethod());
            if (handler.isEmpty()) {
                exchange.getResponseHeaders().set("Allow", resource.get().allowed());
                return Answer.error(405, "this takes " + resource.get().allowed());
            }
            return handler.get().handle(exchange);
        } catch (HttpProblem e) {
            return Answer.error(e.status(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("{} cannot be answered", exchange.getRequestURI().getPath(), e);
            return Answer.error(500, "this cannot be answered, which is a mistake of ours: " + e);
        }
    }

    private String paths() {
        return resources.stream().map(Resource::path).collect(Collectors.joining(", "));
    }

    /** A HEAD is answered as a GET without the body. */
    private void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().apply(masking).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
