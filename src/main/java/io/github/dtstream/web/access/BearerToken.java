package io.github.dtstream.web.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The token that a request for a change must carry, as {@code Authorization: Bearer TOKEN}. Immutable. */
public final class BearerToken {
    private static final String SCHEME = "Bearer ";
    private static final int BYTES = 32;

    private final String text;
    private final String whereItIs;

    private BearerToken(String text, String whereItIs) {
        this.text = text;
        this.whereItIs = whereItIs;
    }

    /**
     * A new token.
     *
     * @param random must not be predictable
     * @param whereItIs the file in which users find it, for messages
     */
    public static BearerToken random(RandomGenerator random, String whereItIs) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new BearerToken(HexFormat.of().formatHex(secret), whereItIs);
    }

    public String text() {
        return text;
    }

    /** Whether a request carries the token; the time does not depend on where the texts differ. */
    boolean isIn(Optional<String> authorization) {
        return authorization
                // HTTP compares schemes without regard to case.
                .filter(given -> given.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(given -> given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8))
                .filter(given -> MessageDigest.isEqual(text.getBytes(StandardCharsets.UTF_8), given))
                .isPresent();
    }

    /** The refusal of a request without the token. */
    Refusal missing() {
        return new Refusal(401, "this needs the token in " + whereItIs + ", as Authorization: Bearer TOKEN");
    }

    /** The refusal of a request with neither the token nor the password. */
    Refusal orPasswordMissing() {
        return new Refusal(
                401,
                "this needs the password, as HTTP Basic with any user, or the token in " + whereItIs
                        + ", as Authorization: Bearer TOKEN");
    }

    @Override
    public String toString() {
        return "BearerToken in " + whereItIs;
    }
}
