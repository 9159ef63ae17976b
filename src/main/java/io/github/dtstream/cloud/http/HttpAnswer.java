package io.github.dtstream.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.dtstream.text.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * An answer as a whole.
 *
 * @param status the HTTP status
 * @param headers the headers as sent, by their names in lower case; of several with the same name the first, but all
 *     challenges of a proxy
 * @param body the body, or its first bytes, without its content encoding
 * @param truncated whether the body is longer
 */
public record HttpAnswer(int status, Map<String, String> headers, byte[] body, boolean truncated) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public HttpAnswer {
        headers = Map.copyOf(headers);
    }

    public static HttpAnswer of(HttpResponse response, byte[] body, boolean truncated) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            String value = header.getValue();
            headers.merge(
                    header.getName().toLowerCase(Locale.ROOT),
                    value == null ? "" : value,
                    (first, next) ->
                            header.getName().equalsIgnoreCase("Proxy-Authenticate") ? first + ", " + next : first);
        }
        return new HttpAnswer(response.getCode(), headers, body, truncated);
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /**
     * The same answer with a secret masked, in case that the server repeats it. JSON remains JSON, of which only texts
     * change, as a short secret may occur anywhere.
     */
    public HttpAnswer without(Secret secret) {
        return new HttpAnswer(status, headers, blotted(secret), truncated);
    }

    private byte[] blotted(Secret secret) {
        try {
            JsonNode json = JSON.readTree(body);
            if (json != null && json.isContainerNode()) {
                blot(json, secret);
                return JSON.writeValueAsBytes(json);
            }
        } catch (IOException e) {
            // The body is a page, or the beginning of something longer.
        }
        return secret.blottedOutOf(new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    private static void blot(JsonNode container, Secret secret) {
        if (container instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(blotted(field.getValue(), secret)));
        } else if (container instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, blotted(array.get(i), secret));
            }
        }
    }

    private static JsonNode blotted(JsonNode value, Secret secret) {
        if (value.isTextual()) {
            return TextNode.valueOf(secret.blottedOutOf(value.asText()));
        }
        blot(value, secret);
        return value;
    }

    /** A header's value as sent; null if it is absent. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** The media type without its parameters, in lower case; empty if there is none. */
    public String mediaType() {
        String type = headers.getOrDefault("content-type", "");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** The date of the answer by the server's clock. */
    public Optional<Instant> date() {
        return Optional.ofNullable(header("Date")).map(DateUtils::parseStandardDate);
    }
}
