package io.github.dtstream.alarm.rule;

import java.time.Duration;

/**
 * Which alarms of a rule share a notification.
 *
 * @param by the label whose value is the same for their devices
 * @param pause how long the first alarm waits for others
 */
public record Grouping(String by, Duration pause) {}
