package io.github.dtstream.alarm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How long a condition held within a sliding span of time, whatever the order in which its samples come. A sample counts
 * until the next one, but no longer than {@link #LONGEST_HOLD} where the quantity is sampled: what was in a hole is not known.
 *
 * <p>An int a sample: seconds since the window was made, shifted, and whether the condition held. Of more than {@link
 * #MOST_SAMPLES}, the oldest of those that change nothing are left out.
 */
final class SampleWindow {
    /** The longest heartbeat of a sensor is 60 minutes; a message may be lost. */
    static final long LONGEST_HOLD = 125 * 60;

    private static final int MOST_SAMPLES = 4096;

    private final long base;
    private final long span;
    private final boolean holdsOn;
    private int[] samples = new int[4];
    private int size;

    /**
     * @param base about when it begins, in milliseconds since 1970
     * @param span the width of the window, in milliseconds
     * @param holdsOn whether a sample counts until the next one however late that is
     */
    SampleWindow(long base, long span, boolean holdsOn) {
        this.base = base;
        this.span = span / 1000;
        this.holdsOn = holdsOn;
    }

    private int seconds(long time) {
        return (int) Math.max(-(1 << 29), Math.min((1 << 30) - 1, Math.floorDiv(time - base, 1000)));
    }

    /** Notes a sample; of two at the same second the condition holds if it does in one of them. */
    void add(long time, boolean holds) {
        int at = seconds(time);
        int index = Arrays.binarySearch(samples, 0, size, at << 1);
        int place = index >= 0 ? index : -index - 1;
        if (place < size && samples[place] >> 1 == at) {
            samples[place] |= holds ? 1 : 0;
            return;
        }
        if (size == samples.length) {
            samples = Arrays.copyOf(samples, size + Math.max(4, size >> 2));
        }
        System.arraycopy(samples, place, samples, place + 1, size - place);
        samples[place] = at << 1 | (holds ? 1 : 0);
        size++;
    }

    /** For how many milliseconds it held in the window that ends now. */
    long held(long now) {
        int end = seconds(now);
        long begin = end - span;
        long sum = 0;
        for (int i = 0; i < size; i++) {
            if ((samples[i] & 1) == 1) {
                long from = Math.max(begin, samples[i] >> 1);
                long to = i + 1 < size ? Math.min(end, samples[i + 1] >> 1) : end;
                to = holdsOn ? to : Math.min(to, (samples[i] >> 1) + LONGEST_HOLD);
                sum += Math.max(0, to - from);
            }
        }
        return sum * 1000;
    }

    /**
     * At which sample it had held for so long in the window that ended there; {@link Alarm#NEVER} if at none.
     *
     * @param total in milliseconds
     * @param now the last time that is looked at
     */
    long reached(long total, long now) {
        for (int i = 0; i < size; i++) {
            long time = base + (samples[i] >> 1) * 1000L;
            if (time <= now && held(time) >= total) {
                return time;
            }
        }
        return held(now) >= total ? now : Alarm.NEVER;
    }

    /** Forgets what has left the window that ends now. The newest sample before it stays, as it counts into it. */
    void forgetBefore(long now) {
        long begin = seconds(now) - span;
        int gone = 0;
        while (gone + 1 < size && samples[gone + 1] >> 1 <= begin) {
            gone++;
        }
        if (size - gone > MOST_SAMPLES) {
            thin();
        } else if (gone > 0) {
            System.arraycopy(samples, gone, samples, 0, size - gone);
            size -= gone;
            if (samples.length > 16 && size < samples.length / 4) {
                samples = Arrays.copyOf(samples, samples.length / 2);
            }
        }
    }

    /** Leaves out of the older half what lies between two samples that say the same. */
    private void thin() {
        int kept = 1;
        int half = size / 2;
        for (int i = 1; i < size; i++) {
            boolean isBetween = i < half
                    && (samples[kept - 1] & 1) == (samples[i] & 1)
                    && (samples[i + 1] & 1) == (samples[i] & 1)
                    && (holdsOn || (samples[i + 1] >> 1) - (samples[kept - 1] >> 1) < LONGEST_HOLD);
            if (!isBetween) {
                samples[kept++] = samples[i];
            }
        }
        size = kept;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(base);
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeInt(samples[i]);
        }
    }

    static SampleWindow read(DataInput in, long span, boolean holdsOn) throws IOException {
        SampleWindow window = new SampleWindow(in.readLong(), span, holdsOn);
        window.size = in.readInt();
        window.samples = new int[Math.max(4, window.size)];
        for (int i = 0; i < window.size; i++) {
            window.samples[i] = in.readInt();
        }
        return window;
    }
}
