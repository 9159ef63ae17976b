package io.github.dtstream.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Makes the tokens that lead from one page to the next; for the client they say nothing. */
final class PageToken {
    private PageToken() {}

    static String of(String place) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    static String place(String token) throws HttpError {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }

    static HttpError invalid() {
        return new HttpError(400, "invalid page token");
    }
}
