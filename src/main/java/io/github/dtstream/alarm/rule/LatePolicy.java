package io.github.dtstream.alarm.rule;

/**
 * What is told of an alarm that came and went unseen: its values arrived late, from history or from a sensor's own memory.
 * It stands in the alarm journal in any case.
 */
public enum LatePolicy {
    /** One notification a rule for all of them. */
    DIGEST("digest"),
    /** A notification for each, as if it had been seen. */
    RAISE("raise"),
    /** None. */
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
