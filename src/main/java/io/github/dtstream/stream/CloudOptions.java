package io.github.dtstream.stream;

import io.github.dtstream.cloud.fault.OptionNames;
import io.github.dtstream.cloud.http.ProxyRules;
import io.github.dtstream.text.Secret;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How the cloud is reached, for all streams.
 *
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
 * @param sslContext TLS settings; null for the JVM's own
 * @param fillGaps whether gaps are filled from history
 * @param historyRequestsPerSecond the service account's budget of history and device list requests, over all projects
 * @param historyIndexingDelay how long an event may take until history shows it
 * @param reconcileWindow how far back late events are looked for; zero for not at all
 * @param names what messages call the options
 */
public record CloudOptions(
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
        @Nullable SSLContext sslContext,
        boolean fillGaps,
        int historyRequestsPerSecond,
        Duration historyIndexingDelay,
        Duration reconcileWindow,
        OptionNames names) {}
