package io.github.dtstream.series;

import java.time.Instant;

/**
 * A sealed block: the values of a span of the journal, on disk. Immutable.
 *
 * @param first the number of the first record that counts
 * @param last the number of the last one
 * @param lastReceived when that was received, by which another journal with the same numbers is told from this one
 * @param minTime the oldest value's time, in milliseconds since 1970
 * @param maxTime the newest value's time; before {@code minTime} if there is no value
 */
record Block(long first, long last, Instant lastReceived, long minTime, long maxTime, int points, long bytes) {
    /** Whether it can have a value of that span. */
    boolean overlaps(long from, long to) {
        return points > 0 && minTime < to && maxTime >= from;
    }
}
