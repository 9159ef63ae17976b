package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.change.EditObserver;
import io.github.dtstream.alarm.notification.Changes;
import io.github.dtstream.alarm.notification.Notifier;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reading.EventReader;
import io.github.dtstream.reading.Reading;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All alarms of one stream. The same inputs in the same order give the same changes, with the same identifiers.
 *
 * <p>Time is the cloud's: values are judged by their times of measurement, silence by pings, and waits by the records'
 * times of receipt. A value is late if a newer one of its device is known, if the sensor had kept it in its memory, or
 * if history brought it long after its measurement. Late values never change the present state.
 *
 * <p>Used by one thread at a time.
 */
public final class AlarmEngine {
    /** History up to this age counts as live, as it is polled while the stream is blocked. */
    private static final long CURRENT = Duration.ofMinutes(10).toMillis();

    // Versions of the format of its state.
    private static final int WITH_STREAM = 2;
    private static final int WITH_OPENING = 3;
    private static final int FORMAT = 3;

    private final Devices devices;
    private final long lateBytes;
    private final Changes changes = new Changes();
    private final StreamTime time = new StreamTime();
    private final OpenGaps gaps = new OpenGaps(time);
    private final Notifier notifier = new Notifier(changes);
    private final LifeCycle lifeCycle = new LifeCycle(changes, notifier);
    private final ValueAlarms values = new ValueAlarms(lifeCycle, time::now, gaps);
    private final StreamAlarms stream = new StreamAlarms(lifeCycle, time);
    private final AlarmTimers timers = new AlarmTimers(lifeCycle, values, time);
    private final EventReader reader = new EventReader();
    private final RulesInForce rules;
    private final DeviceTracks tracks;
    private final SilenceAlarms silences;
    private final LateValues late;
    private final DevicesFormat format;
    private final PersonActions people;

    private long sequence;

    /** Without any state, and with as much memory for late values as needed. */
    public AlarmEngine(List<AlarmRule> rules, Devices devices) {
        this(rules, devices, Long.MAX_VALUE);
    }

    /**
     * Without any state.
     *
     * @param lateBytes the memory for waiting late values, in bytes of heap. Beyond it, values that change nothing are
     *     left out, then the oldest. It must be the same after a restart, as it affects the results
     */
    public AlarmEngine(List<AlarmRule> rules, Devices devices, long lateBytes) {
        this.lateBytes = lateBytes;
        this.devices = devices;
        this.rules = new RulesInForce(rules);
        stream.rules(this.rules.all());
        this.tracks = new DeviceTracks(this.rules, devices, this::selected);
        this.silences = new SilenceAlarms(lifeCycle, time, gaps, tracks, timers::watch);
        this.late = new LateValues(lifeCycle, values, notifier, changes, timers::watch, lateBytes);
        this.format = new DevicesFormat(this.rules, tracks, late, timers);
        this.people = new PersonActions(lifeCycle, stream, this.rules, tracks, timers, time);
    }

    /** The rules in force. */
    public List<AlarmRule> rules() {
        return rules.all().stream().map(RuleInForce::rule).toList();
    }

    /** The number of the newest processed record; 0 before the first. */
    public long sequence() {
        return sequence;
    }

    /**
     * A time not after the clock's next change, if nothing is received until then although it should be: of an alarm
     * about the stream, or a notification about another one. Checks all alarms that wait for a time.
     *
     * @param since when the silence began, if nothing was ever received
     */
    public Instant dueInSilence(Instant since) {
        long told = Math.min(stream.nextDue(since.toEpochMilli()), notifier.nextDue());
        return instant(Math.min(told, timers.earliestInSilence()));
    }

    /** A time not after the clock's next change, if no record is expected that would show the time. */
    public Instant due() {
        return instant(Math.min(timers.earliest(), nextReport()));
    }

    /** A time not after the next notification, or the judgement of late values. */
    private long nextReport() {
        return Math.min(notifier.nextDue(), late.nextDue(gaps.isAnyExpected()));
    }

    private static Instant instant(long time) {
        return time == Long.MAX_VALUE ? Instant.MAX : Instant.ofEpochMilli(time);
    }

