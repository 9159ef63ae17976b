package io.github.dtstream.stream;

import io.github.dtstream.cloud.fault.OptionNames;
import io.github.dtstream.cloud.http.ProxyRules;
import io.github.dtstream.text.Secret;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Options by which a test reaches a cloud of its own: directly, without TLS of its own, and without much of a limit. */
public final class CloudOptionsFixture {
    private CloudOptionsFixture() {}

    /** @param email with it by OAuth2, without it by Basic */
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
