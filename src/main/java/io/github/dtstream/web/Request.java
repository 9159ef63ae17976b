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

/** A request. Immutable, except for the bytes of the body, which nobody changes. */
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
     * @param head the request without its body
     * @param query the query as it was sent; null if there is none
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

    /** The decoded parameters; one without a name or an equals sign is left out. */
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

    /** The method, such as {@code GET} or {@code POST}. HEAD is shown as GET. */
    public String method() {
        return method;
    }

    /** The decoded path from the root. It has no empty parts, and no {@code .} or {@code ..}. */
    public String path() {
        return path;
    }

    /** The part of the path after the last slash. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The last value of a query parameter. */
    public Optional<String> parameter(String name) {
        List<String> values = parameters(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
    }

    /** All values of a query parameter, in their order. */
    public List<String> parameters(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    /** The first value of a header. */
    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /**
     * Whether the client may see everything: the server is not locked, or the client has sent the password or the
     * token.
     */
    public boolean isTrusted() {
        return isTrusted;
    }

    /**
     * The body as JSON.
     *
     * @throws HttpProblem if it is not JSON
     */
    public JsonNode json() throws HttpProblem {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new HttpProblem(400, "the body is not JSON");
        } catch (IOException e) {
            throw new IllegalStateException("an array cannot be read", e);
        }
    }
}
