package io.github.dtstream.series;

import io.github.dtstream.series.value.SeriesKey;

/** The state of one series. Guarded by the lock of {@link HeldValues}. */
final class Series {
    /** About how many bytes of heap it takes. */
    static final int BYTES = 88;

    final SeriesKey key;
    /** Its number in the open block; it changes when devices are forgotten. */
    int number;

    /** When the newest value was measured, as far as that is believed, in milliseconds since 1970. */
    long time = Long.MIN_VALUE;

    /** The newest value: a number, or the index of a state. */
    double value;

    /** The version of the newest value. */
    long version;

    /** The span of values that came late in close succession, and the version of the last of them. */
    long lateFrom;

    long lateTo;
    long lateVersion;

    Series(SeriesKey key, int number) {
        this.key = key;
        this.number = number;
    }

    /** Takes a value if it is the newest; returns whether it is. */
    boolean offer(long measured, double newest, long now) {
        if (measured < time) {
            return false;
        }
        time = measured;
        value = newest;
        version = now;
        return true;
    }

    /**
     * Notes a late value.
     *
     * @param joined a span whose last version is older than this is replaced by a new one
     */
    void late(long measured, long now, long joined) {
        boolean goesOn = lateVersion >= joined;
        lateFrom = goesOn ? Math.min(lateFrom, measured) : measured;
        lateTo = goesOn ? Math.max(lateTo, measured) : measured;
        lateVersion = now;
    }
}
