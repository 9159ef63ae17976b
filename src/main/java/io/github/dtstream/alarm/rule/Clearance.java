package io.github.dtstream.alarm.rule;

import java.time.Duration;
import java.util.List;

/**
 * The condition that clears an alarm: the condition that raised it does not hold, and all of these do, without a break
 * for a time, by the times of measurement.
 *
 * @param allOf all must hold; empty if it is enough that the raising condition does not hold
 * @param lasting the time; zero to clear at once
 */
public record Clearance(List<Comparison> allOf, Duration lasting) {
    public Clearance {
        allOf = List.copyOf(allOf);
    }
}
