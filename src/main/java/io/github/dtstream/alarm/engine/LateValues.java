package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmChange.Kind;
import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.rule.Excursion;
import io.github.dtstream.alarm.rule.LatePolicy;
import io.github.dtstream.alarm.window.SampleWindow;
import io.github.dtstream.reading.Reading;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Late values correct accumulated times and never change the present state. When no more come, and no gap is open, they
 * show since when the present condition has held, and which alarms they would have raised and cleared; these are
 * reported once per rule. Times are in milliseconds since 1970.
 */
final class LateValues {
    /** How long to wait for more after the last, if no gap shows that there are no more. */
    private static final long SETTLES = Duration.ofMinutes(5).toMillis();
    /** So much of each alarm's values may wait in any case. */
    private static final long FEW_BYTES = 500;

    private final LifeCycle lifeCycle;
    private final ValueAlarms values;
    private final Notifier notifier;
    private final Changes changes;
    private final Consumer<Alarm> changed;
    /** The alarms with values that were not judged yet. */
    private final Map<Alarm, LateSamples> waiting = new HashMap<>();
    /** The limit for the memory of all these values, in bytes of heap. */
    private final long most;

    private long held;
    /** How many values were left out for lack of memory. */
    private long leftOut;
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
        this.most = most;
        this.changed = changed;
        this.lifeCycle = lifeCycle;
        this.values = values;
        this.notifier = notifier;
        this.changes = changes;
    }

    /** An alarm that was raised and cleared by late values. */
    private record Unseen(Alarm alarm, LateSamples.Episode episode) {}

    void add(Alarm alarm, Reading reading, long now) {
        if (reading.time() == alarm.newest || alarm.rule.isPulse()) {
            return;
        }
        values.accumulate(alarm, reading);
        LateSamples late = waiting.get(alarm);
        if (late == null) {
            late = new LateSamples();
            waiting.put(alarm, late);
            held += late.heapBytes();
        }
        held -= late.heapBytes();
        late.add(reading.time(), sample(alarm, reading.number(), reading.state()));
        held += late.heapBytes();
        if (held > bound()) {
            makeRoom();
        }
        due.put(alarm.rule.name(), now + SETTLES);
        nextDue = Math.min(nextDue, now + SETTLES);
    }

    private long bound() {
        return Math.max(most, FEW_BYTES * waiting.size());
    }

    /**
     * Frees a quarter of the memory, so that this is not needed for each value. It depends on the state only, so the
     * result is the same after a restart.
     */
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

    /** The approximate memory of waiting values. */
    long heapBytes() {
        return held;
    }

    /** How many values were left out for lack of memory; not kept over restarts. */
    long leftOut() {
        return leftOut;
    }

    /** Drops an alarm's late values. */
    void forget(Alarm alarm) {
        take(alarm);
    }

    private @Nullable LateSamples take(Alarm alarm) {
        LateSamples late = waiting.remove(alarm);
        held -= late == null ? 0 : late.heapBytes();
        return late;
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

    /** When {@link #tick} has work next; {@link Long#MAX_VALUE} for never. */
    long nextDue(boolean isGapOpen) {
        return isGapOpen ? Long.MAX_VALUE : nextDue;
    }

    /** Judges the values that are due. No gap is open. */
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
        nextDue = due.values().stream().min(Long::compare).orElse(Long.MAX_VALUE);
    }

    private void settle(RuleInForce rule, long now) {
        List<Unseen> unseen = new ArrayList<>();
        List<Alarm> known = new ArrayList<>(waiting.keySet().stream()
                .filter(alarm -> alarm.rule.name().equals(rule.name()))
                .toList());
        known.sort(Comparator.comparing(alarm -> alarm.device.id()));
        for (Alarm alarm : known) {
            LateSamples late = take(alarm);
            if (late != null) {
                settle(alarm, late, unseen);
                changed.accept(alarm);
            }
        }
        unseen.forEach(each -> record(each));
        if (unseen.isEmpty() || rule.rule().late() == LatePolicy.RECORD) {
            return;
        }
        if (rule.rule().late() == LatePolicy.DIGEST) {
            List<Member> members = unseen.stream().map(LateValues::member).toList();
            Notifier.Topic topic = lifeCycle.lateTopic(rule, Occasion.DIGEST);
            notifier.digest(topic, rule.rule().severity(), members, Instant.ofEpochMilli(now), digest(rule, unseen));
        } else {
            Notifier.Topic topic = lifeCycle.lateTopic(rule, Occasion.RAISED);
            for (Unseen each : unseen) {
                String text = rule.name() + ": " + sentence(each);
                notifier.tell(topic, rule.rule().severity(), member(each), text, now, now);
            }
        }
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
        values.judgeAgain(alarm, List.of());
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

    private void record(Unseen unseen) {
        say(unseen, Kind.RAISED, unseen.episode().since(), AlarmState.UNACKNOWLEDGED);
        say(unseen, Kind.CLEARED, unseen.episode().until(), AlarmState.NORMAL);
    }

    private void say(Unseen unseen, Kind kind, long at, AlarmState state) {
        Alarm alarm = unseen.alarm();
        changes.add(new Transition(
                changes.nextId(),
                Instant.ofEpochMilli(at),
                kind,
                alarm.key(),
                alarm.device.device.name(),
                state,
                alarm.rule.rule().severity(),
                Instant.ofEpochMilli(unseen.episode().since()),
                value(unseen),
                true,
                false,
                sentence(unseen),
                Optional.empty()));
    }

    private static String value(Unseen unseen) {
        return Reading.text(
                unseen.alarm().rule.quantity(),
                unseen.episode().number(),
                unseen.episode().state());
    }

    /** The worst value, or the accumulated time. */
    private static String what(Unseen unseen) {
        String value = value(unseen);
        return value.isEmpty() ? unseen.alarm().rule.excursionText(unseen.alarm().device.device) : value;
    }

    private static Member member(Unseen unseen) {
        return new Member(
                unseen.alarm().key(),
                unseen.alarm().device.device.name(),
                Instant.ofEpochMilli(unseen.episode().since()),
                value(unseen));
    }

    private static String sentence(Unseen unseen) {
        return span(unseen) + "; it is over, and was not seen as it happened";
    }

    private static String span(Unseen unseen) {
        LateSamples.Episode episode = unseen.episode();
        return unseen.alarm().device.device.name() + ": " + what(unseen) + ", from "
                + Instant.ofEpochMilli(episode.since()) + " to " + Instant.ofEpochMilli(episode.until());
    }

    private static String digest(RuleInForce rule, List<Unseen> unseen) {
        String count = unseen.size() == 1 ? "one alarm came and went" : unseen.size() + " alarms came and went";
        return Notifier.list(
                rule.name() + ": " + count + " unseen, as the values arrived late:", unseen, LateValues::span);
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
        nextDue = due.values().stream().min(Long::compare).orElse(Long.MAX_VALUE);
    }
}
