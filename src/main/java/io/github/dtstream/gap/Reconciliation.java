package io.github.dtstream.gap;

import java.time.Instant;

/**
 * One slow reading of the last hours' temperature and humidity history.
 *
 * @param started when it began
 * @param ended when the last device was done
 * @param devices how many devices were gone through
 * @param eventsFound how many events history had
 * @param eventsNew how many of them had never reached us
 */
public record Reconciliation(Instant started, Instant ended, int devices, long eventsFound, long eventsNew) {}