    /** Processes an event or a ping, in journal order. */
    public void on(JournalRecord record, Consumer<AlarmChange> consumer) {
        sequence = record.sequence();
        changes.begin(record, consumer);
        boolean isLive = record.source() == Source.LIVE;
        long received = record.received().toEpochMilli();
        long before = time.alive();
        boolean wasAhead = isLive && time.told() > received;
        time.passed(received, isLive);
        if (wasAhead) {
            timers.waiting(alarm -> true).forEach(alarm -> {
                lifeCycle.clockWasAhead(alarm, received);
                timers.watch(alarm);
            });
        }
        if (isLive) {
            stream.flows(before, received);
        }
        Event event = record.event();
        String deviceId = event.deviceId();
        if (deviceId != null) {
            Instant stamped = EventTime.of(event);
            long measured = stamped == null ? received : stamped.toEpochMilli();
            event(event, deviceId, measured, isLive || received - measured <= CURRENT);
        }
        tickIfDue();
    }

    private void tickIfDue() {
        if (time.now() >= Math.min(timers.nextTick(), nextReport())) {
            tick();
        }
    }

    private void event(Event event, String deviceId, long measured, boolean isCurrent) {
        DeviceTrack track = tracks.track(deviceId);
        if (track.coverage().looksAt(event.eventType())) {
            reader.read(event, measured);
        } else {
            reader.readNoQuantity(event, measured);
        }
        boolean isNow = isCurrent && !reader.isBackfilled();
        if (SilenceAlarms.isSignOfLife(event.eventType())) {
            track.heardBy(reader.connectors(), Math.abs(measured - track.heard) < 10_000);
            silences.heard(track, measured, isNow);
            timers.tickBy(silences.nextDue());
        }
        for (Reading reading : reader.readings()) {
            if (isNow && SilenceAlarms.isConnection(reading)) {
                silences.connection(track, reading);
                timers.tickBy(time.now());
            }
            Coverage coverage = track.coverage();
            for (int place = 0; place < coverage.silences(); place++) {
                if (coverage.rule(place).isAbout(reading.quantity())) {
                    Alarm alarm = track.alarm(place);
                    judge(alarm, reading, isNow && reading.time() > alarm.newest);
                }
            }
        }
    }

    private void judge(Alarm alarm, Reading reading, boolean isCurrent) {
        if (isCurrent) {
            values.current(alarm, reading);
        } else {
            late.add(alarm, reading, time.now());
        }
        timers.watch(alarm);
    }

    /** The rules of a device were selected; alarms of rules that do not apply any more end. */
    private void selected(DeviceTrack track, List<Alarm> left) {
        left.forEach(alarm -> end(alarm, "the rule no longer applies to this device"));
        silences.selected(track);
        timers.tickBy(silences.nextDue());
    }

    private void end(Alarm alarm, String reason) {
        late.forget(alarm);
        timers.forget(alarm);
        lifeCycle.end(alarm, time.now(), reason);
    }

    /** Makes the changes of the clock. */
    private void tick() {
        long now = time.now();
        if (gaps.isGivenUp()) {
            judgeAll();
        }
        List<Alarm> due = timers.takeDue(now);
        due.forEach(values::tick);
        silences.tick();
        if (!gaps.isAnyExpected()) {
            late.tick(rules.all(), now);
        }
        for (Alarm alarm : due) {
            lifeCycle.tick(alarm, now);
            timers.watch(alarm);
        }
        notifier.tick(now);
        timers.ticked(Math.min(silences.nextDue(), gaps.nextDue()));
    }

    /** Judges all present values again, as less is in doubt. */
    private void judgeAll() {
        tracks.sorted()
                .forEach(track -> track.alarms().forEach(alarm -> {
                    values.tick(alarm);
                    timers.watch(alarm);
                }));
    }

    /**
     * Processes an input that the journal does not have.
     *
     * @throws IllegalArgumentException if there is no such alarm, or the action is not possible; the message is for
     *     people
     */
    public void on(AlarmInput input, Consumer<AlarmChange> consumer) {
        changes.begin(input.id(), consumer);
        if (input instanceof AlarmInput.GapChanged gap) {
            gapChanged(gap);
        } else if (input instanceof AlarmInput.StreamSilent silent) {
            silent(silent);
        } else if (input instanceof AlarmInput.TimePassed passed) {
            time.passed(passed.time().toEpochMilli(), false);
            tick();
        } else if (input instanceof AlarmInput.DeviceJoined joined) {
            joined(joined);
        } else if (input instanceof AlarmInput.DeviceLeft left) {
            DeviceTrack track = tracks.remove(left.deviceId());
            if (track != null) {
                track.alarms().forEach(alarm -> end(alarm, "the device is no longer in the project"));
            }
        } else if (people.on(input)) {
            tickIfDue();
        }
    }

