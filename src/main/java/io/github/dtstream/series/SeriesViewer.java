package io.github.dtstream.series;

import io.github.dtstream.series.value.SeriesKey;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Gets devices and their values. It is called under the lock of the index and must not wait. */
public interface SeriesViewer {
    /**
     * The device of the values that follow.
     *
     * @param seen the time of its newest event, in milliseconds since 1970
     * @param rhythm the usual interval between its events, in seconds
     * @param connector the Cloud Connector that received it last; null if that is not known
     */
    void device(String id, long seen, OptionalInt rhythm, @Nullable String connector);

    /**
     * The newest value of a series.
     *
     * @param value a number, or the index of a state
     */
    void value(SeriesKey key, long time, double value);

    /** A span, both ends included, in which values arrived after newer ones. */
    default void late(SeriesKey key, long from, long to) {}
}
