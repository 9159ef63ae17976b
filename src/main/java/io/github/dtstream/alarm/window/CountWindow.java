package io.github.dtstream.alarm.window;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The growth of a total within a sliding span of time, in whatever order its samples come. A total that falls has
 * started again, as the sensor was replaced.
 */
public final class CountWindow implements SlidingWindow {
    private final long span;
    /** Ascending; only as many elements as the size count. */
    private long[] times = new long[2];

    private double[] totals = new double[2];
    private int size;

    /** @param span the width of the window, in milliseconds */
    public CountWindow(long span) {
        this.span = span;
    }

    public void add(long time, double total) {
        int index = size == 0 || time > times[size - 1] ? -size - 1 : Arrays.binarySearch(times, 0, size, time);
        if (index >= 0) {
            totals[index] = Math.max(totals[index], total);
            return;
        }
        int place = -index - 1;
        if (size == times.length) {
            int more = size + Math.max(2, size >> 2);
            times = Arrays.copyOf(times, more);
            totals = Arrays.copyOf(totals, more);
        }
        System.arraycopy(times, place, times, place + 1, size - place);
        System.arraycopy(totals, place, totals, place + 1, size - place);
        times[place] = time;
        totals[place] = total;
        size++;
    }

    /** The index of the newest sample that is not after a time; -1 if there is none. */
    private int floor(long time) {
        int index = Arrays.binarySearch(times, 0, size, time);
        return index >= 0 ? index : -index - 2;
    }

    /** The growth in the window that ends now. */
    public double growth(long now) {
        int before = floor(now - span);
        double growth = 0;
        double last = before < 0 ? Double.NaN : totals[before];
        for (int i = before + 1; i < size && times[i] <= now; i++) {
            if (!Double.isNaN(last)) {
                growth += totals[i] >= last ? totals[i] - last : totals[i];
            }
            last = totals[i];
        }
        return growth;
    }

    /** Whether the samples reach back to the beginning of the window that ends now. */
    public boolean isFull(long now) {
        return floor(now - span) >= 0;
    }

    /**
     * Drops samples before the window that ends now. The newest sample before it remains, as the growth is measured
     * from it.
     */
    public void forgetBefore(long now) {
        int gone = floor(now - span);
        if (gone > 0) {
            size -= gone;
            System.arraycopy(times, gone, times, 0, size);
            System.arraycopy(totals, gone, totals, 0, size);
        }
    }

    @Override
    public int heapBytes() {
        return 64 + (Long.BYTES + Double.BYTES) * times.length;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeLong(times[i]);
            out.writeDouble(totals[i]);
        }
    }

    public static CountWindow read(DataInput in, long span) throws IOException {
        CountWindow window = new CountWindow(span);
        for (int left = in.readInt(); left > 0; left--) {
            window.add(in.readLong(), in.readDouble());
        }
        return window;
    }
}
