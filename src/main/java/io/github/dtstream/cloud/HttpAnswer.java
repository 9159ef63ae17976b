package io.github.dtstream.cloud;

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
 * A whole answer.
 *
 * @param status the HTTP status
 * @param headers the headers as sent, by their names in lower case; of several with one name the first
 * @param body its body, or the first bytes of it, without its content encoding
 * @param truncated whether there was more
 */
record HttpAnswer(int status, Map<String, String> headers, byte[] body, boolean truncated) {
    HttpAnswer {
        headers = Map.copyOf(headers);
    }

    static HttpAnswer of(HttpResponse response, byte[] body, boolean truncated) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            String value = header.getValue();
            headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT), value == null ? "" : value);
        }
        return new HttpAnswer(response.getCode(), headers, body, truncated);
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The same answer with a secret blotted out, in case that the server repeats what it was sent. */
    HttpAnswer without(Secret secret) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String clean = text.replace(secret.reveal(), secret.toString());
        return new HttpAnswer(status, headers, clean.getBytes(StandardCharsets.ISO_8859_1), truncated);
    }

    /** A header's value as sent; null if it is absent. */
    @Nullable
    String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** The media type without its parameters, in lower case; empty where none is given. */
    String mediaType() {
        String type = headers.getOrDefault("content-type", "");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** When the server says that it answered. */
    Optional<Instant> date() {
        return Optional.ofNullable(header("Date")).map(DateUtils::parseStandardDate);
    }
}
