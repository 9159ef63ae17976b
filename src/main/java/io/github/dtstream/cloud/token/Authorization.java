package io.github.dtstream.cloud.token;

import io.github.dtstream.text.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The authorization of a request.
 *
 * @param scheme {@code Bearer} or {@code Basic}
 * @param value the access token, or the encoded key and secret
 * @param asQueryParameter whether to send it as the stream's {@code token} parameter
 */
public record Authorization(String scheme, Secret value, boolean asQueryParameter) {

    static Authorization bearer(Secret token, boolean asQueryParameter) {
        return new Authorization("Bearer", token, asQueryParameter);
    }

    static Authorization basic(String keyId, Secret secret) {
        byte[] pair = (keyId + ":" + secret.reveal()).getBytes(StandardCharsets.UTF_8);
        return new Authorization("Basic", new Secret(Base64.getEncoder().encodeToString(pair)), false);
    }

    /** The value of the {@code Authorization} header. */
    public Secret header() {
        return new Secret(scheme + " " + value.reveal());
    }
}
