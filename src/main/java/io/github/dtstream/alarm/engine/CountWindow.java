package io.github.dtstream.alarm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * By how much a total grew within a sliding span of time, whatever the order in which its samples come. A total that falls
 * has begun anew: the sensor was replaced.
 */
final class CountWindow {
    private final long span;
    private final TreeMap<Long, Double> totals = new TreeMap<>();

    /** @param span the width of the window, in milliseconds */
    CountWindow(long span) {
        this.span = span;
    }

    void add(long time, double total) {
        totals.merge(time, total, Math::max);
    }

    /** The growth in the window that ends now. */
    double growth(long now) {
        Map.Entry<Long, Double> before = totals.floorEntry(now - span);
        double growth = 0;
        double last = before == null ? Double.NaN : before.getValue();
        for (double total : totals.subMap(now - span, false, now, true).values()) {
            if (!Double.isNaN(last)) {
                growth += total >= last ? total - last : total;
            }
            last = total;
        }
        return growth;
    }

    /** Whether the totals go back to the beginning of the window that ends now. */
    boolean isFull(long now) {
        return totals.floorKey(now - span) != null;
    }

    /** Forgets what has left the window that ends now. The newest total before it stays, as growth is counted from it. */
    void forgetBefore(long now) {
        Long first = totals.floorKey(now - span);
        if (first != null) {
            totals.headMap(first, false).clear();
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(totals.size());
        for (Map.Entry<Long, Double> total : totals.entrySet()) {
            out.writeLong(total.getKey());
            out.writeDouble(total.getValue());
        }
    }

    static CountWindow read(DataInput in, long span) throws IOException {
        CountWindow window = new CountWindow(span);
        for (int left = in.readInt(); left > 0; left--) {
            window.totals.put(in.readLong(), in.readDouble());
        }
        return window;
    }
}
