package io.github.dtstream.series;

import java.time.Instant;
import java.util.Arrays;

/**
 * Values in memory, in the order in which they came, of a span of the journal. Written by one thread; its owner's lock guards it
 * where others read it.
 */
final class OpenBlock {
    /** What one value takes. */
    static final int POINT_BYTES = Integer.BYTES + Long.BYTES + Double.BYTES;
    /** An array of more would be one of half a region and more, of which the least is 1 MiB. */
    static final int MOST_POINTS = 32_768;

    private static final int FIRST_POINTS = 2_048;

    private int[] series;
    private long[] times;
    private double[] values;
    private int size;
    /** The number of the first record that counts. */
    private final long first;
    /** The number of the record behind the last one that counts. */
    private long next;

    private Instant lastReceived = Instant.EPOCH;

    /** @param most how many values it has at most */
    OpenBlock(long first, int most) {
        this.first = first;
        this.next = first;
        int capacity = Math.min(FIRST_POINTS, most);
        series = new int[capacity];
        times = new long[capacity];
        values = new double[capacity];
    }

    long first() {
        return first;
    }

    long next() {
        return next;
    }

    /** When the last record that counts was received. */
    Instant lastReceived() {
        return lastReceived;
    }

    int size() {
        return size;
    }

    int capacity() {
        return times.length;
    }

    void add(int number, long time, double value) {
        series[size] = number;
        times[size] = time;
        values[size] = value;
        size++;
    }

    /** All values of a record are in it. */
    void advance(long sequence, Instant received) {
        next = sequence + 1;
        lastReceived = received;
    }

    void grow(int capacity) {
        series = Arrays.copyOf(series, capacity);
        times = Arrays.copyOf(times, capacity);
        values = Arrays.copyOf(values, capacity);
    }

    int series(int index) {
        return series[index];
    }

    long time(int index) {
        return times[index];
    }

    double value(int index) {
        return values[index];
    }

    /** What it takes of the heap. */
    long bytes() {
        return (long) times.length * POINT_BYTES;
    }
}
