package io.github.dtstream.alarm.change;

/** Where an alarm stands in its life; the terms are those of ANSI/ISA-18.2. Whether it is shelved is said beside it. */
public enum AlarmState {
    /** All is well. */
    NORMAL("normal"),
    /** The condition holds, but not for long enough yet. */
    PENDING("pending"),
    /** The condition holds, and nobody has acknowledged it. */
    UNACKNOWLEDGED("unacknowledged"),
    /** The condition holds, and somebody has acknowledged it. */
    ACKNOWLEDGED("acknowledged"),
    /** The condition holds no more, and nobody has acknowledged that it did. */
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
