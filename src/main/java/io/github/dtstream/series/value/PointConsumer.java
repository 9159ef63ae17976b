package io.github.dtstream.series.value;

/** Gets the values of a series. */
@FunctionalInterface
public interface PointConsumer {
    /**
     * @param time when it was measured, in milliseconds since 1970
     * @param value a number, or the index of a state
     */
    void accept(long time, double value);
}
