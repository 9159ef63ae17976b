package io.github.dtstream.camel;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import io.github.dtstream.push.PushSignature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.jspecify.annotations.Nullable;

/**
 * A bean for routes that post to receivers of the vendor's Data Connectors. {@link #sign} makes the value of the header
 * {@code X-Dt-Signature}: a JSON Web Token by HS256 with the checksums of the body, valid for an hour. It uses the
 * cloud's time, as far as {@code dt-stream} knows it, as the receiver checks the expiry. Thread-safe once its secret is
 * set.
 */
public final class DataConnectorSignature implements CamelContextAware {
    private static final Duration GOOD_FOR = Duration.ofHours(1);

    private final Clock clock;
    private final Supplier<String> identifiers;
    private @Nullable Algorithm key;
    private @Nullable CamelContext context;

    public DataConnectorSignature() {
        this(Clock.systemUTC(), () -> UUID.randomUUID().toString());
    }

    /**
     * @param clock used if no {@code dt-stream} component with the cloud's time exists
     * @param identifiers makes an identifier for each token
     */
    DataConnectorSignature(Clock clock, Supplier<String> identifiers) {
        this.clock = clock;
        this.identifiers = identifiers;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    /** The signature secret; the receiver has the same. */
    public void setSecret(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException(
                    "the signature's secret is empty: take any long text, and tell the receiver the same");
        }
        key = Algorithm.HMAC256(secret);
    }

    /**
     * The token for a body; exactly these bytes must be sent.
     *
     * @throws IllegalStateException if no secret is set
     */
    public String sign(byte[] body) {
        if (key == null) {
            throw new IllegalStateException("the bean that signs has no property 'secret'");
        }
        Instant now = now();
        return JWT.create()
                .withClaim(PushSignature.SHA_1, PushSignature.checksum("SHA-1", body))
                .withClaim(PushSignature.SHA_256, PushSignature.checksum("SHA-256", body))
                .withExpiresAt(now.plus(GOOD_FOR))
                .withIssuedAt(now)
                .withJWTId(identifiers.get())
                .sign(key);
    }

    private Instant now() {
        return context != null && context.hasComponent("dt-stream") instanceof DtStreamComponent component
                ? component.clock().instant()
                : clock.instant();
    }
}
