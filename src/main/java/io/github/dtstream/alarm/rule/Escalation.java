package io.github.dtstream.alarm.rule;

import java.time.Duration;

/**
 * Who is told, and when.
 *
 * @param after the alarm was raised, if it has been neither acknowledged nor cleared by then
 * @param to a name that routes know, for example {@code duty}
 */
public record Escalation(Duration after, String to) {}
