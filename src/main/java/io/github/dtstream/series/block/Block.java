package io.github.dtstream.series.block;

import java.time.Instant;

/**
 * A sealed block: the values of a span of the journal, on disk. Immutable.
 *
 * @param first the sequence number of its first record
 * @param last the sequence number of its last record
 * @param lastReceived when the last record was received; it distinguishes journals with the same sequence numbers
 * @param minTime the oldest value's time, in milliseconds since 1970
 * @param maxTime the newest value's time; less than {@code minTime} if there is no value
 */
public record Block(long first, long last, Instant lastReceived, long minTime, long maxTime, int points, long bytes) {
    /** Whether it may have a value in that span. */
    public boolean overlaps(long from, long to) {
        return points > 0 && minTime < to && maxTime >= from;
    }
}
