package io.github.dtstream.series;

/** Is shown values of a series. */
@FunctionalInterface
public interface PointConsumer {
    /**
     * @param time in milliseconds since 1970
     * @param value a number, or the index of a state
     */
    void accept(long time, double value);
}
