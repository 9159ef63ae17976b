package io.github.dtstream.web.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What a request must carry to change something, as {@code Authorization: Bearer TOKEN}. Immutable. */
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
     * A new one.
     *
     * @param random must not be predictable
     * @param whereItIs where people find it, for the message
     */
    public static BearerToken random(RandomGenerator random, String whereItIs) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new BearerToken(HexFormat.of().formatHex(secret), whereItIs);
    }

    public String text() {
        return text;
    }

    /** Whether a request carries it; it takes as long whatever is wrong. */
    boolean isIn(Optional<String> authorization) {
        byte[] expected = (SCHEME + text).getBytes(StandardCharsets.UTF_8);
        return authorization
                .filter(given -> MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8)))
                .isPresent();
    }

    /** What to say to one that does not. */
    Refusal missing() {
        return new Refusal(401, "this needs the token in " + whereItIs + ", as Authorization: Bearer TOKEN");
    }

    /** The same where the password does, too. */
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
