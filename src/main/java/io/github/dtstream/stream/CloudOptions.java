package io.github.dtstream.stream;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.fault.CloudOption;
import io.github.dtstream.cloud.fault.OptionNames;
import io.github.dtstream.cloud.http.CloudClientSettings;
import io.github.dtstream.cloud.http.ProxyRules;
import io.github.dtstream.cloud.http.TlsSource;
import io.github.dtstream.cloud.token.Credentials;
import io.github.dtstream.text.Secret;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the cloud; the same for all streams of a service account.
 *
 * @param account the account's name; empty text for the account without a name
 * @param apiUrl the base of the REST API
 * @param tokenUrl the endpoint that issues OAuth2 access tokens
 * @param auth {@code oauth2}, {@code basic}, or null: OAuth2 if the e-mail is set, else Basic
 * @param keyId the service account's key
 * @param secret the key's secret
 * @param email the service account's e-mail
 * @param tokenAsQueryParameter whether the stream's token is sent in the URL
 * @param connectTimeout the limit for making a connection
 * @param userAgent the {@code User-Agent} of requests; null for the router's name and version
 * @param proxies which requests go through an HTTP proxy
 * @param tls TLS settings; null for the JVM's own
 * @param fillGaps whether gaps are filled from history
 * @param historyRequestsPerSecond the service account's budget for requests of history and the device list, over all
 *     projects and accounts
 * @param historyIndexingDelay how long an event may take until history shows it
 * @param reconcileWindow how far back history is read again for late events; zero for never
 * @param names the names of the options in messages
 */
public record CloudOptions(
        String account,
        URI apiUrl,
        URI tokenUrl,
        @Nullable String auth,
        @Nullable String keyId,
        @Nullable Secret secret,
        @Nullable String email,
        boolean tokenAsQueryParameter,
        Duration connectTimeout,
        @Nullable String userAgent,
        ProxyRules proxies,
        @Nullable TlsSource tls,
        boolean fillGaps,
        int historyRequestsPerSecond,
        Duration historyIndexingDelay,
        Duration reconcileWindow,
        OptionNames names) {
    private static final String USER_AGENT = "dt-stream-router";

    /**
     * Makes a client with these options.
     *
     * @param clock learns the cloud's time from its answers
     * @throws IllegalArgumentException if an option is missing or wrong; the message names it
     */
    public CloudClient client(CloudClock clock, Supervisor supervisor) {
        return new CloudClient(clientSettings(), credentials(), clock, supervisor, names);
    }

    /** The authentication of requests: {@code oauth2}, {@code basic}, or the invalid value of the option. */
    public String authentication() {
        if (auth != null) {
            return auth;
        }
        return email == null ? "basic" : "oauth2";
    }

    /** Whether any option of a service account is set; if not, no request is made. */
    public boolean namesAccount() {
        return keyId != null || secret != null || email != null;
    }

    /** The same cloud with another service account. */
    public CloudOptions as(
            String name,
            String otherKeyId,
            Secret otherSecret,
            @Nullable String otherEmail,
            @Nullable String otherAuth) {
        return new CloudOptions(
                name,
                apiUrl,
                tokenUrl,
                otherAuth,
                otherKeyId,
                otherSecret,
                otherEmail,
                tokenAsQueryParameter,
                connectTimeout,
                userAgent,
                proxies,
                tls,
                fillGaps,
                historyRequestsPerSecond,
                historyIndexingDelay,
                reconcileWindow,
                new OptionNames() {
                    @Override
                    public String of(CloudOption option) {
                        return names.ofAccount(option, name);
                    }
                });
    }

    private CloudClientSettings clientSettings() {
        return new CloudClientSettings(
                apiUrl,
                connectTimeout,
                CloudClientSettings.REQUEST_TIMEOUT,
                CloudClientSettings.ANSWER_TIMEOUT,
                clientName(),
                proxies,
                tls);
    }

    private String clientName() {
        if (userAgent != null) {
            return userAgent;
        }
        String version = CloudOptions.class.getPackage().getImplementationVersion();
        return version == null ? USER_AGENT : USER_AGENT + "/" + version;
    }

    private Credentials credentials() {
        String key = required(keyId, CloudOption.KEY_ID, names);
        if (secret == null) {
            throw missing(CloudOption.SECRET, names);
        }
        return switch (authentication()) {
            case "basic" -> new Credentials.Basic(key, secret);
            case "oauth2" ->
                new Credentials.OAuth2(
                        key, secret, required(email, CloudOption.EMAIL, names), tokenUrl, tokenAsQueryParameter);
            default ->
                throw new IllegalArgumentException(
                        names.of(CloudOption.AUTH) + " is '" + auth + "'; use oauth2 or basic");
        };
    }

    private static String required(@Nullable String value, CloudOption option, OptionNames names) {
        if (value == null) {
            throw missing(option, names);
        }
        return value;
    }

    private static IllegalArgumentException missing(CloudOption option, OptionNames names) {
        return new IllegalArgumentException(
                names.of(option) + " is not set, which dt-stream needs to sign in to the cloud");
    }
}
