package io.github.dtstream.session;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The lifetime of a connection until its planned renewal: the period, or randomly somewhat less, so that streams that
 * started together are renewed at different times. Not thread-safe: owned by the session's thread.
 */
final class RenewalTime {
    /** The largest random reduction; a tenth if the period is short. */
    static final Duration MOST_EARLY = Duration.ofMinutes(5);

    private static final int SHARE = 10;

    private final Duration period;
    private final RandomGenerator random;

    RenewalTime(Duration period, RandomGenerator random) {
        this.period = period;
        this.random = random;
    }

    /** A new lifetime for each connection; zero if planned renewal is off. */
    Duration next() {
        long early = Math.min(period.toMillis() / SHARE, MOST_EARLY.toMillis());
        return period.minusMillis(early == 0 ? 0 : random.nextLong(early + 1));
    }
}
