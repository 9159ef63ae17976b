package io.github.dtstream.series.value;

import java.time.Instant;

/**
 * What the time of a value is worth. A Cloud Connector whose clock is ahead stamps values with times that have not come
 * yet. Such a value is no newer than its receipt: otherwise nothing would replace it, and its device would seem to be
 * well, until that time has come.
 */
public final class ClaimedTime {
    /** By how much clocks may differ that are right, and a receipt be noted too early. */
    private static final long TOLERANCE_MILLIS = 10_000;

    private ClaimedTime() {}

    /**
     * The time by which a value is compared with others.
     *
     * @param measured the time with which it is stamped, in milliseconds since 1970
     * @param received when it was received at the latest
     */
    public static long believed(long measured, Instant received) {
        return Math.min(measured, received.toEpochMilli() + TOLERANCE_MILLIS);
    }
}
