package io.github.dtstream.alarm.rule;

/**
 * The notifications about alarms that late values raised and cleared; the values come from history or from a sensor's
 * own memory. The alarm journal has these alarms in any case.
 */
public enum LatePolicy {
    /** One notification per rule for all of them. */
    DIGEST("digest"),
    /** A notification for each, as for other alarms. */
    RAISE("raise"),
    /** No notification. */
    RECORD("record");

    private final String label;

    LatePolicy(String label) {
        this.label = label;
    }

    /** The word in rules. */
    public String label() {
        return label;
    }
}
