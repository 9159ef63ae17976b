package io.github.dtstream.simulator.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Makes page tokens, which have no meaning for the client. */
public final class PageToken {
    private PageToken() {}

    public static String of(String place) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    public static String place(String token) throws HttpError {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }

    public static HttpError invalid() {
        return new HttpError(400, "invalid page token");
    }
}
