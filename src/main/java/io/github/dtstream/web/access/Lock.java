package io.github.dtstream.web.access;

import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Who must show what. On loopback everybody on the machine may read, and who changes something shows the token. Elsewhere all but
 * the bare state of health needs the password or the token, and so do routes, but for the paths that the settings open.
 * Thread-safe.
 */
public final class Lock {
    private static final String BASIC = "basic ";
    private static final int REMEMBERED = 16;

    private final AccessSettings settings;
    private final FailedAttempts attempts;
    private final byte[] memoryKey;
    /** Guarded by itself: what has been found right before, so that not each request takes the time of a check. */
    private final Deque<byte[]> right = new ArrayDeque<>();

    /** What a look at a request has brought. */
    public enum Verdict {
        GRANTED,
        /** There is nothing to look at, or nothing right. */
        REFUSED,
        /** A password is there that has to be looked at, which takes a while. */
        UNKNOWN
    }

    /** @param nanoTime as {@link System#nanoTime} */
    public Lock(AccessSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.attempts = new FailedAttempts(nanoTime);
        // It is as unpredictable, and as short-lived.
        this.memoryKey = settings.token().text().getBytes(StandardCharsets.UTF_8);
    }

    /** Whether somebody must show something for a route of Camel's, or for what is not there. */
    public boolean isNeededForRoute(RequestHead head) {
        return settings.isLocked() && settings.publicPaths().stream().noneMatch(path -> covers(path, head.path()));
    }

    private static boolean covers(String open, String path) {
        return open.endsWith("/*") ? path.startsWith(open.substring(0, open.length() - 1)) : open.equals(path);
    }

    /** Whether somebody must show something for one of our own resources. */
    public boolean isNeeded(RequestHead head) {
        return settings.isLocked() || !head.isReading();
    }

    /** Whether who shows nothing may see details. */
    public boolean trustsAll() {
        return !settings.isLocked();
    }

    /** Looks without taking time. */
    public Verdict look(RequestHead head) {
        Optional<String> given = head.first("authorization");
        if (given.isEmpty()) {
            return Verdict.REFUSED;
        }
        if (settings.token().isIn(given) || isRemembered(given.get())) {
            return Verdict.GRANTED;
        }
        boolean isPassword = given.get().regionMatches(true, 0, BASIC, 0, BASIC.length());
        return isPassword && settings.password() != null ? Verdict.UNKNOWN : Verdict.REFUSED;
    }

    /**
     * Looks at a password, which takes a while.
     *
     * @throws Refusal if it is wrong, or who asks has to wait
     */
    public void check(RequestHead head) throws Refusal {
        String address = address(head);
        long wait = attempts.waitSeconds(address);
        if (wait > 0) {
            throw new Refusal(429, "too many wrong passwords came from this address; wait " + wait + " s");
        }
        String given = head.first("authorization").orElse("");
        char[] password = passwordIn(given);
        PasswordHash expected = settings.password();
        if (password == null || expected == null || !expected.isOf(password)) {
            attempts.failed(address);
            throw refusal();
        }
        attempts.succeeded(address);
        remember(given);
    }

    /** What to say to one who shows nothing, or something else. */
    public Refusal refusal() {
        return settings.password() == null
                ? settings.token().missing()
                : settings.token().orPasswordMissing();
    }

    /** Whether a browser should ask its user: for what he goes to himself, not for what a page fetches. */
    public boolean isToAsk(RequestHead head) {
        return settings.password() != null
                && head.first("sec-fetch-mode").map("navigate"::equals).orElse(true);
    }

    private static char @Nullable [] passwordIn(String authorization) {
        try {
            String pair = new String(
                    Base64.getDecoder()
                            .decode(authorization.substring(BASIC.length()).strip()),
                    StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? null : pair.substring(colon + 1).toCharArray();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private String address(RequestHead head) {
        return settings.behindProxy()
                ? head.last("x-forwarded-for")
                        .filter(address -> NetUtil.isValidIpV4Address(address) || NetUtil.isValidIpV6Address(address))
                        .orElse(head.address())
                : head.address();
    }

    private boolean isRemembered(String authorization) {
        byte[] mark = mark(authorization);
        synchronized (right) {
            return right.stream().anyMatch(one -> MessageDigest.isEqual(one, mark));
        }
    }

    private void remember(String authorization) {
        synchronized (right) {
            right.addLast(mark(authorization));
            if (right.size() > REMEMBERED) {
                right.removeFirst();
            }
        }
    }

    private byte[] mark(String authorization) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(memoryKey, "HmacSHA256"));
            return mac.doFinal(authorization.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
