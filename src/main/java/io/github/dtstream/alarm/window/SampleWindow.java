package io.github.dtstream.alarm.window;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How long a condition held within a sliding span of time, in whatever order its samples come. A sample is valid until
 * the next one, but for a sampled quantity no longer than {@link #LONGEST_HOLD}: the value in a longer gap is unknown.
 *
 * <p>Each sample is encoded as the seconds since the one before, shifted, and whether the condition held, with seven
 * bits per byte, the lowest first: usually two bytes. Beyond {@link #MOST_SAMPLES}, the oldest samples that change
 * nothing are left out.
 */
public final class SampleWindow implements SlidingWindow {
    /** No time. */
    public static final long NEVER = 0;

    /** The longest heartbeat of a sensor is 60 minutes; a message may be lost. */
    static final long LONGEST_HOLD = 125 * 60;

    private static final int MOST_SAMPLES = 4096;
    private static final int MOST_BYTES_EACH = 5;
    private static final int LEAST_BYTES = 16;

    private final long base;
    private final long span;
    private final boolean holdsOn;

    private byte[] samples = new byte[LEAST_BYTES];
    /** The number of used bytes. */
    private int length;

    private int size;
    /** The number of samples at which the condition held. */
    private int held;
    /** The times of the first and the last sample, in seconds since the base. */
    private int first;

    private int last;

    /**
     * @param base its approximate beginning, in milliseconds since 1970
     * @param span the width of the window, in milliseconds
     * @param holdsOn whether a sample is valid until the next one, however late that is
     */
    public SampleWindow(long base, long span, boolean holdsOn) {
        this.base = base;
        this.span = span / 1000;
        this.holdsOn = holdsOn;
    }

    /** Iterates over the samples. */
    private final class Cursor {
        private int place;
        private int at = first;
        private boolean holds;

        boolean next() {
            if (place == length) {
                return false;
            }
            boolean isFirst = place == 0;
            int code = 0;
            int shift = 0;
            byte part;
            do {
                part = samples[place++];
                code |= (part & 0x7f) << shift;
                shift += 7;
            } while (part < 0);
            // The samples before the first may have been dropped.
            at += isFirst ? 0 : code >>> 1;
            holds = (code & 1) == 1;
            return true;
        }
    }

    private int seconds(long time) {
        return (int) Math.max(-(1 << 29), Math.min((1 << 30) - 1, Math.floorDiv(time - base, 1000)));
    }

    /** Adds a sample; of two in the same second the condition holds if it does in one of them. */
    public void add(long time, boolean holds) {
        int at = seconds(time);
        if (size == 0 || at > last) {
            append(at, holds);
        } else {
            insert(at, holds);
        }
    }

    private void append(int at, boolean holds) {
        if (length + MOST_BYTES_EACH > samples.length) {
            samples = Arrays.copyOf(samples, length + Math.max(LEAST_BYTES, length >> 3));
        }
        first = size == 0 ? at : first;
        int code = (size == 0 ? 0 : at - last) << 1 | (holds ? 1 : 0);
        while ((code & ~0x7f) != 0) {
            samples[length++] = (byte) (code | 0x80);
            code >>>= 7;
        }
        samples[length++] = (byte) code;
        size++;
        held += holds ? 1 : 0;
        last = at;
    }

    private void insert(int at, boolean holds) {
        int[] all = Arrays.copyOf(all(), size + 1);
        int index = Arrays.binarySearch(all, 0, size, at << 1);
        int place = index >= 0 ? index : -index - 1;
        if (place < size && all[place] >> 1 == at) {
            all[place] |= holds ? 1 : 0;
            set(all, size);
        } else {
            System.arraycopy(all, place, all, place + 1, size - place);
            all[place] = at << 1 | (holds ? 1 : 0);
            set(all, size + 1);
        }
    }

    /** An int for each sample: its second, shifted, and whether the condition held. */
    private int[] all() {
        int[] all = new int[size];
        Cursor cursor = new Cursor();
        for (int i = 0; cursor.next(); i++) {
            all[i] = cursor.at << 1 | (cursor.holds ? 1 : 0);
        }
        return all;
    }

    private void set(int[] all, int count) {
        size = 0;
        length = 0;
        held = 0;
        for (int i = 0; i < count; i++) {
            append(all[i] >> 1, (all[i] & 1) == 1);
        }
    }

    /** How long the condition held in the window that ends now, in milliseconds. */
    public long held(long now) {
        if (held == 0) {
            return 0;
        }
        int end = seconds(now);
        long begin = end - span;
        long sum = 0;
        Cursor cursor = new Cursor();
        boolean isMore = cursor.next();
        while (isMore) {
            int at = cursor.at;
            boolean holds = cursor.holds;
            isMore = cursor.next();
            if (holds) {
                long to = isMore ? Math.min(end, cursor.at) : end;
                to = holdsOn ? to : Math.min(to, at + LONGEST_HOLD);
                sum += Math.max(0, to - Math.max(begin, at));
            }
        }
        return sum * 1000;
    }

    /**
     * The time of the sample at which it had held for this long in the window that ended there; {@link #NEVER} if there
     * is none.
     *
     * @param total the duration in milliseconds
     * @param now the last time to check
     */
    public long reached(long total, long now) {
        Cursor cursor = new Cursor();
        while (cursor.next()) {
            long time = base + cursor.at * 1000L;
            if (time <= now && held(time) >= total) {
                return time;
            }
        }
        return held(now) >= total ? now : NEVER;
    }

    /**
     * Drops samples before the window that ends now. The newest sample before it remains, as it is still valid in it.
     */
    public void forgetBefore(long now) {
        long begin = seconds(now) - span;
        int gone = 0;
        Cursor cursor = new Cursor();
        cursor.next();
        boolean holds = cursor.holds;
        int behind = cursor.place;
        while (cursor.next() && cursor.at <= begin) {
            gone = behind;
            first = cursor.at;
            size--;
            held -= holds ? 1 : 0;
            holds = cursor.holds;
            behind = cursor.place;
        }
        if (gone > 0) {
            length -= gone;
            System.arraycopy(samples, gone, samples, 0, length);
            if (samples.length > 4 * LEAST_BYTES && length < samples.length / 4) {
                samples = Arrays.copyOf(samples, samples.length / 2);
            }
        }
        if (size > MOST_SAMPLES) {
            thin();
        }
    }

    /** Drops samples of the older half that are between two equal ones. */
    private void thin() {
        int[] all = all();
        int kept = 1;
        int half = size / 2;
        for (int i = 1; i < size; i++) {
            boolean isBetween = i < half
                    && (all[kept - 1] & 1) == (all[i] & 1)
                    && (all[i + 1] & 1) == (all[i] & 1)
                    && (holdsOn || (all[i + 1] >> 1) - (all[kept - 1] >> 1) < LONGEST_HOLD);
            if (!isBetween) {
                all[kept++] = all[i];
            }
        }
        set(all, kept);
    }

    @Override
    public int heapBytes() {
        return 72 + samples.length;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeLong(base);
        out.writeInt(size);
        for (int sample : all()) {
            out.writeInt(sample);
        }
    }

    public static SampleWindow read(DataInput in, long span, boolean holdsOn) throws IOException {
        SampleWindow window = new SampleWindow(in.readLong(), span, holdsOn);
        for (int left = in.readInt(); left > 0; left--) {
            int sample = in.readInt();
            window.append(sample >> 1, (sample & 1) == 1);
        }
        return window;
    }
}
