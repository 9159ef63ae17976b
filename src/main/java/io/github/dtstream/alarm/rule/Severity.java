package io.github.dtstream.alarm.rule;

/** The severity of an alarm, the lowest first. */
public enum Severity {
    INFO("info"),
    WARNING("warning"),
    CRITICAL("critical");

    private final String label;

    Severity(String label) {
        this.label = label;
    }

    /** The word in rules, headers and messages. */
    public String label() {
        return label;
    }
}
