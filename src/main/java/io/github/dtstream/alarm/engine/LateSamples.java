package io.github.dtstream.alarm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Late values of one alarm, in the order of time, until they are judged. */
final class LateSamples {
    /** A device sends ten thousand values in a hundred days. Beyond that, the oldest are dropped. */
    private static final int MOST = 10_000;

    private static final int LEAST = 4;
    private static final byte RAISES = 1;
    private static final byte CLEARS = 2;
    /**
     * The memory of a value, and the fixed memory of an alarm's values: about that of the arrays, whatever their size.
     */
    private static final int BYTES_EACH = 24;

    private static final int BYTES_BESIDE = 200;

    /** Only as many elements as the size count, in all arrays. */
    private long[] times = new long[LEAST];

    private double[] numbers = new double[LEAST];
    private byte[] judged = new byte[LEAST];
    /** Null if all values are numbers. */
    private @Nullable String @Nullable [] states;

    private int size;

    /**
     * One value.
     *
     * @param raises whether it meets the raising condition
     * @param clears whether it meets the clearing condition
     */
    record Sample(
            boolean raises,
            boolean clears,
            double number,
            @Nullable String state) {}

    /**
     * An alarm that late values raised and cleared.
     *
     * @param since its beginning, in milliseconds since 1970
     * @param until when it was cleared
     */
    record Episode(
            long since, long until, double number, @Nullable String state) {}

    /**
     * The result of judging.
     *
     * @param episodes the alarms that were raised and cleared
     * @param holdsSince since when all values up to the newest meet the raising condition; {@link Alarm#NEVER} if the
     *     newest does not
     */
    record Verdict(List<Episode> episodes, long holdsSince) {}

    /** Adds a value; of two with the same time, the first counts. */
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

    /** The time of the newest value; there must be one. */
    long newestTime() {
        return times[size - 1];
    }

    /** The newest value; there must be one. */
    Sample newest() {
        return sample(size - 1);
    }

    /** The approximate memory, which is the same after a restart. */
    long heapBytes() {
        return BYTES_BESIDE + (long) BYTES_EACH * size;
    }

    int size() {
        return size;
    }

    /**
     * Drops values that equal their neighbours: of successive raising values, the first, the last and the worst remain;
     * of others, the first and the last. If values in between come later, an alarm may then end a little later than it
     * did.
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

    /** Drops the older half; a single value is kept. */
    void halve() {
        int gone = size / 2;
        move(gone, 0, size - gone);
        size -= gone;
        resize(Math.max(LEAST, size));
    }

    /** @param rule the rule of the values */
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
