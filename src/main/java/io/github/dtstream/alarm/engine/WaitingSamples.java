package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.engine.LateSamples.Sample;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The late values of all alarms that are not judged yet, in limited memory. What is left out for lack of memory depends
 * on the state only, so it is the same after a restart.
 */
final class WaitingSamples {
    /** So much of each alarm's values may wait in any case. */
    private static final long FEW_BYTES = 500;

    private final Map<Alarm, LateSamples> waiting = new HashMap<>();
    /** The limit for the memory of all values, in bytes of heap. */
    private final long most;

    private long held;
    private long leftOut;

    /** @param most the limit for their memory, in bytes of heap; a few values of each alarm may wait in any case */
    WaitingSamples(long most) {
        this.most = most;
    }

    /** Adds a value. */
    void add(Alarm alarm, long time, Sample sample) {
        LateSamples late = waiting.get(alarm);
        if (late == null) {
            late = new LateSamples();
            waiting.put(alarm, late);
            held += late.heapBytes();
        }
        held -= late.heapBytes();
        late.add(time, sample);
        held += late.heapBytes();
        if (held > bound()) {
            makeRoom();
        }
    }

    private long bound() {
        return Math.max(most, FEW_BYTES * waiting.size());
    }

    /** Frees a quarter of the memory, so that this is not needed for each value. */
    private void makeRoom() {
        long enough = bound() / 4 * 3;
        held = 0;
        waiting.forEach((alarm, late) -> {
            late.thin(alarm.rule);
            held += late.heapBytes();
        });
        while (held > enough) {
            List<Map.Entry<Alarm, LateSamples>> most = new ArrayList<>(waiting.entrySet());
            most.sort(Comparator.comparing((Map.Entry<Alarm, LateSamples> each) ->
                            each.getValue().size())
                    .reversed()
                    .thenComparing(Map.Entry::getKey, Alarm.BY_NAME));
            for (Map.Entry<Alarm, LateSamples> each : most) {
                LateSamples late = each.getValue();
                held -= late.heapBytes();
                leftOut += late.size();
                late.halve();
                leftOut -= late.size();
                held += late.heapBytes();
                if (held <= enough) {
                    return;
                }
            }
        }
    }

    /** Takes an alarm's values; null if there are none. */
    @Nullable
    LateSamples take(Alarm alarm) {
        LateSamples late = waiting.remove(alarm);
        held -= late == null ? 0 : late.heapBytes();
        return late;
    }

    /** The alarms of a rule with values, in a fixed order. */
    List<Alarm> of(RuleInForce rule) {
        List<Alarm> alarms = new ArrayList<>();
        for (Alarm alarm : waiting.keySet()) {
            if (alarm.rule.name().equals(rule.name())) {
                alarms.add(alarm);
            }
        }
        alarms.sort(Comparator.comparing(alarm -> alarm.device.id()));
        return alarms;
    }

    /** Their approximate memory. */
    long heapBytes() {
        return held;
    }

    /** How many values were left out for lack of memory; not kept over restarts. */
    long leftOut() {
        return leftOut;
    }

    void write(Alarm alarm, DataOutput out) throws IOException {
        LateSamples late = waiting.get(alarm);
        out.writeBoolean(late != null);
        if (late != null) {
            late.write(out);
        }
    }

    /** Returns whether there were any. */
    boolean read(Alarm alarm, DataInput in) throws IOException {
        boolean isThere = in.readBoolean();
        if (isThere) {
            LateSamples late = LateSamples.read(in);
            waiting.put(alarm, late);
            held += late.heapBytes();
        }
        return isThere;
    }
}
