package io.github.dtstream.cloud.token;

import io.github.dtstream.text.Secret;
import java.net.URI;

/** The credentials for requests to the cloud. */
public sealed interface Credentials {
    /**
     * OAuth2 with the JWT-bearer grant of RFC 7523.
     *
     * @param keyId the service account's key
     * @param secret the key's secret
     * @param email the service account's e-mail
     * @param tokenUrl the endpoint that exchanges the assertion for an access token
     * @param asQueryParameter whether to send the access token as the stream's {@code token} query parameter instead of
     *     the {@code Authorization} header; requests of history and devices always use the header
     */
    record OAuth2(String keyId, Secret secret, String email, URI tokenUrl, boolean asQueryParameter)
            implements Credentials {}

    /** HTTP Basic; it must be enabled for the service account. */
    record Basic(String keyId, Secret secret) implements Credentials {}
}
