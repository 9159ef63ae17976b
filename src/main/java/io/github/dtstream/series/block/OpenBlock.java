package io.github.dtstream.series.block;

import java.time.Instant;
import java.util.Arrays;

/**
 * The values of a span of the journal in memory, in the order of arrival. One thread writes; the lock of
 * its owner guards it while others read.
 */
public final class OpenBlock {
    /** The bytes of one value. */
    public static final int POINT_BYTES = Integer.BYTES + Long.BYTES + Double.BYTES;
    /** The limit of values, so that no array takes half of a region of the collector G1, which is 1 MiB at least. */
    public static final int MOST_POINTS = 32_768;

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
    public OpenBlock(long first, int most) {
        this.first = first;
        this.next = first;
        int capacity = Math.min(FIRST_POINTS, most);
        series = new int[capacity];
        times = new long[capacity];
        values = new double[capacity];
    }

    public long first() {
        return first;
    }

    public long next() {
        return next;
    }

    /** When its last record was received. */
    public Instant lastReceived() {
        return lastReceived;
    }

    public int size() {
        return size;
    }

    public int capacity() {
        return times.length;
    }

    public void add(int number, long time, double value) {
        series[size] = number;
        times[size] = time;
        values[size] = value;
        size++;
    }

    /** Notes that all values of a record are in the block. */
    public void advance(long sequence, Instant received) {
        next = sequence + 1;
        lastReceived = received;
    }

    public void grow(int capacity) {
        series = Arrays.copyOf(series, capacity);
        times = Arrays.copyOf(times, capacity);
        values = Arrays.copyOf(values, capacity);
    }

    public int series(int index) {
        return series[index];
    }

    public long time(int index) {
        return times[index];
    }

    public double value(int index) {
        return values[index];
    }

    /** How many bytes of heap its arrays take. */
    public long bytes() {
        return (long) times.length * POINT_BYTES;
    }
}
