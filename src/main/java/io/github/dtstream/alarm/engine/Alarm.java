package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.change.EnumFormat;
import io.github.dtstream.alarm.rule.Delta;
import io.github.dtstream.alarm.rule.Excursion;
import io.github.dtstream.alarm.window.CountWindow;
import io.github.dtstream.alarm.window.SampleWindow;
import io.github.dtstream.alarm.window.SlidingWindow;
import io.github.dtstream.reading.Reading;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The state of one alarm, owned by the engine; times are in milliseconds since 1970.
 *
 * <p>There are as many as rules times devices, and most are never raised: fields that those do not need are in separate
 * objects.
 */
final class Alarm {
    /** No time. */
    static final long NEVER = SampleWindow.NEVER;

    static final Comparator<Alarm> BY_NAME = Comparator.comparing((Alarm alarm) -> alarm.rule.name())
            .thenComparing(alarm -> alarm.device.id())
            .thenComparing(alarm -> alarm.subject);

    private static final long BYTES = 56;
    private static final long COURSE_BYTES = 48;
    private static final long HANDLING_BYTES = 88;

    private static final AlarmState[] STATES = AlarmState.values();

    final DeviceTrack device;
    final Subject subject;
    RuleInForce rule;

    AlarmState state = AlarmState.NORMAL;
    /** The time of the newest value. */
    long newest;

    double number = Double.NaN;

    @Nullable
    String value;

    /** The accumulated data of its values, if the rule needs it. */
    @Nullable
    SlidingWindow window;

    private @Nullable Course course;

    /** The state of an alarm whose condition has held at least once. */
    static final class Course {
        /** When the present state (raised, pending or neither) began. */
        long since;
        /** Since when all values up to the newest have met the raising condition. */
        long holdsSince;
        /** The time of the newest value that does not meet the raising condition. */
        long lastWell;
        /** When the clock changes it next, as far as is known; {@link Long#MAX_VALUE} for never. */
        long due = Long.MAX_VALUE;

        private @Nullable Handling handling;

        private Course(long lastWell) {
            this.lastWell = lastWell;
        }
    }

    /** The state of an alarm that was raised or shelved. */
    static final class Handling {
        /** When it was raised, by the stream's clock. */
        long raisedAt;
        /** Since when its values have met the clearing condition. */
        long clearsSince;
        /** The beginning of the last alarm that was raised live and is over. */
        long lastSince;

        long lastUntil;
        /** Whether another alarm is its cause, so that nobody is notified of it. */
        boolean isConsequence;
        /** Whether nothing has come from the device since. */
        boolean isStale;

        long acknowledgedUntil;
        long shelvedUntil;
        AlarmChange.@Nullable Person person;
        /** How many steps of the escalation have taken place. */
        int steps;
        /** The time of the last notification. */
        long toldAt;
        /** The time of the first value after an interruption of the stream. */
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

    /** The newest value with its unit; empty if there is none. */
    String valueText() {
        return subject == Subject.NO_DATA || rule.rule().quantity().isEmpty()
                ? ""
                : Reading.text(rule.quantity(), number, value);
    }

    /** Its state, as people see it. */
    AlarmView view() {
        return new AlarmView(
                key(),
                device.device.name(),
                state,
                rule.rule().severity(),
                Instant.ofEpochMilli(since()),
                valueText(),
                isStale(),
                person(),
                isShelved() ? Instant.ofEpochMilli(handling().shelvedUntil) : null);
    }

    /** The newest value meets the raising condition, as all values since a time do. */
    void holds(long at, double newNumber, @Nullable String newValue, long since) {
        course().holdsSince = since;
        set(at, newNumber, newValue);
    }

    /** The newest value does not meet the raising condition. */
    void isWell(long at, double newNumber, @Nullable String newValue) {
        if (course != null) {
            course.holdsSince = NEVER;
            course.lastWell = at;
        }
        set(at, newNumber, newValue);
    }

    private void set(long at, double newNumber, @Nullable String newValue) {
        newest = at;
        number = newNumber;
        value = newValue;
    }

    /** Drops its values. */
    void forgetValues() {
        isWell(NEVER, Double.NaN, null);
        window = null;
    }

    /** The object for the first state, made if needed. */
    Course course() {
        Course known = course;
        if (known == null) {
            known = new Course(newest);
            course = known;
        }
        return known;
    }

