package io.github.dtstream.alarm.rule;

import java.time.Duration;
import java.util.List;

/**
 * How long something may hold in all, with breaks.
 *
 * @param anyOf one of them must hold for the time to count; not empty
 * @param total the time that raises the alarm
 * @param within the span of measurement time, up to now, over which is summed; longer than total
 */
public record Excursion(List<Comparison> anyOf, Duration total, Duration within) {
    public Excursion {
        anyOf = List.copyOf(anyOf);
    }
}
