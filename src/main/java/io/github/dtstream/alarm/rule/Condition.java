package io.github.dtstream.alarm.rule;

import java.time.Duration;
import java.util.List;

/**
 * What must hold, and for how long without a break, in measurement time.
 *
 * @param anyOf one of them must hold; not empty
 * @param lasting zero: at once
 */
public record Condition(List<Comparison> anyOf, Duration lasting) {
    public Condition {
        anyOf = List.copyOf(anyOf);
    }
}
