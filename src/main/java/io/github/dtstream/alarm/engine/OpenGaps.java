package io.github.dtstream.alarm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The gaps of the stream that are not filled yet. */
final class OpenGaps {
    /** Their beginnings, in milliseconds since 1970, by the gap's number. */
    private final TreeMap<Long, Long> begins = new TreeMap<>();

    /** Adds a gap; returns false if it was known. */
    boolean open(long gap, long begin) {
        return begins.put(gap, begin) == null;
    }

    /** Removes a gap; returns false if it was not known. */
    boolean fill(long gap) {
        return begins.remove(gap) != null;
    }

    boolean isEmpty() {
        return begins.isEmpty();
    }

    /** The beginnings, in milliseconds since 1970; a view. */
    Collection<Long> begins() {
        return begins.values();
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(begins.size());
        for (Map.Entry<Long, Long> gap : begins.entrySet()) {
            out.writeLong(gap.getKey());
            out.writeLong(gap.getValue());
        }
    }

    void read(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            begins.put(in.readLong(), in.readLong());
        }
    }
}
