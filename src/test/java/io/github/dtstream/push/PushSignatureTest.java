package io.github.dtstream.push;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PushSignatureTest {
    private static final String SECRET = "a-secret-of-the-two";
    private static final Instant NOW = Instant.parse("2026-05-29T10:00:00Z");
    private static final byte[] BODY = "{\"event\":{}}".getBytes(StandardCharsets.UTF_8);

    private final PushSignature signature = new PushSignature(SECRET, Clock.fixed(NOW, ZoneOffset.UTC));

    private static JWTCreator.Builder token() {
        return JWT.create()
                .withIssuedAt(NOW)
                .withExpiresAt(NOW.plusSeconds(3600))
                .withJWTId("1");
    }

    private static String hash(String algorithm) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(BODY));
    }

    private static String signed(JWTCreator.Builder token) {
        return token.sign(Algorithm.HMAC256(SECRET));
    }

    private void isRefused(@Nullable String token, String why) {
        assertThatThrownBy(() -> signature.check(token))
                .isInstanceOf(SignatureRefusedException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void takesEitherChecksumAndPrefersTheStrongerOne() throws Exception {
        signature.check(signed(token().withClaim("checksum", hash("SHA-1")))).requireBody(BODY);
        signature
                .check(signed(token().withClaim("checksum_sha256", hash("SHA-256"))))
                .requireBody(BODY);
        PushSignature.Signed both = signature.check(
                signed(token().withClaim("checksum", hash("SHA-1")).withClaim("checksum_sha256", "00")));
        assertThatThrownBy(() -> both.requireBody(BODY))
                .hasMessageContaining("the body is not the one that was signed");
        isRefused(signed(token()), "it has neither checksum_sha256 nor checksum");
    }

    @Test
    void refusesABodyOfWhichOneByteWasChanged() throws Exception {
        PushSignature.Signed signed = signature.check(signed(token().withClaim("checksum", hash("SHA-1"))));
        byte[] other = BODY.clone();
        other[3]++;
        assertThatThrownBy(() -> signed.requireBody(other)).isInstanceOf(SignatureRefusedException.class);
        assertThatThrownBy(() -> signed.requireBody(new byte[0])).isInstanceOf(SignatureRefusedException.class);
    }

    @Test
    void refusesWhatIsNotMadeWithTheSecretByHs256() throws Exception {
        JWTCreator.Builder token = token().withClaim("checksum", hash("SHA-1"));
        isRefused(token.sign(Algorithm.HMAC256("another")), "it was not made with the secret that is set here");
        isRefused(token.sign(Algorithm.none()), "its algorithm is not HS256");
        isRefused(token.sign(Algorithm.HMAC512(SECRET)), "its algorithm is not HS256");
        isRefused("a.b.c", "it is no JSON Web Token");
        isRefused("", "is missing");
        isRefused(null, "is missing");
    }

    @Test
    void goesByTheTimeAndNeedsAnEnd() throws Exception {
        String sha1 = hash("SHA-1");
        isRefused(
                signed(JWT.create()
                        .withExpiresAt(NOW.minus(Duration.ofMinutes(2)))
                        .withClaim("checksum", sha1)),
                "it has expired, at 2026-05-29T09:58:00Z");
        isRefused(signed(JWT.create().withClaim("checksum", sha1)), "it is no JSON Web Token that is good now");
        assertThatCode(() -> signature.check(
                        signed(JWT.create().withExpiresAt(NOW.minusSeconds(30)).withClaim("checksum", sha1))))
                .as("clocks differ a little")
                .doesNotThrowAnyException();
    }

    @Test
    void takesTheOldSecretAndTheNewOneWhileItIsChanged() throws Exception {
        PushSignature two = new PushSignature("new " + SECRET, Clock.fixed(NOW, ZoneOffset.UTC));
        JWTCreator.Builder token = token().withClaim("checksum", hash("SHA-1"));
        two.check(token.sign(Algorithm.HMAC256(SECRET))).requireBody(BODY);
        two.check(token.sign(Algorithm.HMAC256("new"))).requireBody(BODY);
        assertThatThrownBy(() -> two.check(token.sign(Algorithm.HMAC256("new " + SECRET))))
                .isInstanceOf(SignatureRefusedException.class);
        assertThatThrownBy(() -> new PushSignature(" ", Clock.systemUTC()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysNothingOfTheTokenThatItRefuses() {
        assertThatThrownBy(() -> signature.check("eyJzZWNyZXQ.claims.signature"))
                .hasMessageNotContaining("claims");
    }
}
