package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.engine.LateReport.Unseen;
import io.github.dtstream.alarm.notification.Changes;
import io.github.dtstream.alarm.notification.Notifier;
import io.github.dtstream.alarm.rule.Excursion;
import io.github.dtstream.alarm.window.SampleWindow;
import io.github.dtstream.reading.Reading;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Late values correct accumulated times and never change the present state. When no more come, and none of an open gap are
 * expected, they show since when the present condition has held, and which alarms they would have raised and cleared; these are
 * reported once per rule. Times are in milliseconds since 1970.
 */
final class LateValues {
    /** How long to wait for more after the last, if no gap shows that there are no more. */
    private static final long SETTLES = Duration.ofMinutes(5).toMillis();

    private final ValueAlarms values;
    private final Consumer<Alarm> changed;
    private final WaitingSamples waiting;
    private final LateReport report;
    /** When late values are judged, by rule. */
    private final TreeMap<String, Long> due = new TreeMap<>();

    private long nextDue = Long.MAX_VALUE;

    /**
     * @param changed gets each alarm that this changes
     * @param most the limit for the memory of waiting values, in bytes of heap; a few values of each alarm may wait in
     *     any case
     */
    LateValues(
            LifeCycle lifeCycle,
            ValueAlarms values,
            Notifier notifier,
            Changes changes,
            Consumer<Alarm> changed,
            long most) {
        this.values = values;
        this.changed = changed;
        this.waiting = new WaitingSamples(most);
        this.report = new LateReport(lifeCycle, notifier, changes);
    }

    void add(Alarm alarm, Reading reading, long now) {
        if (reading.time() == alarm.newest || alarm.rule.isPulse()) {
            return;
        }
        values.accumulate(alarm, reading);
        waiting.add(alarm, reading.time(), sample(alarm, reading.number(), reading.state()));
        due.put(alarm.rule.name(), now + SETTLES);
        nextDue = Math.min(nextDue, now + SETTLES);
    }

    /** The approximate memory of waiting values. */
    long heapBytes() {
        return waiting.heapBytes();
    }

    /** How many values were left out for lack of memory; not kept over restarts. */
    long leftOut() {
        return waiting.leftOut();
    }

    /** Drops an alarm's late values. */
    void forget(Alarm alarm) {
        waiting.take(alarm);
    }

    void write(Alarm alarm, DataOutput out) throws IOException {
        waiting.write(alarm, out);
    }

    /** Returns whether there were any. */
    boolean read(Alarm alarm, DataInput in) throws IOException {
        return waiting.read(alarm, in);
    }

    private static LateSamples.Sample sample(Alarm alarm, double number, @Nullable String state) {
        return new LateSamples.Sample(
                alarm.rule.raises(number, state, alarm.device.device),
                alarm.rule.clears(number, state, alarm.device.device),
                number,
                state);
    }

    /** A gap is filled, so no more values come. */
    void settleAtOnce() {
        due.replaceAll((rule, time) -> Alarm.NEVER);
        nextDue = due.isEmpty() ? Long.MAX_VALUE : Alarm.NEVER;
    }

    /**
     * When {@link #tick} has work next; {@link Long#MAX_VALUE} for never.
     *
     * @param isAnyExpected whether events of an open gap are expected
     */
    long nextDue(boolean isAnyExpected) {
        return isAnyExpected ? Long.MAX_VALUE : nextDue;
    }

    /** Judges the values that are due. None of an open gap are expected. */
    void tick(List<RuleInForce> rules, long now) {
        if (now < nextDue) {
            return;
        }
        for (RuleInForce rule : rules) {
            Long time = due.get(rule.name());
            if (time != null && time <= now) {
                settle(rule, now);
            }
        }
        due.values().removeIf(time -> time <= now);
        nextDue = earliest();
    }

    private long earliest() {
        return due.values().stream().min(Long::compare).orElse(Long.MAX_VALUE);
    }

    private void settle(RuleInForce rule, long now) {
        List<Unseen> unseen = new ArrayList<>();
        for (Alarm alarm : waiting.of(rule)) {
            LateSamples late = waiting.take(alarm);
            if (late != null) {
                settle(alarm, late, unseen);
                changed.accept(alarm);
            }
        }
        report.report(rule, unseen, now);
    }

    private void settle(Alarm alarm, LateSamples late, List<Unseen> unseen) {
        addPast(alarm, late, unseen);
        addKnown(alarm, late);
        LateSamples.Verdict verdict = late.verdict(alarm.rule);
        for (LateSamples.Episode episode : verdict.episodes()) {
            boolean isKnown = alarm.state.isRaised() && episode.until() > alarm.since()
                    || episode.since() < alarm.lastUntil() && episode.until() > alarm.handling().lastSince;
            if (!isKnown) {
                unseen.add(new Unseen(alarm, episode));
            }
        }
        boolean isNewer = late.newestTime() > alarm.newest;
        long time = isNewer ? late.newestTime() : alarm.newest;
        double number = isNewer ? late.newest().number() : alarm.number;
        String state = isNewer ? late.newest().state() : alarm.value;
        if (alarm.rule.raises(number, state, alarm.device.device)) {
            alarm.holds(time, number, state, verdict.holdsSince());
        } else {
            alarm.isWell(time, number, state);
        }
        values.judgeAgain(alarm);
    }

    /** Adds the known values to the late ones. */
    private static void addKnown(Alarm alarm, LateSamples late) {
        if (alarm.lastWell() != Alarm.NEVER) {
            late.add(alarm.lastWell(), new LateSamples.Sample(false, true, Double.NaN, null));
        }
        if (alarm.holdsSince() != Alarm.NEVER) {
            LateSamples.Sample holds = sample(alarm, alarm.number, alarm.value);
            late.add(alarm.holdsSince(), holds);
            if (alarm.resumed() > alarm.holdsSince()) {
                late.add(alarm.resumed(), holds);
            }
        }
        if (alarm.newest != Alarm.NEVER) {
            late.add(alarm.newest, sample(alarm, alarm.number, alarm.value));
        }
    }

    /** Adds a past alarm if the accumulated time was too long once, and is not any more. */
    private static void addPast(Alarm alarm, LateSamples late, List<Unseen> unseen) {
        SampleWindow window = alarm.samples();
        if (window == null || alarm.state.isRaised()) {
            return;
        }
        boolean isNewer = late.newestTime() > alarm.newest;
        double number = isNewer ? late.newest().number() : alarm.number;
        String state = isNewer ? late.newest().state() : alarm.value;
        if (alarm.rule.exceeds(number, state, alarm.device.device)) {
            return;
        }
        long total = alarm.rule
                .rule()
                .excursion()
                .map(Excursion::total)
                .orElseThrow()
                .toMillis();
        long now = Math.max(alarm.newest, late.newestTime());
        long reached = window.reached(total, now);
        if (reached != Alarm.NEVER) {
            unseen.add(new Unseen(alarm, new LateSamples.Episode(reached, now, Double.NaN, null)));
            alarm.handling().lastSince = reached;
            alarm.handling().lastUntil = now;
            alarm.window = null;
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(due.size());
        for (Map.Entry<String, Long> entry : due.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeLong(entry.getValue());
        }
    }

    void read(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            due.put(in.readUTF(), in.readLong());
        }
        nextDue = earliest();
    }
}
