package io.github.dtstream.alarm.rule;

import java.time.Duration;
import java.util.List;

/**
 * The limit for the accumulated time of a condition, with breaks.
 *
 * @param anyOf one of these must hold for the time to count; not empty
 * @param total the time that raises the alarm
 * @param within the span until now over which the time is added up, by the times of measurement; longer than total
 */
public record Excursion(List<Comparison> anyOf, Duration total, Duration within) {
    public Excursion {
        anyOf = List.copyOf(anyOf);
    }
}
