package io.github.dtstream.alarm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of one alarm that came late, in the order of their time, until it is told what they say. */
final class LateSamples {
    /** A device sends ten thousand values in a hundred days. Of more than that, the oldest are not looked at. */
    private static final int MOST = 10_000;

    private static final int LEAST = 4;
    private static final byte RAISES = 1;
    private static final byte CLEARS = 2;
    /** What one takes of the heap, and what all of an alarm take beside: about as much as the arrays, whatever their size. */
    private static final int BYTES_EACH = 24;

    private static final int BYTES_BESIDE = 200;

    /** As many of them count as the size says; so in all arrays. */
    private long[] times = new long[LEAST];

    private double[] numbers = new double[LEAST];
    private byte[] judged = new byte[LEAST];
    /** Null while all are numbers. */
    private @Nullable String @Nullable [] states;

    private int size;

    /**
     * One of them.
     *
     * @param raises whether it is one that raises
     * @param clears whether it is one that clears
     */
    record Sample(
            boolean raises,
            boolean clears,
            double number,
            @Nullable String state) {}

    /**
     * An alarm that came and went.
     *
     * @param since when it began, in milliseconds since 1970
     * @param until when it was cleared
     */
    record Episode(
            long since, long until, double number, @Nullable String state) {}

    /**
     * What they say.
     *
     * @param episodes what came and went
     * @param holdsSince since when, without a break, their newest is one that raises; {@link Alarm#NEVER} if it is not
     */
    record Verdict(List<Episode> episodes, long holdsSince) {}

    /** Of two of the same time, the first counts. */
    void add(long time, Sample sample) {
        int index = size == 0 || time > times[size - 1] ? -size - 1 : Arrays.binarySearch(times, 0, size, time);
        int place = -index - 1;
        if (index >= 0 || size == MOST && place == 0) {
            return;
        }
        if (size == MOST) {
            place--;
            move(1, 0, place);
        } else {
            if (size == times.length) {
                resize(Math.min(MOST, size + Math.max(LEAST, size >> 1)));
            }
            move(place, place + 1, size - place);
            size++;
        }
        set(place, time, sample);
    }

    private void resize(int to) {
        times = Arrays.copyOf(times, to);
        numbers = Arrays.copyOf(numbers, to);
        judged = Arrays.copyOf(judged, to);
        states = states == null ? null : Arrays.copyOf(states, to);
    }

    private void move(int from, int to, int count) {
        System.arraycopy(times, from, times, to, count);
        System.arraycopy(numbers, from, numbers, to, count);
        System.arraycopy(judged, from, judged, to, count);
        if (states != null) {
            System.arraycopy(states, from, states, to, count);
        }
    }

    private void set(int place, long time, Sample sample) {
        times[place] = time;
        numbers[place] = sample.number();
        judged[place] = (byte) ((sample.raises() ? RAISES : 0) | (sample.clears() ? CLEARS : 0));
        if (sample.state() != null && states == null) {
            states = new String[times.length];
        }
        if (states != null) {
            states[place] = sample.state();
        }
    }

    private Sample sample(int place) {
        return new Sample(
                (judged[place] & RAISES) != 0,
                (judged[place] & CLEARS) != 0,
                numbers[place],
                states == null ? null : states[place]);
    }

    /** The time of the newest; there is one. */
    long newestTime() {
        return times[size - 1];
    }

    /** The newest; there is one. */
    Sample newest() {
        return sample(size - 1);
    }

    /** What they take of the heap, about; the same after a restart. */
    long heapBytes() {
        return BYTES_BESIDE + (long) BYTES_EACH * size;
    }

    int size() {
        return size;
    }

    /**
     * Leaves out what says the same as those before and after it: of what raises in a row, the first, the last and the worst
     * stay, of others the first and the last. What comes late in between may then end an alarm a little later than it did.
     */
    void thin(RuleInForce rule) {
        int kept = 0;
        for (int from = 0, to; from < size; from = to) {
            to = from + 1;
            int worst = from;
            while (to < size && judged[to] == judged[from]) {
                worst = rule.isWorse(numbers[to], numbers[worst]) ? to : worst;
                to++;
            }
            for (int i = from; i < to; i++) {
                boolean isWorst = i == worst && (judged[i] & RAISES) != 0;
                if (i == from || i == to - 1 || isWorst) {
                    move(i, kept++, 1);
                }
            }
        }
        size = kept;
        resize(Math.max(LEAST, size));
    }

    /** Lets go of the older half; of a single one, of nothing. */
    void halve() {
        int gone = size / 2;
        move(gone, 0, size - gone);
        size -= gone;
        resize(Math.max(LEAST, size));
    }

    /** @param rule what they are of */
    Verdict verdict(RuleInForce rule) {
        List<Episode> episodes = new ArrayList<>();
        long since = Alarm.NEVER;
        long last = Alarm.NEVER;
        Sample worst = null;
        for (int i = 0; i < size; i++) {
            Sample sample = sample(i);
            long time = times[i];
            if (sample.raises()) {
                since = since == Alarm.NEVER ? time : since;
                worst = worst == null || rule.isWorse(sample.number(), worst.number()) ? sample : worst;
                last = time;
            } else if (worst != null) {
                boolean hasRaised = (rule.holdsOn() ? time : last) - since >= rule.raiseLasts();
                if (hasRaised && sample.clears()) {
                    episodes.add(new Episode(since, time, worst.number(), worst.state()));
                }
                if (!hasRaised || sample.clears()) {
                    since = Alarm.NEVER;
                    worst = null;
                }
            }
        }
        return new Verdict(episodes, since);
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            Sample sample = sample(i);
            out.writeLong(times[i]);
            out.writeBoolean(sample.raises());
            out.writeBoolean(sample.clears());
            out.writeDouble(sample.number());
            out.writeUTF(sample.state() == null ? "" : sample.state());
        }
    }

    static LateSamples read(DataInput in) throws IOException {
        LateSamples late = new LateSamples();
        for (int left = in.readInt(); left > 0; left--) {
            long time = in.readLong();
            boolean raises = in.readBoolean();
            boolean clears = in.readBoolean();
            double number = in.readDouble();
            String state = in.readUTF();
            late.add(time, new Sample(raises, clears, number, state.isEmpty() ? null : state.intern()));
        }
        return late;
    }
}
