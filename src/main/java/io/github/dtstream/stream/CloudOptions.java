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
 * How the cloud is reached, for all streams of a service account.
 *
 * @param account the account's name; empty text for the one that needs none
 * @param apiUrl the base of the REST API
 * @param tokenUrl where OAuth2 access tokens are issued
 * @param auth {@code oauth2}, {@code basic}, or null: OAuth2 if the e-mail is set, else Basic
 * @param keyId the service account's key
 * @param secret the key's secret
 * @param email the service account's e-mail
 * @param tokenAsQueryParameter send the stream's token in its URL
 * @param connectTimeout how long a connection may take to be made
 * @param userAgent what requests say of themselves; null for the router's name and version
 * @param proxies which requests go through an HTTP proxy
 * @param tls TLS settings; null for the JVM's own
 * @param fillGaps whether gaps are filled from history
 * @param historyRequestsPerSecond the service account's budget of history and device list requests, over all projects and accounts
 * @param historyIndexingDelay how long an event may take until history shows it
 * @param reconcileWindow how far back late events are looked for; zero for not at all
 * @param names what messages call the options
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
     * A client with these options.
     *
     * @param clock learns the cloud's time from its answers
     * @throws IllegalArgumentException if one is missing or wrong; the message names it
     */
    public CloudClient client(CloudClock clock, Supervisor supervisor) {
        return new CloudClient(clientSettings(), credentials(), clock, supervisor, names);
    }

    /** How requests prove who is asking: {@code oauth2} or {@code basic}, or what was given in their place. */
    public String authentication() {
        if (auth != null) {
            return auth;
        }
        return email == null ? "basic" : "oauth2";
    }

    /** Whether anything is said of a service account; if not, nobody is to be asked. */
    public boolean namesAccount() {
        return keyId != null || secret != null || email != null;
    }

    /** The same cloud, asked with another service account. */
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
