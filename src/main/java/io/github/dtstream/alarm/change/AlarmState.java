package io.github.dtstream.alarm.change;

/** The state of an alarm, by ANSI/ISA-18.2. Whether it is shelved is a separate property. */
public enum AlarmState {
    /** No problem. */
    NORMAL("normal"),
    /** The condition holds, but not for long enough yet. */
    PENDING("pending"),
    /** The condition holds, and nobody has acknowledged it. */
    UNACKNOWLEDGED("unacknowledged"),
    /** The condition holds, and somebody has acknowledged it. */
    ACKNOWLEDGED("acknowledged"),
    /** The condition does not hold any more, and nobody has acknowledged the alarm. */
    RETURNED("returned");

    private final String label;

    AlarmState(String label) {
        this.label = label;
    }

    /** The word in headers and messages. */
    public String label() {
        return label;
    }

    /** Whether the condition holds and has raised the alarm. */
    public boolean isRaised() {
        return this == UNACKNOWLEDGED || this == ACKNOWLEDGED;
    }
}
