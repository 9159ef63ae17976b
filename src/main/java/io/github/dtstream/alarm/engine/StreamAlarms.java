package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.reading.Reading;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Alarms about the stream itself, for rules with that value: nothing was received live for as long as the rule says.
 * They have no device. While nothing comes, the journal does not show the time, so the clock is an input, too; received
 * records correct it. Times are in milliseconds since 1970.
 */
final class StreamAlarms {
    static final String NAME = "the stream";

    private static final String FLOWING = "FLOWING";
    private static final String INTERRUPTED = Quantity.STREAM.states().get(0);
    private static final String REASON = "reason";

    private final LifeCycle lifeCycle;
    private final StreamTime time;
    private final ValueAlarms values;
    private final DeviceTrack track = new DeviceTrack(stream(""));
    private List<Alarm> alarms = new ArrayList<>();
    /** A time not after the clock's next change. */
    private long nextDue = Long.MAX_VALUE;

    StreamAlarms(LifeCycle lifeCycle, StreamTime time) {
        this.lifeCycle = lifeCycle;
        this.time = time;
        this.values = new ValueAlarms(lifeCycle, this::now, new OpenGaps(time));
    }

    private static Device stream(String reason) {
        return new Device("", "", "", Map.of("name", NAME, REASON, reason));
    }

    private static String reason(Device stream) {
        return stream.labels().getOrDefault(REASON, "");
    }

    /** Why the stream is interrupted, in parentheses; empty if that is not known, or the stream works. */
    static String remark(Alarm alarm) {
        String reason = reason(alarm.device.device);
        return reason.isEmpty() || !isInterrupted(alarm) ? "" : " (" + reason + ")";
    }

    long now() {
        return time.clock();
    }

    /** Other rules are in force; alarms of rules with the same name remain. */
    void rules(List<RuleInForce> rules) {
        List<Alarm> before = alarms;
        alarms = new ArrayList<>();
        for (RuleInForce rule : rules) {
            if (rule.isOfStream()) {
                Alarm alarm = before.stream()
                        .filter(known -> known.rule.name().equals(rule.name()))
                        .findFirst()
                        .orElseGet(() -> new Alarm(rule, track, Subject.VALUE));
                RuleInForce old = alarm.rule;
                alarm.rule = rule;
                alarms.add(alarm);
                if (!rule.saysTheSameAs(old)) {
                    values.edited(alarm, old);
                }
            }
        }
        before.stream()
                .filter(alarm -> !alarms.contains(alarm))
                .forEach(alarm -> lifeCycle.end(alarm, now(), "the rule no longer applies to the stream"));
        tick();
    }

    /**
     * A live record was received, which shows the time.
     *
     * @param before when the record before it was received; {@link Alarm#NEVER} if there was none
     */
    void flows(long before, long received) {
        if (alarms.isEmpty()) {
            return;
        }
        boolean isChanged = false;
        for (Alarm alarm : alarms) {
            // The interruption may not have been reported, as when the router was not running.
            interrupt(alarm, before, received);
            if (isInterrupted(alarm)) {
                values.current(alarm, new Reading(Quantity.STREAM, received, Double.NaN, FLOWING));
                isChanged = true;
            }
        }
        if (isChanged || received >= nextDue) {
            tick();
        }
    }

    /**
     * Nothing is received.
     *
     * @param since since when, if there is no live record
     * @param reason one sentence; may be empty
     */
    void silent(long since, String reason) {
        long from = time.alive() == Alarm.NEVER ? since : time.alive();
        track.device = stream(reason);
        for (Alarm alarm : alarms) {
            interrupt(alarm, from, now());
        }
        tick();
    }

    private void interrupt(Alarm alarm, long from, long at) {
        if (from != Alarm.NEVER && at - from >= alarm.rule.raiseLasts() && !isInterrupted(alarm)) {
            values.current(alarm, new Reading(Quantity.STREAM, from, Double.NaN, INTERRUPTED));
        }
    }

    private static boolean isInterrupted(Alarm alarm) {
        return INTERRUPTED.equals(alarm.value);
    }

    /** Makes the changes of the clock. */
    void tick() {
        for (Alarm alarm : alarms) {
            values.tick(alarm);
            lifeCycle.tick(alarm, now());
        }
        changed();
    }

    /** An alarm was changed. */
    void changed() {
        nextDue = Long.MAX_VALUE;
        for (Alarm alarm : alarms) {
            nextDue = Math.min(nextDue, Math.min(lifeCycle.nextDue(alarm, now()), values.nextDue(alarm)));
        }
    }

    /** A time not after the clock's next change, if nothing is received until then. */
    long nextDue(long since) {
        long next = nextDue;
        for (Alarm alarm : alarms) {
            if (!isInterrupted(alarm)) {
                long from = time.alive() == Alarm.NEVER ? since : time.alive();
                next = Math.min(next, from + alarm.rule.raiseLasts());
            }
        }
        return next;
    }

    List<Alarm> alarms() {
        return alarms;
    }

    Optional<Alarm> find(AlarmKey key) {
        return alarms.stream().filter(alarm -> alarm.key().equals(key)).findFirst();
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(time.told());
        out.writeUTF(reason(track.device));
        out.writeInt(alarms.size());
        for (Alarm alarm : alarms) {
            out.writeUTF(alarm.rule.name());
            alarm.write(out);
        }
    }

    void read(DataInput in) throws IOException {
        time.tell(in.readLong());
        track.device = stream(in.readUTF());
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readUTF();
            Alarm alarm = alarms.stream()
                    .filter(each -> each.rule.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IOException(
                            "it was written under other rules: there is no " + name + " of the stream"));
            alarm.read(in);
        }
        changed();
    }
}
