package io.github.dtstream.series;

import java.util.Arrays;

/**
 * The usual interval between two signs of life: the median of the last few, so that neither an outage nor a burst counts. Not
 * thread-safe.
 */
final class Rhythm {
    private static final int KEPT = 7;
    /** An estimate needs that many. */
    private static final int LEAST = 2;
    /** What a sensor sends at once is one sign of life. */
    private static final long AT_ONCE_MILLIS = 1_000;

    private final int[] seconds = new int[KEPT];
    private int count;
    private int next;
    private long last = Long.MIN_VALUE;

    /** There was one; one that is older than the newest says nothing. */
    void sign(long time) {
        if (last != Long.MIN_VALUE) {
            if (time - last < AT_ONCE_MILLIS) {
                return;
            }
            interval(time - last);
        }
        last = time;
    }

    /** Some that are known from before, evenly spread. */
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

    /** In seconds. */
    int usual() {
        int[] sorted = Arrays.copyOf(seconds, count);
        Arrays.sort(sorted);
        return sorted[(count - 1) / 2];
    }
}
