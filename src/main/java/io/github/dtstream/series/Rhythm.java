package io.github.dtstream.series;

import java.util.Arrays;

/**
 * The usual interval between two signs of life: the median of the last few intervals, so that an outage or a burst does
 * not count. Not thread-safe.
 */
final class Rhythm {
    private static final int KEPT = 7;
    /** The least number of intervals for an estimate. */
    private static final int LEAST = 2;
    /** Events within this time are one sign of life. */
    private static final long AT_ONCE_MILLIS = 1_000;

    private final int[] seconds = new int[KEPT];
    private int count;
    private int next;
    private long last = Long.MIN_VALUE;

    /** Adds a sign of life; one that is older than the newest is ignored. */
    void sign(long time) {
        if (last != Long.MIN_VALUE) {
            if (time - last < AT_ONCE_MILLIS) {
                return;
            }
            interval(time - last);
        }
        last = time;
    }

    /** Adds earlier signs of life, of which only the span and the number are known. */
    void signs(long from, long to, int signs) {
        if (signs > LEAST && to > last) {
            interval((to - from) / (signs - 1));
            last = to;
        }
    }

    private void interval(long millis) {
        seconds[next] = (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.round(millis / 1000.0)));
        next = (next + 1) % KEPT;
        count = Math.min(KEPT, count + 1);
    }

    boolean isKnown() {
        return count >= LEAST;
    }

    /** The usual interval in seconds; only if it {@link #isKnown}. */
    int usual() {
        int[] sorted = Arrays.copyOf(seconds, count);
        Arrays.sort(sorted);
        return sorted[(count - 1) / 2];
    }
}
