package io.github.dtstream.cloud.token;

import io.github.dtstream.text.Secret;
import java.net.URI;

/** How requests to the cloud are authenticated. */
public sealed interface Credentials {
    /**
     * OAuth2 with the JWT-bearer grant of RFC 7523.
     *
     * @param keyId the service account's key
     * @param secret the key's secret
     * @param email the service account's e-mail
     * @param tokenUrl where the assertion is exchanged for an access token
     * @param asQueryParameter send the access token as the stream's {@code token} query parameter instead of the
     *     {@code Authorization} header; history and device requests use the header all the same
     */
    record OAuth2(String keyId, Secret secret, String email, URI tokenUrl, boolean asQueryParameter)
            implements Credentials {}

    /** HTTP Basic; it must be enabled on the service account. */
    record Basic(String keyId, Secret secret) implements Credentials {}
}
