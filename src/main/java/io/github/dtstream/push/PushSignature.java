package io.github.dtstream.push;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.AlgorithmMismatchException;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.exceptions.TokenExpiredException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks the signature of a message, as the vendor's Data Connectors make it: a JSON Web Token, signed by HS256 with a
 * shared secret, that expires and holds a checksum of the body's bytes. Thread-safe.
 */
public final class PushSignature {
    /** The header with the token. */
    public static final String HEADER = "X-Dt-Signature";

    /** How much the sender's clock may differ. */
    private static final Duration LEEWAY = Duration.ofMinutes(1);

    private static final String EXPIRY = "exp";
    /** The claim with the body's SHA-256. */
    public static final String SHA_256 = "checksum_sha256";
    /** The claim with the body's SHA-1, which older Data Connectors send. */
    public static final String SHA_1 = "checksum";

    private final List<JWTVerifier> verifiers;

    /**
     * The checksum of the body in a valid token.
     *
     * @param algorithm the checksum's algorithm
     * @param checksum the checksum in hexadecimal digits
     */
    public record Signed(String algorithm, String checksum) {
        /** @throws SignatureRefusedException if another body was signed */
        public void requireBody(byte[] body) throws SignatureRefusedException {
            byte[] expected = checksum.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
            byte[] found = PushSignature.checksum(algorithm, body).getBytes(StandardCharsets.UTF_8);
            if (!MessageDigest.isEqual(expected, found)) {
                throw new SignatureRefusedException(
                        PushRefusals.Reason.CHECKSUM,
                        "the body is not the one that was signed: something on its way has changed it");
            }
        }
    }

    /** A body's checksum in the form of a claim. */
    public static String checksum(String algorithm, byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    /**
     * @param secrets one secret, or several with spaces in between, each of which is accepted, for the time of a change
     * @param clock the cloud's clock, by which tokens expire
     * @throws IllegalArgumentException if there is no secret
     */
    public PushSignature(String secrets, Clock clock) {
        this.verifiers = Arrays.stream(secrets.split("\\s+"))
                .filter(secret -> !secret.isEmpty())
                .map(secret -> verifier(secret, clock))
                .toList();
        if (verifiers.isEmpty()) {
            throw new IllegalArgumentException("there is no secret by which a signature could be checked");
        }
    }

    private static JWTVerifier verifier(String secret, Clock clock) {
        // Only this algorithm is accepted, whatever the token's header names.
        JWTVerifier.BaseVerification needed = (JWTVerifier.BaseVerification)
                JWT.require(Algorithm.HMAC256(secret)).withClaimPresence(EXPIRY).acceptLeeway(LEEWAY.toSeconds());
        return needed.build(clock);
    }

    /**
     * Checks a token; the body is not needed yet.
     *
     * @param token null if there was none
     * @throws SignatureRefusedException if it is not valid; the text says why, and does not show the token
     */
    public Signed check(@Nullable String token) throws SignatureRefusedException {
        if (token == null || token.isEmpty()) {
            throw new SignatureRefusedException(PushRefusals.Reason.UNSIGNED, "the header " + HEADER + " is missing");
        }
        SignatureRefusedException refused = null;
        for (JWTVerifier verifier : verifiers) {
            try {
                return signed(verifier.verify(token));
            } catch (SignatureVerificationException e) {
                // Another secret may fit.
                refused = refused("it was not made with the secret that is set here");
            } catch (AlgorithmMismatchException e) {
                throw refused("its algorithm is not HS256");
            } catch (TokenExpiredException e) {
                throw refused(PushRefusals.Reason.EXPIRED, "it has expired, at " + e.getExpiredOn());
            } catch (JWTVerificationException | IllegalArgumentException e) {
                throw refused("it is no JSON Web Token that is good now and says until when");
            }
        }
        throw refused == null ? refused("there is no secret") : refused;
    }

    private static SignatureRefusedException refused(String why) {
        return refused(PushRefusals.Reason.SIGNATURE, why);
    }

    private static SignatureRefusedException refused(PushRefusals.Reason reason, String why) {
        return new SignatureRefusedException(
                reason, "the signature in the header " + HEADER + " does not hold: " + why);
    }

    private static Signed signed(DecodedJWT token) throws SignatureRefusedException {
        String sha256 = token.getClaim(SHA_256).asString();
        String sha1 = token.getClaim(SHA_1).asString();
        if (sha256 != null) {
            return new Signed("SHA-256", sha256);
        }
        if (sha1 != null) {
            return new Signed("SHA-1", sha1);
        }
        throw refused("it has neither " + SHA_256 + " nor " + SHA_1);
    }
}