    /** Nothing is judged during silence; but notifications and reminders of earlier alarms follow the clock. */
    private void silent(AlarmInput.StreamSilent silent) {
        time.tell(silent.time().toEpochMilli());
        stream.silent(silent.since().toEpochMilli(), silent.reason());
        long now = time.clock();
        timers.waiting(alarm -> lifeCycle.nextDue(alarm, now) <= now).forEach(alarm -> {
            lifeCycle.tick(alarm, now);
            timers.watch(alarm);
        });
        notifier.tick(now);
    }

    private void gapChanged(AlarmInput.GapChanged gap) {
        boolean isKnown = gap.isFilled()
                ? gaps.fill(gap.gap())
                : gaps.open(gap.gap(), gap.time().toEpochMilli());
        if (isKnown) {
            changes.add(new AlarmChange.GapChange(changes.nextId(), gap.time(), gap.gap(), gap.isFilled()));
        }
        if (gap.isFilled() && !gaps.isAnyExpected()) {
            late.settleAtOnce();
            judgeAll();
        }
        silences.gapsChanged();
        tick();
    }

    private void joined(AlarmInput.DeviceJoined joined) {
        silences.joined(tracks.track(joined.deviceId()), joined.time().toEpochMilli());
        timers.tickBy(silences.nextDue());
    }

    /** Whether nothing has come from a listed device, and a rule is about its silence. */
    public boolean isUnheard(String deviceId) {
        return tracks.isUnheard(deviceId);
    }

    /**
     * Replaces the rules. Alarms of a rule with the same condition remain; if the condition has changed, the newest
     * value is judged by it, and accumulated times begin again.
     *
     * @param id the unique identifier of this edit
     */
    public EditEffect edit(List<AlarmRule> edited, String id, Consumer<AlarmChange> consumer) {
        EditObserver observer = new EditObserver(consumer);
        changes.begin(id, observer);
        rules.replace(edited).forEach(notifier::forget);
        stream.rules(rules.all());
        Map<String, RuleInForce> after = rules.byName();
        for (DeviceTrack track : tracks.sorted()) {
            for (Alarm alarm : track.alarms()) {
                RuleInForce rule = after.get(alarm.rule.name());
                if (rule != null) {
                    RuleInForce old = alarm.rule;
                    alarm.rule = rule;
                    if (alarm.subject == Subject.VALUE && !rule.saysTheSameAs(old)) {
                        late.forget(alarm);
                        values.edited(alarm, old);
                    }
                }
            }
            tracks.select(track);
            track.alarms().forEach(timers::watch);
        }
        tick();
        return observer.effect(
                everything().filter(alarm -> alarm.state.isRaised()).map(Alarm::key));
    }

    /** The changes that {@link #edit} would make, without making them. */
    public EditEffect preview(List<AlarmRule> edited) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            write(new DataOutputStream(bytes));
            AlarmEngine copy = new AlarmEngine(rules(), devices, lateBytes);
            copy.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
            return copy.edit(edited, "preview", change -> {});
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
    }

    /** All alarms that are not normal, or shelved; the most severe first, and among equals the oldest first. */
    public List<AlarmView> alarms() {
        return everything()
                .filter(alarm -> alarm.state != AlarmState.NORMAL || alarm.isShelved())
                .map(Alarm::view)
                .sorted(AlarmView.MOST_SEVERE_FIRST)
                .toList();
    }

    private Stream<Alarm> everything() {
        return Stream.concat(stream.alarms().stream(), tracks.alarms());
    }

    /** The approximate memory of the state, including waiting values. */
    public long heapBytes() {
        return late.heapBytes() + tracks.heapBytes();
    }

    /** How many late values were left out for lack of memory, by this object. */
    public long lateLeftOut() {
        return late.leftOut();
    }

    /** Writes the whole state, for {@link #read}. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(sequence);
        time.write(out);
        gaps.write(out);
        notifier.write(out);
        late.write(out);
        stream.write(out);
        format.write(out);
    }

    /**
     * Reads the state that an engine with the same rules wrote; if the rules have changed, call {@link #edit}
     * afterwards.
     *
     * @throws IOException if it cannot be read; this object must not be used then
     */
    public void read(DataInput in) throws IOException {
        read(in, FORMAT);
    }

    /**
     * The same for an earlier version of the format.
     *
     * @param version 1, which had no alarms about the stream; or 2, which did not say when gaps were opened
     */
    public void readEarlier(DataInput in, int version) throws IOException {
        read(in, version);
    }

    private void read(DataInput in, int version) throws IOException {
        sequence = in.readLong();
        time.read(in);
        gaps.read(in, version >= WITH_OPENING);
        notifier.read(in);
        late.read(in);
        if (version >= WITH_STREAM) {
            stream.read(in);
        }
        format.read(in);
    }
}
