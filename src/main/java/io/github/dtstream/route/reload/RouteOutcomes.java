package io.github.dtstream.route.reload;

import io.github.dtstream.text.FailureReason;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.jspecify.annotations.Nullable;

/**
 * Records how the exchanges of one route ended. The first ones decide about a new definition, the last ones of its
 * predecessor tell whether that one succeeded. Thread-safe: the route's threads write, the reloader's thread reads.
 */
final class RouteOutcomes extends RoutePolicySupport {
    private final Clock clock;
    private final int counted;

    /** Guarded by this. True for an exchange that failed; the newest last. */
    private final Deque<Boolean> lastFailed = new ArrayDeque<>();
    /** Guarded by this. */
    private long done;
    /** Guarded by this. */
    private @Nullable Instant firstDone;
    /** Guarded by this. */
    private @Nullable String earlyFailure;

    /** @param counted the number of first and of last exchanges that count */
    RouteOutcomes(Clock clock, int counted) {
        this.clock = clock;
        this.counted = counted;
    }

    @Override
    public synchronized void onExchangeDone(Route route, Exchange exchange) {
        boolean failed = exchange.isFailed();
        if (done == 0) {
            firstDone = clock.instant();
        }
        if (failed && done < counted && earlyFailure == null) {
            earlyFailure =
                    exchange.getException() == null ? "the exchange failed" : FailureReason.of(exchange.getException());
        }
        done++;
        lastFailed.addLast(failed);
        if (lastFailed.size() > counted) {
            lastFailed.removeFirst();
        }
    }

    /** Whether there were exchanges, and the last ones all succeeded. */
    synchronized boolean succeeds() {
        return !lastFailed.isEmpty() && !lastFailed.contains(true);
    }

    /** Why one of the first exchanges failed; empty if none has. */
    synchronized Optional<String> earlyFailure() {
        return Optional.ofNullable(earlyFailure);
    }

    synchronized long done() {
        return done;
    }

    /** When the first exchange ended; empty if none has. */
    synchronized Optional<Instant> firstDone() {
        return Optional.ofNullable(firstDone);
    }
}
