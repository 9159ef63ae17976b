package io.github.dtstream.cloud;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer.
 *
 * @param status the HTTP status
 * @param retryAfter the {@code Retry-After} header as sent; null if absent
 * @param dateHeader the {@code Date} header as sent; null if absent
 * @param body its body, or the first bytes of it
 * @param truncated whether there was more
 */
record HttpAnswer(
        int status, @Nullable String retryAfter, @Nullable String dateHeader, byte[] body, boolean truncated) {

    static HttpAnswer of(HttpResponse response, byte[] body, boolean truncated) {
        return new HttpAnswer(
                response.getCode(), header(response, "Retry-After"), header(response, "Date"), body, truncated);
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The same answer with a secret blotted out, in case that the server repeats what it was sent. */
    HttpAnswer without(Secret secret) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String clean = text.replace(secret.reveal(), secret.toString());
        return new HttpAnswer(status, retryAfter, dateHeader, clean.getBytes(StandardCharsets.ISO_8859_1), truncated);
    }

    /** When the server says that it answered. */
    Optional<Instant> date() {
        return Optional.ofNullable(dateHeader).map(DateUtils::parseStandardDate);
    }

    private static @Nullable String header(HttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }
}
