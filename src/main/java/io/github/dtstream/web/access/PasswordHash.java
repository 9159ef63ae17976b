package io.github.dtstream.web.access;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The hash of a password, for a file: {@code pbkdf2-sha512:ITERATIONS:SALT:HASH}, the last two in URL-safe base64. An
 * attacker who reads it can only guess passwords, and each guess takes a while. Immutable.
 */
public final class PasswordHash {
    private static final String NAME = "pbkdf2-sha512";
    private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
    private static final int ITERATIONS = 210_000;
    private static final int LEAST_ITERATIONS = 10_000;
    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern FORM =
            Pattern.compile(NAME + ":([0-9]{1,8}):([A-Za-z0-9_-]{22,86}):([A-Za-z0-9_-]{43,86})");

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /**
     * The hash of a new password, with a new salt; it takes a while.
     *
     * @param random makes the salt
     */
    public static PasswordHash of(char[] password, RandomGenerator random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new PasswordHash(ITERATIONS, salt, derived(password, salt, ITERATIONS, HASH_BYTES));
    }

    /** Reads the form that {@link #text} writes; empty if the text is something else. */
    public static Optional<PasswordHash> read(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        int iterations = Integer.parseInt(form.group(1));
        try {
            Base64.Decoder base64 = Base64.getUrlDecoder();
            return iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS
                    ? Optional.empty()
                    : Optional.of(
                            new PasswordHash(iterations, base64.decode(form.group(2)), base64.decode(form.group(3))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The text to write to a file. */
    public String text() {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return NAME + ":" + iterations + ":" + base64.encodeToString(salt) + ":" + base64.encodeToString(hash);
    }

    /** Whether it is the hash of that password; it takes a while, and the same time for any wrong password. */
    boolean isOf(char[] password) {
        return MessageDigest.isEqual(hash, derived(password, salt, iterations, hash.length));
    }

    private static byte[] derived(char[] password, byte[] salt, int iterations, int bytes) {
        if (password.length == 0) {
            // Java treats an empty password as a missing one.
            return new byte[bytes];
        }
        PBEKeySpec key = new PBEKeySpec(password, salt, iterations, bytes * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(key).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        } finally {
            key.clearPassword();
        }
    }

    @Override
    public String toString() {
        return NAME;
    }
}
