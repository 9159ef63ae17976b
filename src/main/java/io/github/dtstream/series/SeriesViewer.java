package io.github.dtstream.series;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Is shown what is known of devices, under the index's lock: it must not wait. */
public interface SeriesViewer {
    /**
     * The device of the values that follow.
     *
     * @param seen when it last said something, in milliseconds since 1970
     * @param rhythm its usual interval, in seconds
     * @param connector the Cloud Connector that received it last
     */
    void device(String id, long seen, OptionalInt rhythm, @Nullable String connector);

    /**
     * The newest value of a series.
     *
     * @param value a number, or the index of a state
     */
    void value(SeriesKey key, long time, double value);

    /** Values of that span came behind newer ones; both ends included. */
    default void late(SeriesKey key, long from, long to) {}
}
