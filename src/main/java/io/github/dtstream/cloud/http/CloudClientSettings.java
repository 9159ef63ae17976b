package io.github.dtstream.cloud.http;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the cloud is reached.
 *
 * @param apiUrl the API's base, for example {@code https://api.d21s.com/v2}; plain http to loopback only
 * @param connectTimeout how long the TCP connection and the TLS handshake may each take
 * @param requestTimeout how long the answer of a REST or token request may keep silent
 * @param answerTimeout how long such an answer may take from the request to its last byte
 * @param userAgent what the {@code User-Agent} header says
 * @param proxies which requests go through an HTTP proxy
 * @param tls whom to trust and which certificate to show; null for the JVM's defaults
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

    /** The default of {@link #answerTimeout}: a page of history, which can be 16 MiB, comes through a slow line, too. */
    public static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(3);

    /**
     * @throws IllegalArgumentException if the API's URL is no http(s) URL, or is plain http to a host that is not loopback
     */
    public CloudClientSettings {
        CredentialUrl.require(apiUrl, "the API's URL");
        Objects.requireNonNull(connectTimeout);
        Objects.requireNonNull(requestTimeout);
        Objects.requireNonNull(answerTimeout);
        Objects.requireNonNull(userAgent);
        Objects.requireNonNull(proxies);
    }

    /** The settings for a URL, everything else as by default. */
    public static CloudClientSettings of(URI apiUrl, String userAgent) {
        return new CloudClientSettings(
                apiUrl, CONNECT_TIMEOUT, REQUEST_TIMEOUT, ANSWER_TIMEOUT, userAgent, ProxyRules.NONE, null);
    }
}
