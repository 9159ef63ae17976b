package io.github.dtstream.alarm.rule;

import java.time.Duration;
import java.util.List;

/**
 * A condition that must hold without a break for a time, by the times of measurement.
 *
 * @param anyOf one of these must hold; not empty
 * @param lasting the time; zero to raise at once
 */
public record Condition(List<Comparison> anyOf, Duration lasting) {
    public Condition {
        anyOf = List.copyOf(anyOf);
    }
}
