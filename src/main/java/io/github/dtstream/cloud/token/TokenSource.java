package io.github.dtstream.cloud.token;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.text.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Provides access tokens, and renews them before they expire. Only one request runs at a time, and all waiting threads
 * get its result, also a failure. Thread-safe.
 */
public final class TokenSource implements Authenticator {
    /** A token with less remaining lifetime is not used; the vendor's own clients have the same margin. */
    static final Duration EXPIRY_MARGIN = Duration.ofSeconds(60);

    /** A token up to this age counts as fresh. */
    static final Duration FRESH_AGE = Duration.ofSeconds(60);

    /** For tokens that are valid only for minutes, both durations are at most this part of the lifetime. */
    private static final int SHORT_LIFE_PART = 4;

    private final TokenEndpoint endpoint;
    private final Clock clock;
    private final boolean asQueryParameter;

    /** Guarded by this. */
    private @Nullable AccessToken current;

    /** The running request; guarded by this. */
    private @Nullable CompletableFuture<AccessToken> refresh;

    public TokenSource(TokenEndpoint endpoint, boolean asQueryParameter, Clock clock) {
        this.endpoint = endpoint;
        this.asQueryParameter = asQueryParameter;
        this.clock = clock;
    }

    @Override
    public Authorization authorization() throws CloudException, InterruptedException {
        return Authorization.bearer(token(this::isUsable).value(), false);
    }

    @Override
    public Authorization freshAuthorization() throws CloudException, InterruptedException {
        return Authorization.bearer(token(this::isFresh).value(), asQueryParameter);
    }

    @Override
    public synchronized boolean invalidate(Authorization refused) {
        if (current != null && current.value().equals(refused.value())) {
            current = null;
        }
        return true;
    }

    private AccessToken token(Predicate<AccessToken> acceptable) throws CloudException, InterruptedException {
        CompletableFuture<AccessToken> shared;
        boolean ours = false;
        synchronized (this) {
            if (current != null && acceptable.test(current)) {
                return current;
            }
            if (refresh == null) {
                refresh = new CompletableFuture<>();
                ours = true;
            }
            shared = refresh;
        }
        if (ours) {
            fetchInto(shared);
        }
        return outcome(shared);
    }

    private void fetchInto(CompletableFuture<AccessToken> shared) {
        try {
            AccessToken token = endpoint.fetch();
            synchronized (this) {
                current = token;
                refresh = null;
            }
            shared.complete(token);
        } catch (CloudException | RuntimeException | Error e) {
            synchronized (this) {
                refresh = null;
            }
            shared.completeExceptionally(e);
        }
    }

    private static AccessToken outcome(CompletableFuture<AccessToken> shared)
            throws CloudException, InterruptedException {
        try {
            return shared.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CloudException refused) {
                throw new CloudException(refused.fault(), refused);
            }
            throw new IllegalStateException("the token request failed unexpectedly", e.getCause());
        }
    }

    private boolean isUsable(AccessToken token) {
        Duration margin = atMost(EXPIRY_MARGIN, token);
        return !clock.instant().isAfter(token.expires().minus(margin));
    }

    private boolean isFresh(AccessToken token) {
        return isUsable(token) && !clock.instant().isAfter(token.obtained().plus(atMost(FRESH_AGE, token)));
    }

    private static Duration atMost(Duration limit, AccessToken token) {
        Duration part = Duration.between(token.obtained(), token.expires()).dividedBy(SHORT_LIFE_PART);
        return part.compareTo(limit) < 0 ? part : limit;
    }

    /** An access token, with the times of its request and its expiry, both by the local clock. */
    record AccessToken(Secret value, Instant obtained, Instant expires) {}
}
