package io.github.dtstream.delivery.batch;

import java.time.Duration;
import java.time.Instant;

/**
 * The usual duration of a route's exchanges, and when one takes far too long: after at least a minute, and ten times
 * the usual duration. Not thread-safe: guarded by the lock of its {@link BatchDelivery}.
 */
final class UsualDuration {
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final int FAR = 10;
    /** The number of exchanges in the moving average. */
    private static final int MEMORY = 10;

    private Duration usual = Duration.ZERO;

    /** An exchange was delivered. */
    void took(Duration time) {
        usual = usual.isZero() ? time : usual.plus(time.minus(usual).dividedBy(MEMORY));
    }

    Duration usual() {
        return usual;
    }

    /** Whether an exchange without progress since then takes too long. */
    boolean isOverdue(Instant since, Instant now) {
        Duration waited = Duration.between(since, now);
        return waited.compareTo(LEAST) >= 0 && waited.compareTo(usual.multipliedBy(FAR)) >= 0;
    }
}
