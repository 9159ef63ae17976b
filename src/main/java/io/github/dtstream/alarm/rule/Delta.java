package io.github.dtstream.alarm.rule;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * By how much a count grows.
 *
 * @param moreThan it raises if it grows by more; null if that does not matter
 * @param lessThan it raises if it grows by less; null if that does not matter
 * @param within in this span of measurement time
 */
public record Delta(@Nullable Limit moreThan, @Nullable Limit lessThan, Duration within) {}