    /** The object for the second state, made if needed. */
    Handling handling() {
        Course known = course();
        Handling handling = known.handling;
        if (handling == null) {
            handling = new Handling();
            known.handling = handling;
        }
        return handling;
    }

    private @Nullable Handling handled() {
        return course == null ? null : course.handling;
    }

    long since() {
        return course == null ? NEVER : course.since;
    }

    long holdsSince() {
        return course == null ? NEVER : course.holdsSince;
    }

    long lastWell() {
        return course == null ? newest : course.lastWell;
    }

    long due() {
        return course == null ? Long.MAX_VALUE : course.due;
    }

    long clearsSince() {
        Handling handling = handled();
        return handling == null ? NEVER : handling.clearsSince;
    }

    boolean isShelved() {
        Handling handling = handled();
        return handling != null && handling.shelvedUntil != NEVER;
    }

    boolean isConsequence() {
        Handling handling = handled();
        return handling != null && handling.isConsequence;
    }

    boolean isStale() {
        Handling handling = handled();
        return handling != null && handling.isStale;
    }

    /** The end of the last alarm that was raised live. */
    long lastUntil() {
        Handling handling = handled();
        return handling == null ? NEVER : handling.lastUntil;
    }

    /** The time of the first value after an interruption of the stream. */
    long resumed() {
        Handling handling = handled();
        return handling == null ? NEVER : handling.resumed;
    }

    /** The last person who acknowledged or shelved it. */
    AlarmChange.@Nullable Person person() {
        Handling handling = handled();
        return handling == null ? null : handling.person;
    }

    @Nullable
    SampleWindow samples() {
        return window instanceof SampleWindow samples ? samples : null;
    }

    @Nullable
    CountWindow counts() {
        return window instanceof CountWindow counts ? counts : null;
    }

    /** Its approximate memory. */
    long heapBytes() {
        return BYTES
                + (course == null ? 0 : COURSE_BYTES)
                + (handled() == null ? 0 : HANDLING_BYTES)
                + (window == null ? 0 : window.heapBytes());
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(state.ordinal());
        for (long time : new long[] {since(), newest, holdsSince(), clearsSince(), lastWell()}) {
            out.writeLong(time);
        }
        out.writeDouble(number);
        out.writeUTF(value == null ? "" : value);
        out.writeBoolean(isStale());
        Handling handling = handled();
        out.writeBoolean(handling != null);
        if (handling != null) {
            write(handling, out);
        }
        write(samples(), out);
        write(counts(), out);
    }

    private static void write(@Nullable SlidingWindow window, DataOutput out) throws IOException {
        out.writeBoolean(window != null);
        if (window != null) {
            window.write(out);
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

    private static void read(Handling handling, DataInput in) throws IOException {
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
    }

    void read(DataInput in) throws IOException {
        state = EnumFormat.read(in, STATES);
        long since = in.readLong();
        newest = in.readLong();
        long holdsSince = in.readLong();
        long clearsSince = in.readLong();
        long lastWell = in.readLong();
        if (since != NEVER || holdsSince != NEVER || lastWell != newest) {
            course().since = since;
            course().holdsSince = holdsSince;
            course().lastWell = lastWell;
        }
        number = in.readDouble();
        String text = in.readUTF();
        value = text.isEmpty() ? null : text.intern();
        boolean isStale = in.readBoolean();
        if (in.readBoolean()) {
            read(handling(), in);
        }
        if (clearsSince != NEVER || isStale) {
            handling().clearsSince = clearsSince;
            handling().isStale = isStale;
        }
        if (in.readBoolean()) {
            Excursion excursion = rule.rule().excursion().orElseThrow(this::otherRules);
            window = SampleWindow.read(in, excursion.within().toMillis(), rule.holdsOn());
        }
        if (in.readBoolean()) {
            Delta delta = rule.rule().delta().orElseThrow(this::otherRules);
            window = CountWindow.read(in, delta.within().toMillis());
        }
    }

    private IOException otherRules() {
        return new IOException("it was written under other rules: " + rule.name() + " accumulates nothing of the kind");
    }

    /** Whether it has no state. */
    boolean isBlank() {
        return newest == NEVER && course == null && window == null;
    }
}
