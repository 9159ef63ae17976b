package io.github.dtstream.alarm.rule;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The growth of a count.
 *
 * @param moreThan a larger growth raises the alarm; null for no such limit
 * @param lessThan a smaller growth raises the alarm; null for no such limit
 * @param within the span of the growth, by the times of measurement
 */
public record Delta(@Nullable Limit moreThan, @Nullable Limit lessThan, Duration within) {}
