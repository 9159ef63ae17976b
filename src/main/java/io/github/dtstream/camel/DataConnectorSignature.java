package io.github.dtstream.camel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.jspecify.annotations.Nullable;

/**
 * A bean for routes that post to receivers of the vendor's Data Connectors: {@link #sign} gives what the header {@code
 * X-Dt-Signature} holds, a JSON Web Token by HS256 over the checksums of the body, good for an hour. It goes by the cloud's
 * time, as far as {@code dt-stream} knows it, as the receiver checks the expiry. Thread-safe once its secret is set.
 */
public final class DataConnectorSignature implements CamelContextAware {
    private static final Duration GOOD_FOR = Duration.ofHours(1);
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String HEADER =
            BASE64.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));

    private final Clock clock;
    private final Supplier<String> identifiers;
    private @Nullable SecretKeySpec key;
    private @Nullable CamelContext context;

    public DataConnectorSignature() {
        this(Clock.systemUTC(), () -> UUID.randomUUID().toString());
    }

    /**
     * @param clock serves where there is no {@code dt-stream} whose clock knows better
     * @param identifiers names each token
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

    /** The signature secret, which the receiver has, too. */
    public void setSecret(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException(
                    "the signature's secret is empty: take any long text, and tell the receiver the same");
        }
        key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /**
     * The token for that body, which is to be sent byte for byte.
     *
     * @throws IllegalStateException if it has no secret
     */
    public String sign(byte[] body) throws GeneralSecurityException {
        if (key == null) {
            throw new IllegalStateException("the bean that signs has no property 'secret'");
        }
        long now = now().getEpochSecond();
        ObjectNode claims = JSON.createObjectNode()
                .put("checksum", checksum("SHA-1", body))
                .put("checksum_sha256", checksum("SHA-256", body))
                .put("exp", now + GOOD_FOR.toSeconds())
                .put("iat", now)
                .put("jti", identifiers.get());
        String signed = HEADER + "." + BASE64.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance(key.getAlgorithm());
        mac.init(key);
        return signed + "." + BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private Instant now() {
        return context != null && context.hasComponent("dt-stream") instanceof DtStreamComponent component
                ? component.clock().instant()
                : clock.instant();
    }

    private static String checksum(String algorithm, byte[] body) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(body));
    }
}
