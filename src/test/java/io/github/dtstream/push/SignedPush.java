package io.github.dtstream.push;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/** Makes what a Data Connector makes, and what is like it but wrong. */
public final class SignedPush {
    private SignedPush() {}

    /** The payload about an event. */
    public static String payload(String event, String device, String project, String name) {
        return "{\"event\":" + event + ",\"labels\":{\"name\":\"" + name + "\"},\"metadata\":{\"deviceId\":\"" + device
                + "\",\"projectId\":\"" + project + "\",\"deviceType\":\"touch\",\"productNumber\":\"102058\"}}";
    }

    /** An event of type touch. */
    public static String event(String id, String device, String project) {
        return "{\"eventId\":\"" + id + "\",\"targetName\":\"projects/" + project + "/devices/" + device
                + "\",\"eventType\":\"touch\",\"data\":{\"touch\":{\"updateTime\":\"2026-05-29T10:00:00Z\"}},"
                + "\"timestamp\":\"2026-05-29T10:00:00Z\"}";
    }

    /** The token of a Data Connector of today. */
    public static String token(String body, String secret) {
        return claims(body, Duration.ofHours(1)).sign(Algorithm.HMAC256(secret));
    }

    /** What is to be signed, good from now on for so long. */
    public static JWTCreator.Builder claims(String body, Duration good) {
        Instant now = Instant.now();
        return JWT.create()
                .withIssuedAt(now.minusSeconds(7200))
                .withExpiresAt(now.plus(good))
                .withJWTId("1")
                .withClaim("checksum", checksum("SHA-1", body))
                .withClaim("checksum_sha256", checksum("SHA-256", body));
    }

    /** A checksum in hexadecimal digits. */
    public static String checksum(String algorithm, String body) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
