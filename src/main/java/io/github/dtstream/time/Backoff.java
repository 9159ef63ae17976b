package io.github.dtstream.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures in a row: longer after each, up to a bound, and by chance somewhat less, so that many who
 * failed together do not come back together. Immutable; counts in whole milliseconds.
 *
 * @param first the wait after the first failure, before chance shortens it
 * @param factor by how much each further one is longer; 1 or more
 * @param most what no wait exceeds, before something asks for more
 * @param jitter which part of a wait chance may take off: 0 for nothing, 1 for all of it
 */
public record Backoff(Duration first, double factor, Duration most, double jitter) {
    /** @throws IllegalArgumentException if a part of it makes no sense */
    public Backoff {
        if (first.isNegative() || most.isNegative() || !(factor >= 1) || !(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException(
                    "no back-off: from " + first + " by " + factor + " to " + most + ", jitter " + jitter);
        }
    }

    /** Doubles with each failure and leaves nothing to chance. */
    public static Backoff doubling(Duration first, Duration most) {
        return new Backoff(first, 2, most, 0);
    }

    /** The same with chance. */
    public Backoff withJitter(double part) {
        return new Backoff(first, factor, most, part);
    }

    /**
     * The wait before chance shortens it.
     *
     * @param failures how many there were in a row; none is followed by no wait
     */
    public Duration bound(int failures) {
        if (failures <= 0) {
            return Duration.ZERO;
        }
        double grown = (double) first.toMillis() * Math.pow(factor, failures - 1);
        return Duration.ofMillis((long) Math.min(grown, (double) most.toMillis()));
    }

    /** The wait, by chance. */
    public Duration delay(int failures, RandomGenerator random) {
        return delay(failures, Duration.ZERO, random);
    }

    /**
     * The wait, by chance.
     *
     * @param least what it does not fall short of, whatever the bounds are
     */
    public Duration delay(int failures, Duration least, RandomGenerator random) {
        long high = bound(failures).toMillis();
        long low = Math.max(least.toMillis(), high - (long) ((double) high * jitter));
        return Duration.ofMillis(low >= high ? low : random.nextLong(low, high + 1));
    }
}
