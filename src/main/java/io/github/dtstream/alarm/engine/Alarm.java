package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.engine.AlarmKey.Subject;
import io.github.dtstream.reading.Reading;
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

    @Nullable
    SampleWindow window;

    @Nullable
    CountWindow counts;

    @Nullable
    LateSamples late;

    boolean isStale;
    /** When the clock changes it next, as far as is known; {@link Long#MAX_VALUE} if it does not. */
    long due = Long.MAX_VALUE;
    /** What most alarms, which are never raised, do not have. */
    @Nullable
    Handling handling;

    /** What is known of an alarm that was raised or shelved. */
    static final class Handling {
        /** When it was raised, by the clock of the stream. */
        long raisedAt;
        /** The last one that was raised live and is over. */
        long lastSince;

        long lastUntil;
        /** Whether another alarm is its cause, so that nobody is told of it. */
        boolean isConsequence;

        long acknowledgedUntil;
        long shelvedUntil;
        AlarmChange.@Nullable Person person;
        /** How many steps of the escalation have been told. */
        int steps;
        /** When people were told last. */
        long toldAt;
        /** When the first value came after an interruption of the stream. */
        long resumed;
    }

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

    /** For who changes what is known of it. */
    Handling handling() {
        Handling known = handling;
        if (known == null) {
            known = new Handling();
            handling = known;
        }
        return known;
    }

    boolean isShelved() {
        return handling != null && handling.shelvedUntil != NEVER;
    }

    boolean isConsequence() {
        return handling != null && handling.isConsequence;
    }

    /** When the last one that was raised live was over. */
    long lastUntil() {
        return handling == null ? NEVER : handling.lastUntil;
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(state.ordinal());
        for (long time : new long[] {since, newest, holdsSince, clearsSince, lastWell}) {
            out.writeLong(time);
        }
        out.writeDouble(number);
        out.writeUTF(value == null ? "" : value);
        out.writeBoolean(isStale);
        out.writeBoolean(handling != null);
        if (handling != null) {
            write(handling, out);
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

    private static void write(Handling handling, DataOutput out) throws IOException {
        for (long time : new long[] {
            handling.raisedAt,
            handling.lastSince,
            handling.lastUntil,
            handling.acknowledgedUntil,
            handling.shelvedUntil,
            handling.toldAt,
            handling.resumed
        }) {
            out.writeLong(time);
        }
        out.writeBoolean(handling.isConsequence);
        out.writeInt(handling.steps);
        AlarmChange.Person person = handling.person;
        out.writeBoolean(person != null);
        if (person != null) {
            out.writeUTF(person.name());
            out.writeUTF(person.comment());
            out.writeLong(person.until() == null ? NEVER : person.until().toEpochMilli());
        }
    }

    private static Handling readHandling(DataInput in) throws IOException {
        Handling handling = new Handling();
        handling.raisedAt = in.readLong();
        handling.lastSince = in.readLong();
        handling.lastUntil = in.readLong();
        handling.acknowledgedUntil = in.readLong();
        handling.shelvedUntil = in.readLong();
        handling.toldAt = in.readLong();
        handling.resumed = in.readLong();
        handling.isConsequence = in.readBoolean();
        handling.steps = in.readInt();
        if (in.readBoolean()) {
            String name = in.readUTF();
            String comment = in.readUTF();
            long until = in.readLong();
            handling.person =
                    new AlarmChange.Person(name, comment, until == NEVER ? null : Instant.ofEpochMilli(until));
        }
        return handling;
    }

    void read(DataInput in) throws IOException {
        state = STATES[in.readByte()];
        since = in.readLong();
        newest = in.readLong();
        holdsSince = in.readLong();
        clearsSince = in.readLong();
        lastWell = in.readLong();
        number = in.readDouble();
        String text = in.readUTF();
        value = text.isEmpty() ? null : text.intern();
        isStale = in.readBoolean();
        handling = in.readBoolean() ? readHandling(in) : null;
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
