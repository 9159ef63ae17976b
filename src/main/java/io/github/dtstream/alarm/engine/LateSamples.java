package io.github.dtstream.alarm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values of one alarm that came late, in the order of their time, until it is told what they say. */
final class LateSamples {
    /** A device sends ten thousand values in a hundred days. Of more than that, the oldest are not looked at. */
    private static final int MOST = 10_000;

    private final TreeMap<Long, Sample> samples = new TreeMap<>();

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

    void add(long time, Sample sample) {
        samples.putIfAbsent(time, sample);
        if (samples.size() > MOST) {
            samples.pollFirstEntry();
        }
    }

    boolean isEmpty() {
        return samples.isEmpty();
    }

    Map.Entry<Long, Sample> newest() {
        return samples.lastEntry();
    }

    /** @param rule what they are of */
    Verdict verdict(RuleInForce rule) {
        List<Episode> episodes = new ArrayList<>();
        long since = Alarm.NEVER;
        long last = Alarm.NEVER;
        Sample worst = null;
        for (Map.Entry<Long, Sample> entry : samples.entrySet()) {
            Sample sample = entry.getValue();
            long time = entry.getKey();
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
        out.writeInt(samples.size());
        for (Map.Entry<Long, Sample> entry : samples.entrySet()) {
            Sample sample = entry.getValue();
            out.writeLong(entry.getKey());
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
            late.samples.put(time, new Sample(raises, clears, number, state.isEmpty() ? null : state.intern()));
        }
        return late;
    }
}
