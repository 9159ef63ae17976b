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

/** Makes messages as a Data Connector does, and similar wrong ones. */
public final class SignedPush {
    private SignedPush() {}

    /** The payload of an event. */
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

    /** A token as Data Connectors make it today. */
    public static String token(String body, String secret) {
        return claims(body, Duration.ofHours(1)).sign(Algorithm.HMAC256(secret));
    }

    /** The claims to sign, valid from now on for so long. */
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
