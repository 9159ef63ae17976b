package io.github.dtstream.alarm.rule;

import java.time.Duration;

/**
 * Which alarms of a rule are told together.
 *
 * @param by the label of which the devices have the same value
 * @param pause how long to wait for more after the first
 */
public record Grouping(String by, Duration pause) {}
