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
 * Decides which requests need credentials. On loopback reading needs none, and changes need the token. Otherwise
 * everything except the bare state of health needs the password or the token, and so do Camel routes, except on public
 * paths. Thread-safe.
 */
public final class Lock {
    private static final String BASIC = "basic ";
    private static final int REMEMBERED = 16;

    private final AccessSettings settings;
    private final FailedAttempts attempts;
    private final byte[] memoryKey;
    /** Marks of valid credentials, so that not every request takes the time of a check. Guarded by itself. */
    private final Deque<byte[]> right = new ArrayDeque<>();

    /** The result of a first look at a request. */
    public enum Verdict {
        GRANTED,
        /** There are no credentials, or wrong ones. */
        REFUSED,
        /** There is a password, which must be checked; that takes a while. */
        UNKNOWN
    }

    /** @param nanoTime as {@link System#nanoTime} */
    public Lock(AccessSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.attempts = new FailedAttempts(nanoTime);
        // The token serves as the key: it is unpredictable, and ends with the process.
        this.memoryKey = settings.token().text().getBytes(StandardCharsets.UTF_8);
    }

    /** Whether credentials are needed for a Camel route, or for a path with nothing behind it. */
    public boolean isNeededForRoute(RequestHead head) {
        return settings.isLocked() && settings.publicPaths().stream().noneMatch(path -> covers(path, head.path()));
    }

    private static boolean covers(String open, String path) {
        return open.endsWith("/*") ? path.startsWith(open.substring(0, open.length() - 1)) : open.equals(path);
    }

    /** Whether credentials are needed for one of our own resources. */
    public boolean isNeeded(RequestHead head) {
        return settings.isLocked() || !head.isReading();
    }

    /** Whether clients without credentials may see details. */
    public boolean trustsAll() {
        return !settings.isLocked();
    }

    /** Takes a first look, which takes no time. */
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
     * Checks a password, which takes a while.
     *
     * @throws Refusal if it is wrong, or if the client has to wait
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

    /** The refusal of a request without the right credentials. */
    public Refusal refusal() {
        return settings.password() == null
                ? settings.token().missing()
                : settings.token().orPasswordMissing();
    }

    /**
     * Whether the browser should ask its user for the password: when the user opens the address, not when a page
     * fetches it.
     */
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
