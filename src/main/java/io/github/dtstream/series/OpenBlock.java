package io.github.dtstream.series;

import java.time.Instant;
import java.util.Arrays;

/**
 * The values of a span of the journal in memory, in the order of arrival. One thread writes; the lock of
 * {@link HeldValues} guards it while others read.
 */
final class OpenBlock {
    /** The bytes of one value. */
    static final int POINT_BYTES = Integer.BYTES + Long.BYTES + Double.BYTES;
    /** The limit of values, so that no array takes half of a region of the collector G1, which is 1 MiB at least. */
    static final int MOST_POINTS = 32_768;

    private static final int FIRST_POINTS = 2_048;

    private int[] series;
    private long[] times;
    private double[] values;
    private int size;
    /** The sequence number of its first record. */
    private final long first;
    /** The sequence number after its last record. */
    private long next;

    private Instant lastReceived = Instant.EPOCH;

    /** @param most the limit of values */
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

    /** When its last record was received. */
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

    /** Notes that all values of a record are in the block. */
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

    /** How many bytes of heap its arrays take. */
    long bytes() {
        return (long) times.length * POINT_BYTES;
    }
}
