package io.github.dtstream.alarm.rule;

/** A comparison of a value. */
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
     * Equal to a state.
     *
     * @param state in the vendor's spelling
     */
    record Is(String state) implements Comparison {}
}
