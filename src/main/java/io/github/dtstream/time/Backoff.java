package io.github.dtstream.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The delay after failures in a row: longer after each, up to a limit, and randomly shorter, so that many that failed
 * together do not return together. Immutable; counts in whole milliseconds.
 *
 * @param first the delay after the first failure, without jitter
 * @param factor the growth with each further failure; 1 or more
 * @param most the limit of the delay, unless a caller requires more
 * @param jitter which part of a delay is random: 0 for nothing, 1 for all of it
 */
public record Backoff(Duration first, double factor, Duration most, double jitter) {
    /** @throws IllegalArgumentException if a value is out of its range */
    public Backoff {
        if (first.isNegative() || most.isNegative() || !(factor >= 1) || !(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException(
                    "no back-off: from " + first + " by " + factor + " to " + most + ", jitter " + jitter);
        }
    }

    /** Doubles with each failure, without jitter. */
    public static Backoff doubling(Duration first, Duration most) {
        return new Backoff(first, 2, most, 0);
    }

    /** The same with jitter. */
    public Backoff withJitter(double part) {
        return new Backoff(first, factor, most, part);
    }

    /**
     * The delay without jitter.
     *
     * @param failures the number of failures in a row; without one there is no delay
     */
    public Duration bound(int failures) {
        if (failures <= 0) {
            return Duration.ZERO;
        }
        double grown = (double) first.toMillis() * Math.pow(factor, failures - 1);
        return Duration.ofMillis((long) Math.min(grown, (double) most.toMillis()));
    }

    /** The delay with jitter. */
    public Duration delay(int failures, RandomGenerator random) {
        return delay(failures, Duration.ZERO, random);
    }

    /**
     * The delay with jitter.
     *
     * @param least the delay is not shorter, whatever the limits are
     */
    public Duration delay(int failures, Duration least, RandomGenerator random) {
        long high = bound(failures).toMillis();
        long low = Math.max(least.toMillis(), high - (long) ((double) high * jitter));
        return Duration.ofMillis(low >= high ? low : random.nextLong(low, high + 1));
    }
}
