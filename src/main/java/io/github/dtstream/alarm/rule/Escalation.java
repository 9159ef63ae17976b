package io.github.dtstream.alarm.rule;

import java.time.Duration;

/**
 * Whom to notify, and when.
 *
 * @param after the time after the alarm was raised, unless it was acknowledged or cleared before
 * @param to a name that routes use, for example {@code duty}
 */
public record Escalation(Duration after, String to) {}
