package io.github.dtstream.series.value;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Values of one series, collected in any order. Not thread-safe. */
public final class Points implements PointConsumer {
    private long[] times = new long[64];
    private double[] values = new double[64];
    private int size;

    @Override
    public void accept(long time, double value) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        times[size] = time;
        values[size] = value;
        size++;
    }

    public int size() {
        return size;
    }

    public long time(int index) {
        return times[index];
    }

    public double value(int index) {
        return values[index];
    }

    public void clear() {
        size = 0;
    }

    public void forEach(PointConsumer consumer) {
        for (int i = 0; i < size; i++) {
            consumer.accept(times[i], values[i]);
        }
    }

    /** Sorts by time; values of the same time keep their order of arrival. */
    public void sort() {
        int sorted = 1;
        while (sorted < size && times[sorted - 1] <= times[sorted]) {
            sorted++;
        }
        if (sorted >= size) {
            return;
        }
        long[] unsortedTimes = times;
        double[] unsortedValues = values;
        int[] order = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingLong(index -> unsortedTimes[index]))
                .mapToInt(Integer::intValue)
                .toArray();
        times = new long[size];
        values = new double[size];
        for (int i = 0; i < size; i++) {
            times[i] = unsortedTimes[order[i]];
            values[i] = unsortedValues[order[i]];
        }
    }

    public long[] times() {
        return Arrays.copyOf(times, size);
    }

    public double[] values() {
        return Arrays.copyOf(values, size);
    }
}
