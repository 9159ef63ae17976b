package io.github.dtstream.session;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a connection lives before it is renewed: the period, or somewhat less by chance, so that streams that were
 * started together are not all renewed together. Not thread-safe: owned by the session's thread.
 */
final class RenewalTime {
    /** How much earlier at most; of a short period a tenth. */
    static final Duration MOST_EARLY = Duration.ofMinutes(5);

    private static final int SHARE = 10;

    private final Duration period;
    private final RandomGenerator random;

    RenewalTime(Duration period, RandomGenerator random) {
        this.period = period;
        this.random = random;
    }

    /** Another one for each connection; zero where there is no planned renewal. */
    Duration next() {
        long early = Math.min(period.toMillis() / SHARE, MOST_EARLY.toMillis());
        return period.minusMillis(early == 0 ? 0 : random.nextLong(early + 1));
    }
}
