package io.github.dtstream.series;

/** The widths of buckets. Each divides a day, so that buckets have the same bounds in every span. Pure. */
final class Steps {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long[] STEPS = {
        SECOND, 2 * SECOND, 3 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 20 * SECOND, 30 * SECOND,
        MINUTE, 2 * MINUTE, 3 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 20 * MINUTE, 30 * MINUTE,
        HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR, 24 * HOUR
    };

    private Steps() {}

    /** The smallest width with which a span has at most that many buckets; a day if there is none. */
    static long of(long span, int buckets) {
        for (long step : STEPS) {
            if (span / step < buckets) {
                return step;
            }
        }
        return STEPS[STEPS.length - 1];
    }
}
