package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.cloud.api.Device;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

    private final Devices devices;
    private final long lateBytes;
    private final Changes changes = new Changes();
    private final StreamTime time = new StreamTime();
    private final Notifier notifier = new Notifier(changes);
    private final LifeCycle lifeCycle = new LifeCycle(changes, notifier);
    private final ValueAlarms values = new ValueAlarms(lifeCycle, time::now);
    private final StreamAlarms stream = new StreamAlarms(lifeCycle, time);
    private final SilenceAlarms silences;
    private final LateValues late;
    private final EventReader reader = new EventReader();
    private final Map<String, DeviceTrack> tracks = new HashMap<>();
    /** By the rules of a device. */
    private final Map<List<RuleInForce>, Coverage> coverages = new HashMap<>();

    /**
     * The times at which the clock changes alarms; of several for one alarm, the one at the alarm's own time counts.
     */
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::due));
    /** The beginnings of open gaps, by number. */
    private final TreeMap<Long, Long> gaps = new TreeMap<>();

    private List<RuleInForce> rules;

    /** An alarm that the clock changes, at a time in milliseconds since 1970. */
    private record Timer(long due, Alarm alarm) {}

    /** A time not after the clock's next change. */
    private long nextTick;

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
        this.rules = rules.stream().map(RuleInForce::new).toList();
        stream.rules(this.rules);
        this.silences = new SilenceAlarms(lifeCycle, time, tracks, this::watch);
        this.late = new LateValues(lifeCycle, values, notifier, changes, this::watch, lateBytes);
    }

    /** The rules in force. */
    public List<AlarmRule> rules() {
        return rules.stream().map(RuleInForce::rule).toList();
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
        long due = Math.min(stream.nextDue(since.toEpochMilli()), notifier.nextDue());
        for (Timer timer : timers) {
            due = Math.min(due, lifeCycle.nextDue(timer.alarm(), Long.MIN_VALUE));
        }
        return instant(due);
    }

    /** A time not after the clock's next change, if no record is expected that would show the time. */
    public Instant due() {
        long timed = timers.isEmpty() ? Long.MAX_VALUE : timers.peek().due();
        return instant(Math.min(timed, Math.min(notifier.nextDue(), late.nextDue(!gaps.isEmpty()))));
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
            waiting(alarm -> true).forEach(alarm -> {
                lifeCycle.clockWasAhead(alarm, received);
                watch(alarm);
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
        if (time.now() >= Math.min(nextTick, Math.min(notifier.nextDue(), late.nextDue(!gaps.isEmpty())))) {
            tick();
        }
    }

    private void event(Event event, String deviceId, long measured, boolean isCurrent) {
        DeviceTrack track = track(deviceId);
        if (track.coverage().looksAt(event.eventType())) {
            reader.read(event, measured);
        } else {
            reader.readNoQuantity(event, measured);
        }
        boolean isNow = isCurrent && !reader.isBackfilled();
        if (SilenceAlarms.isSignOfLife(event.eventType())) {
            track.heardBy(reader.connectors(), Math.abs(measured - track.heard) < 10_000);
            silences.heard(track, measured, isNow);
            nextTick = Math.min(nextTick, silences.nextDue());
        }
        for (Reading reading : reader.readings()) {
            if (isNow && SilenceAlarms.isConnection(reading)) {
                silences.connection(track, reading);
                nextTick = time.now();
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
            values.current(alarm, reading, gaps.values());
        } else {
            late.add(alarm, reading, time.now());
        }
        watch(alarm);
    }

    /** An alarm was changed, so the clock may change it at another time now. */
    private void watch(Alarm alarm) {
        long due = Math.min(lifeCycle.nextDue(alarm, time.now()), values.nextDue(alarm));
        if (due < alarm.due()) {
            alarm.course().due = due;
            timers.add(new Timer(due, alarm));
            nextTick = Math.min(nextTick, due);
        }
    }

    private DeviceTrack track(String deviceId) {
        DeviceTrack track = tracks.get(deviceId);
        Device known = devices.get(deviceId).orElse(null);
        if (track == null) {
            track = new DeviceTrack(known == null ? new Device(deviceId, "", "", Map.of()) : known);
            tracks.put(track.id(), track);
            select(track);
        } else if (known != null) {
            boolean isOther = !known.equals(track.device);
            // The list's own object is kept, also if it is equal, so that the next comparison is fast.
            track.device = known;
            if (isOther) {
                select(track);
            }
        }
        return track;
    }

    /** Finds the rules of a device; alarms of rules that do not apply any more end. */
    private void select(DeviceTrack track) {
        for (Alarm alarm : track.cover(coverage(track.device))) {
            end(alarm, "the rule is not about this device any more");
        }
        silences.selected(track);
        nextTick = Math.min(nextTick, silences.nextDue());
    }

    private Coverage coverage(Device device) {
        List<RuleInForce> about = rules.stream()
                .filter(rule -> !rule.isOfStream() && rule.rule().devices().matches(device))
                .toList();
        return coverages.computeIfAbsent(about, Coverage::new);
    }

    private void end(Alarm alarm, String reason) {
        late.forget(alarm);
        if (alarm.due() != Long.MAX_VALUE) {
            alarm.course().due = Long.MAX_VALUE;
        }
        lifeCycle.end(alarm, time.now(), reason);
    }

    /** Makes the changes of the clock. */
    private void tick() {
        long now = time.now();
        List<Alarm> due = takeDue(now);
        due.forEach(alarm -> values.tick(alarm, gaps.values()));
        if (gaps.isEmpty()) {
            silences.tick();
            late.tick(rules, now);
        }
        for (Alarm alarm : due) {
            lifeCycle.tick(alarm, now);
            watch(alarm);
        }
        notifier.tick(now);
        nextTick = gaps.isEmpty() ? silences.nextDue() : Long.MAX_VALUE;
        nextTick =
                timers.isEmpty() ? nextTick : Math.min(nextTick, timers.peek().due());
    }

    /** The alarms that are due, in a fixed order. */
    private List<Alarm> takeDue(long now) {
        List<Alarm> due = new ArrayList<>();
        while (!timers.isEmpty() && timers.peek().due() <= now) {
            Timer timer = timers.poll();
            if (timer.due() == timer.alarm().due()) {
                timer.alarm().course().due = Long.MAX_VALUE;
                due.add(timer.alarm());
            }
        }
        due.sort(Alarm.BY_NAME);
        return due;
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
                track.alarms().forEach(alarm -> end(alarm, "the device is not in the project any more"));
            }
        } else if (input instanceof AlarmInput.Acknowledge acknowledge) {
            act(acknowledge.key(), (alarm, now) -> lifeCycle.acknowledge(alarm, acknowledge.person(), now));
        } else if (input instanceof AlarmInput.Shelve shelve) {
            act(shelve.key(), (alarm, now) -> lifeCycle.shelve(alarm, shelve.person(), now));
        } else if (input instanceof AlarmInput.Unshelve unshelve) {
            act(unshelve.key(), (alarm, now) -> lifeCycle.unshelve(alarm, unshelve.person(), now));
        } else if (input instanceof AlarmInput.Comment comment) {
            act(comment.key(), (alarm, now) -> lifeCycle.comment(alarm, comment.person(), now));
        }
    }

    /** Nothing is judged during silence; but notifications and reminders of earlier alarms follow the clock. */
    private void silent(AlarmInput.StreamSilent silent) {
        time.tell(silent.time().toEpochMilli());
        stream.silent(silent.since().toEpochMilli(), silent.reason());
        long now = time.clock();
        waiting(alarm -> lifeCycle.nextDue(alarm, now) <= now).forEach(alarm -> {
            lifeCycle.tick(alarm, now);
            watch(alarm);
        });
        notifier.tick(now);
    }

    /** The alarms of devices that wait for a time, in a fixed order. */
    private List<Alarm> waiting(Predicate<Alarm> wanted) {
        return timers.stream()
                .map(Timer::alarm)
                .filter(wanted)
                .distinct()
                .sorted(Alarm.BY_NAME)
                .toList();
    }

    private void gapChanged(AlarmInput.GapChanged gap) {
        boolean isKnown = gap.isFilled()
                ? gaps.remove(gap.gap()) != null
                : gaps.put(gap.gap(), gap.time().toEpochMilli()) == null;
        if (isKnown) {
            changes.add(new AlarmChange.GapChange(changes.nextId(), gap.time(), gap.gap(), gap.isFilled()));
        }
        if (gap.isFilled() && gaps.isEmpty()) {
            late.settleAtOnce();
            all().forEach(track -> track.alarms().forEach(alarm -> {
                values.tick(alarm, gaps.values());
                watch(alarm);
            }));
        }
        tick();
    }

    /** All devices, in a fixed order. */
    private List<DeviceTrack> all() {
        List<DeviceTrack> all = new ArrayList<>(tracks.values());
        all.sort(Comparator.comparing(DeviceTrack::id));
        return all;
    }

    private void joined(AlarmInput.DeviceJoined joined) {
        DeviceTrack track = track(joined.deviceId());
        if (track.heard == Alarm.NEVER) {
            silences.heard(track, joined.time().toEpochMilli(), true);
            nextTick = Math.min(nextTick, silences.nextDue());
        }
    }

    private void act(AlarmKey key, ObjLongConsumer<Alarm> action) {
        Optional<Alarm> ofStream = stream.find(key);
        if (ofStream.isPresent()) {
            action.accept(ofStream.get(), stream.now());
            stream.changed();
            return;
        }
        Alarm alarm = find(key);
        if (alarm == null) {
            throw new IllegalArgumentException(noSuch(key));
        }
        action.accept(alarm, time.clock());
        watch(alarm);
        tickIfDue();
    }

    private @Nullable Alarm find(AlarmKey key) {
        DeviceTrack track = tracks.get(key.deviceId());
        int place = track == null ? -1 : track.place(key.rule(), key.subject());
        return track == null || place < 0 ? null : track.alarm(place);
    }

    private String noSuch(AlarmKey key) {
        boolean hasRule = rules.stream().anyMatch(rule -> rule.name().equals(key.rule()));
        return hasRule
                ? "the rule " + key.rule() + " is not about a device " + key.deviceId() + ", or it has sent nothing yet"
                : "there is no rule " + key.rule();
    }

    /**
     * Replaces the rules. Alarms of a rule with the same condition remain; if the condition has changed, the newest
     * value is judged by it, and accumulated times begin again.
     *
     * @param id the unique identifier of this edit
     */
    public EditEffect edit(List<AlarmRule> edited, String id, Consumer<AlarmChange> consumer) {
        List<AlarmKey> raised = new ArrayList<>();
        List<AlarmKey> cleared = new ArrayList<>();
        List<AlarmKey> ended = new ArrayList<>();
        changes.begin(id, change -> {
            if (change instanceof AlarmChange.Transition transition && !transition.isLate()) {
                switch (transition.kind()) {
                    case RAISED -> raised.add(transition.key());
                    case CLEARED -> cleared.add(transition.key());
                    case ENDED -> ended.add(transition.key());
                    default -> {
                        // An edit does nothing with this.
                    }
                }
            }
            consumer.accept(change);
        });
        Map<String, RuleInForce> before = new HashMap<>();
        rules.forEach(rule -> before.put(rule.name(), rule));
        rules = edited.stream().map(RuleInForce::new).toList();
        coverages.clear();
        Map<String, RuleInForce> after = new HashMap<>();
        rules.forEach(rule -> after.put(rule.name(), rule));
        before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .sorted()
                .forEach(notifier::forget);
        stream.rules(rules);
        for (DeviceTrack track : all()) {
            for (Alarm alarm : track.alarms()) {
                RuleInForce rule = after.get(alarm.rule.name());
                if (rule != null) {
                    RuleInForce old = alarm.rule;
                    alarm.rule = rule;
                    if (alarm.subject == Subject.VALUE && !rule.saysTheSameAs(old)) {
                        late.forget(alarm);
                        values.edited(alarm, old, gaps.values());
                    }
                }
            }
            select(track);
            track.alarms().forEach(this::watch);
        }
        tick();
        int standing = (int) everything()
                .filter(alarm -> alarm.state.isRaised() && !raised.contains(alarm.key()))
                .count();
        return new EditEffect(raised, cleared, ended, standing);
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
        Comparator<AlarmView> order = Comparator.comparing(AlarmView::severity)
                .reversed()
                .thenComparing(AlarmView::since)
                .thenComparing(view -> view.key().rule())
                .thenComparing(view -> view.key().deviceId());
        return everything()
                .filter(alarm -> alarm.state != AlarmState.NORMAL || alarm.isShelved())
                .map(AlarmEngine::view)
                .sorted(order)
                .toList();
    }

    private Stream<Alarm> everything() {
        return Stream.concat(
                stream.alarms().stream(), tracks.values().stream().flatMap(track -> track.alarms().stream()));
    }

    private static AlarmView view(Alarm alarm) {
        return new AlarmView(
                alarm.key(),
                alarm.device.device.name(),
                alarm.state,
                alarm.rule.rule().severity(),
                Instant.ofEpochMilli(alarm.since()),
                alarm.valueText(),
                alarm.isStale(),
                alarm.person(),
                alarm.isShelved() ? Instant.ofEpochMilli(alarm.handling().shelvedUntil) : null);
    }

    /** The approximate memory of the state, including waiting values. */
    public long heapBytes() {
        long bytes = late.heapBytes();
        for (DeviceTrack track : tracks.values()) {
            bytes += track.heapBytes();
        }
        return bytes;
    }

    /** How many late values were left out for lack of memory, by this object. */
    public long lateLeftOut() {
        return late.leftOut();
    }

    /** Writes the whole state, for {@link #read}. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(sequence);
        time.write(out);
        out.writeInt(gaps.size());
        for (Map.Entry<Long, Long> gap : gaps.entrySet()) {
            out.writeLong(gap.getKey());
            out.writeLong(gap.getValue());
        }
        notifier.write(out);
        late.write(out);
        stream.write(out);
        out.writeInt(tracks.size());
        for (DeviceTrack track : tracks.values()) {
            out.writeUTF(track.id());
            DeviceFormat.write(track, out);
            List<Alarm> alarms = track.alarms();
            out.writeInt(alarms.size());
            for (Alarm alarm : alarms) {
                out.writeUTF(alarm.rule.name());
                out.writeByte(alarm.subject.ordinal());
                alarm.write(out);
                late.write(alarm, out);
            }
        }
    }

    /**
     * Reads the state that an engine with the same rules wrote; if the rules have changed, call {@link #edit}
     * afterwards.
     *
     * @throws IOException if it cannot be read; this object must not be used then
     */
    public void read(DataInput in) throws IOException {
        read(in, true);
    }

    /** The same for the first version of the format, which had no alarms about the stream. */
    public void readFirst(DataInput in) throws IOException {
        read(in, false);
    }

    private void read(DataInput in, boolean hasStream) throws IOException {
        sequence = in.readLong();
        time.read(in);
        for (int left = in.readInt(); left > 0; left--) {
            gaps.put(in.readLong(), in.readLong());
        }
        notifier.read(in);
        late.read(in);
        if (hasStream) {
            stream.read(in);
        }
        Map<String, RuleInForce> byName = new HashMap<>();
        rules.forEach(rule -> byName.put(rule.name(), rule));
        for (int left = in.readInt(); left > 0; left--) {
            DeviceTrack track = DeviceFormat.read(in.readUTF(), in);
            tracks.put(track.id(), track);
            readAlarms(track, byName, in);
        }
        nextTick = Alarm.NEVER;
    }

    private void readAlarms(DeviceTrack track, Map<String, RuleInForce> byName, DataInput in) throws IOException {
        track.cover(coverage(track.device));
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readUTF();
            Subject subject = Subject.values()[in.readByte()];
            RuleInForce rule = byName.get(name);
            if (rule == null) {
                throw new IOException("it was written under other rules: there is no " + name);
            }
            Alarm alarm = new Alarm(rule, track, subject);
            alarm.read(in);
            boolean isKnown = late.read(alarm, in) || !alarm.isBlank();
            if (isKnown && track.take(alarm)) {
                watch(alarm);
            } else {
                late.forget(alarm);
            }
        }
    }
}
