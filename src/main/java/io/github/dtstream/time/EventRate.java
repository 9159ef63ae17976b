package io.github.dtstream.time;

import java.time.Instant;
import java.util.Arrays;

/** Counts events by the second over the last minute. Not thread-safe: its owner's lock guards it. */
public final class EventRate {
    private static final int SECONDS = 60;

    private final long[] counts = new long[SECONDS];
    private long newestSecond;

    public void add(Instant now, long events) {
        advance(now);
        counts[(int) Math.floorMod(newestSecond, (long) SECONDS)] += events;
    }

    /** Events a second, averaged over the last minute. */
    public double perSecond(Instant now) {
        advance(now);
        return Arrays.stream(counts).sum() / (double) SECONDS;
    }

    private void advance(Instant now) {
        long second = now.getEpochSecond();
        long passed = Math.min(SECONDS, second - newestSecond);
        for (long i = 0; i < passed; i++) {
            counts[(int) Math.floorMod(second - i, (long) SECONDS)] = 0;
        }
        newestSecond = Math.max(newestSecond, second);
    }
}
