package io.github.dtstream.series;

/** The newest value before a time: what a state is when a graph begins. Not thread-safe. */
final class LastBefore implements PointConsumer {
    private final long limit;
    private long time = Long.MIN_VALUE;
    private double value;

    LastBefore(long limit) {
        this.limit = limit;
    }

    long time() {
        return time;
    }

    @Override
    public void accept(long measured, double measuredValue) {
        if (measured < limit && measured >= time) {
            time = measured;
            value = measuredValue;
        }
    }

    /** A line of changes with this value before it, if there is one; what says the same again is left out. */
    Line putBefore(Line line) {
        if (time == Long.MIN_VALUE) {
            return line;
        }
        int from = line.times().length > 0 && line.min()[0] == value ? 1 : 0;
        int length = line.times().length - from + 1;
        long[] times = new long[length];
        double[] values = new double[length];
        System.arraycopy(line.times(), from, times, 1, length - 1);
        System.arraycopy(line.min(), from, values, 1, length - 1);
        times[0] = time;
        values[0] = value;
        return new Line(line.key(), times, values, values, line.counts());
    }
}
