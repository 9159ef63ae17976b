package io.github.dtstream.delivery.batch;

import java.time.Duration;
import java.time.Instant;

/**
 * How long the exchanges of a route take, and from when on one takes far too long: a minute at least, and ten times as long as
 * usual. Not thread-safe: guarded by the lock of its {@link BatchDelivery}.
 */
final class UsualDuration {
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final int FAR = 10;
    /** Of how many exchanges the usual is the mean, those of long ago counting less. */
    private static final int MEMORY = 10;

    private Duration usual = Duration.ZERO;

    /** An exchange was delivered. */
    void took(Duration time) {
        usual = usual.isZero() ? time : usual.plus(time.minus(usual).dividedBy(MEMORY));
    }

    Duration usual() {
        return usual;
    }

    /** Whether what has shown no sign of life since then takes too long. */
    boolean isOverdue(Instant since, Instant now) {
        Duration waited = Duration.between(since, now);
        return waited.compareTo(LEAST) >= 0 && waited.compareTo(usual.multipliedBy(FAR)) >= 0;
    }
}
