package io.github.dtstream.cloud;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How the cloud is reached.
 *
 * @param apiUrl the API's base, for example {@code https://api.d21s.com/v2}; plain http to loopback only
 * @param connectTimeout how long the TCP connection and the TLS handshake may each take
 * @param requestTimeout how long the answer of a REST or token request may keep silent
 * @param answerTimeout how long such an answer may take from the request to its last byte
 * @param userAgent what the {@code User-Agent} header says
 * @param proxy the HTTP proxy that all requests go through; null for none
 * @param sslContext whom to trust and which certificate to show; null for the JVM's defaults
 */
public record CloudClientSettings(
        URI apiUrl,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration answerTimeout,
        String userAgent,
        @Nullable Proxy proxy,
        @Nullable SSLContext sslContext) {
    /** The default of {@link #connectTimeout}. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** The default of {@link #requestTimeout}. */
    public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    /** The default of {@link #answerTimeout}: a page of history, which can be 16 MiB, comes through a slow line, too. */
    public static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(3);

    /**
     * @throws IllegalArgumentException if the API's URL is no http(s) URL, or is plain http to a host that is not loopback
     */
    public CloudClientSettings {
        SafeAddress.require(apiUrl, "dt.api-url");
        Objects.requireNonNull(connectTimeout);
        Objects.requireNonNull(requestTimeout);
        Objects.requireNonNull(answerTimeout);
        Objects.requireNonNull(userAgent);
    }

    /** The settings for a URL, everything else as by default. */
    public static CloudClientSettings of(URI apiUrl, String userAgent) {
        return new CloudClientSettings(apiUrl, CONNECT_TIMEOUT, REQUEST_TIMEOUT, ANSWER_TIMEOUT, userAgent, null, null);
    }

    /**
     * An HTTP proxy.
     *
     * @param uri {@code http://host:port}, without user and password
     * @param user the user's name; null where the proxy asks for none
     * @param password the user's password; null where the proxy asks for none
     */
    public record Proxy(
            URI uri, @Nullable String user, @Nullable Secret password) {
        public Proxy {
            if (uri.getHost() == null || uri.getPort() < 0) {
                throw new IllegalArgumentException("the proxy must be given as http://host:port");
            }
            if (uri.getUserInfo() != null) {
                throw new IllegalArgumentException(
                        "the proxy's URL contains a user; give user and password by their own options");
            }
        }
    }
}
