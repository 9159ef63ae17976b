package io.github.dtstream.stream;

import io.github.dtstream.cloud.fault.OptionNames;
import io.github.dtstream.cloud.http.ProxyRules;
import io.github.dtstream.text.Secret;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Options for a test's own cloud: without proxy, without TLS settings, and with a high rate limit. */
public final class CloudOptionsFixture {
    private CloudOptionsFixture() {}

    /** @param email if given, OAuth2 is used; else Basic */
    public static CloudOptions of(URI apiUrl, URI tokenUrl, String keyId, String secret, @Nullable String email) {
        return new CloudOptions(
                "",
                apiUrl,
                tokenUrl,
                null,
                keyId,
                new Secret(secret),
                email,
                false,
                Duration.ofSeconds(10),
                null,
                ProxyRules.NONE,
                null,
                true,
                100,
                Duration.ofSeconds(10),
                Duration.ZERO,
                OptionNames.OF_COMPONENT);
    }
}
