package io.github.dtstream.series;

/** What is known of one series. Guarded by the index's lock. */
final class Series {
    /** What it takes of the heap, about. */
    static final int BYTES = 88;

    final SeriesKey key;
    /** Its number in the open block; another one after devices were forgotten. */
    int number;

    /** When the newest value was measured, in milliseconds since 1970. */
    long time = Long.MIN_VALUE;

    /** The newest value: a number, or the index of a state. */
    double value;

    /** When the newest value changed. */
    long version;

    /** The span of the values that came late, one soon after the other, and when the last of them came. */
    long lateFrom;

    long lateTo;
    long lateVersion;

    Series(SeriesKey key, int number) {
        this.key = key;
        this.number = number;
    }

    /** Whether it is the newest. */
    boolean offer(long measured, double newest, long now) {
        if (measured < time) {
            return false;
        }
        time = measured;
        value = newest;
        version = now;
        return true;
    }

    /** @param joined the version from which on values that came late are told together */
    void late(long measured, long now, long joined) {
        boolean goesOn = lateVersion >= joined;
        lateFrom = goesOn ? Math.min(lateFrom, measured) : measured;
        lateTo = goesOn ? Math.max(lateTo, measured) : measured;
        lateVersion = now;
    }
}
