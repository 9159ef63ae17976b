package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.engine.AlarmKey.Subject;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is known of one alarm. A value holder of the engine's; times are in milliseconds since 1970. */
final class Alarm {
    /** No time. */
    static final long NEVER = 0;

    private static final AlarmState[] STATES = AlarmState.values();

    final DeviceTrack device;
    final Subject subject;
    RuleInForce rule;

    AlarmState state = AlarmState.NORMAL;
    /** Since when it has been raised, or pending. */
    long since;
    /** When it was raised, by the clock of the stream. */
    long raisedAt;
    /** The last one that was raised live and is over. */
    long lastSince;

    long lastUntil;

    /** The time of the newest value. */
    long newest;

    double number = Double.NaN;

    @Nullable
    String value;

    /** Since when the newest value and all before it have been ones that raise. */
    long holdsSince;
    /** Since when they have been ones that clear. */
    long clearsSince;
    /** When the newest value came that is not one that raises. */
    long lastWell;
    /** When the first value came after an interruption of the stream. */
    long resumed;

    @Nullable
    SampleWindow window;

    @Nullable
    CountWindow counts;

    @Nullable
    LateSamples late;

    boolean isStale;
    /** Whether another alarm is its cause, so that nobody is told of it. */
    boolean isConsequence;

    long acknowledgedUntil;
    long shelvedUntil;
    AlarmChange.@Nullable Person person;
    /** How many steps of the escalation have been told. */
    int steps;
    /** When people were told last. */
    long toldAt;

    Alarm(RuleInForce rule, DeviceTrack device, Subject subject) {
        this.rule = rule;
        this.device = device;
        this.subject = subject;
    }

    AlarmKey key() {
        return new AlarmKey(rule.name(), device.id(), subject);
    }

    /** The newest value with its unit; empty where there is none. */
    String valueText() {
        return subject == Subject.NO_DATA || rule.rule().quantity().isEmpty()
                ? ""
                : Reading.text(rule.quantity(), number, value);
    }

    boolean isShelved() {
        return shelvedUntil != NEVER;
    }

    /** Whether the clock alone may change it. */
    boolean waitsForClock() {
        return state != AlarmState.NORMAL || isShelved() || late != null || rule.holdsOn() && holdsSince != NEVER;
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(state.ordinal());
        for (long time : new long[] {
            since,
            raisedAt,
            lastSince,
            lastUntil,
            newest,
            holdsSince,
            clearsSince,
            lastWell,
            resumed,
            acknowledgedUntil,
            shelvedUntil,
            toldAt
        }) {
            out.writeLong(time);
        }
        out.writeDouble(number);
        out.writeUTF(value == null ? "" : value);
        out.writeBoolean(isStale);
        out.writeBoolean(isConsequence);
        out.writeInt(steps);
        out.writeBoolean(person != null);
        if (person != null) {
            out.writeUTF(person.name());
            out.writeUTF(person.comment());
            out.writeLong(person.until() == null ? NEVER : person.until().toEpochMilli());
        }
        out.writeBoolean(window != null);
        if (window != null) {
            window.write(out);
        }
        out.writeBoolean(counts != null);
        if (counts != null) {
            counts.write(out);
        }
        out.writeBoolean(late != null);
        if (late != null) {
            late.write(out);
        }
    }

    void read(DataInput in) throws IOException {
        state = STATES[in.readByte()];
        since = in.readLong();
        raisedAt = in.readLong();
        lastSince = in.readLong();
        lastUntil = in.readLong();
        newest = in.readLong();
        holdsSince = in.readLong();
        clearsSince = in.readLong();
        lastWell = in.readLong();
        resumed = in.readLong();
        acknowledgedUntil = in.readLong();
        shelvedUntil = in.readLong();
        toldAt = in.readLong();
        number = in.readDouble();
        String text = in.readUTF();
        value = text.isEmpty() ? null : text.intern();
        isStale = in.readBoolean();
        isConsequence = in.readBoolean();
        steps = in.readInt();
        if (in.readBoolean()) {
            String name = in.readUTF();
            String comment = in.readUTF();
            long until = in.readLong();
            person = new AlarmChange.Person(name, comment, until == NEVER ? null : Instant.ofEpochMilli(until));
        }
        if (in.readBoolean()) {
            long span = rule.rule().excursion().orElseThrow().within().toMillis();
            window = SampleWindow.read(in, span, rule.holdsOn());
        }
        if (in.readBoolean()) {
            counts = CountWindow.read(
                    in, rule.rule().delta().orElseThrow().within().toMillis());
        }
        late = in.readBoolean() ? LateSamples.read(in) : null;
    }
}
