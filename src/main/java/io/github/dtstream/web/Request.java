package io.github.dtstream.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.web.access.RequestHead;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What somebody asks for. Immutable, but for the body's bytes, which nobody changes. */
public final class Request {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String method;
    private final String path;
    private final Map<String, List<String>> parameters;
    private final Map<String, String> headers;
    private final byte[] body;
    private final boolean isTrusted;

    private Request(
            String method,
            String path,
            Map<String, List<String>> parameters,
            Map<String, String> headers,
            byte[] body,
            boolean isTrusted) {
        this.method = method;
        this.path = path;
        this.parameters = parameters;
        this.headers = headers;
        this.body = body;
        this.isTrusted = isTrusted;
    }

    /**
     * A request.
     *
     * @param head without the body
     * @param query as it was sent; null if there is none
     * @param isTrusted see {@link #isTrusted()}
     * @throws HttpProblem if the query cannot be read
     */
    static Request of(RequestHead head, @Nullable String query, byte[] body, boolean isTrusted) throws HttpProblem {
        Map<String, String> headers = new HashMap<>();
        head.headers().forEach((name, values) -> headers.put(name, values.get(0)));
        return new Request(
                head.isReading() ? "GET" : head.method(),
                head.path(),
                parametersOf(query),
                Map.copyOf(headers),
                body,
                isTrusted);
    }

    /** Parameters that have no name or no equals sign are left out. */
    private static Map<String, List<String>> parametersOf(@Nullable String query) throws HttpProblem {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String one : query == null ? new String[0] : query.split("&")) {
            int equals = one.indexOf('=');
            if (equals > 0) {
                parameters
                        .computeIfAbsent(decoded(one.substring(0, equals)), any -> new ArrayList<>())
                        .add(decoded(one.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) throws HttpProblem {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(400, "the address has a % that is not followed by two hexadecimal digits");
        }
    }

    /** {@code GET}, {@code POST}. HEAD is asked as a GET. */
    public String method() {
        return method;
    }

    /** From the root, decoded; it has neither empty parts nor dots for a folder's own or its parent's name. */
    public String path() {
        return path;
    }

    /** What follows the last slash of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The last value of a parameter of the address. */
    public Optional<String> parameter(String name) {
        List<String> values = parameters(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
    }

    /** All values of a parameter of the address, in their order. */
    public List<String> parameters(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    /** A header's value. */
    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /** Whether who asks may see everything: he is on this machine, or has shown a password or the token. */
    public boolean isTrusted() {
        return isTrusted;
    }

    /** The body as JSON. */
    public JsonNode json() throws HttpProblem {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new HttpProblem(400, "the request is no JSON");
        } catch (IOException e) {
            throw new IllegalStateException("an array cannot be read", e);
        }
    }
}
