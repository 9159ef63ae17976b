package io.github.dtstream.cloud.http;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the connection to the cloud.
 *
 * @param apiUrl the API's base, for example {@code https://api.d21s.com/v2}; plain http to loopback only
 * @param connectTimeout the limit for the TCP connection, and again for the TLS handshake
 * @param requestTimeout the longest silence within the answer of a REST or token request
 * @param answerTimeout the limit for such an answer, from the request to its last byte
 * @param userAgent the value of the {@code User-Agent} header
 * @param proxies which requests go through an HTTP proxy
 * @param tls the trusted certificates and the client certificate; null for the JVM's defaults
 */
public record CloudClientSettings(
        URI apiUrl,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration answerTimeout,
        String userAgent,
        ProxyRules proxies,
        @Nullable TlsSource tls) {
    /** The default of {@link #connectTimeout}. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** The default of {@link #requestTimeout}. */
    public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    /** The default of {@link #answerTimeout}: enough for a page of history, which can be 16 MiB, on a slow line. */
    public static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(3);

    /**
     * @throws IllegalArgumentException if the API's URL is not an http(s) URL, or is plain http to a host that is not
     *     loopback
     */
    public CloudClientSettings {
        CredentialUrl.require(apiUrl, "the API's URL");
        Objects.requireNonNull(connectTimeout);
        Objects.requireNonNull(requestTimeout);
        Objects.requireNonNull(answerTimeout);
        Objects.requireNonNull(userAgent);
        Objects.requireNonNull(proxies);
    }

    /** The settings for a URL, with defaults for everything else. */
    public static CloudClientSettings of(URI apiUrl, String userAgent) {
        return new CloudClientSettings(
                apiUrl, CONNECT_TIMEOUT, REQUEST_TIMEOUT, ANSWER_TIMEOUT, userAgent, ProxyRules.NONE, null);
    }
}
