package io.github.dtstream.alarm.rule;

import java.time.Duration;
import java.util.List;

/**
 * What clears an alarm: what raised it does not hold, and all of this does, for so long without a break, in measurement time.
 *
 * @param allOf all of them must hold; empty: it is enough that what raised the alarm does not
 * @param lasting zero: at once
 */
public record Clearance(List<Comparison> allOf, Duration lasting) {
    public Clearance {
        allOf = List.copyOf(allOf);
    }
}
