package io.github.dtstream.alarm.rule;

/** What a value is compared with. */
public sealed interface Comparison {
    /** Greater than the limit. */
    record Above(Limit limit) implements Comparison {}

    /** Less than the limit. */
    record Below(Limit limit) implements Comparison {}

    /** Equal to the limit or greater. */
    record AtLeast(Limit limit) implements Comparison {}

    /** Equal to the limit or less. */
    record AtMost(Limit limit) implements Comparison {}

    /**
     * In a state.
     *
     * @param state as the vendor spells it
     */
    record Is(String state) implements Comparison {}
}
