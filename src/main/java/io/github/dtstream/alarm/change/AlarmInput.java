package io.github.dtstream.alarm.change;

import java.time.Instant;

/**
 * What the journal of events does not say. It takes effect between two records; the alarm journal holds it, so that it is
 * not lost.
 */
public sealed interface AlarmInput {
    /** Of this input and of no other; the changes that it makes are numbered after it. */
    String id();

    /**
     * Somebody has seen an alarm.
     *
     * @param key which
     * @param person who; until is not used, the rule says how long it lasts
     */
    record Acknowledge(String id, AlarmKey key, AlarmChange.Person person) implements AlarmInput {}

    /** Nobody is to be told of an alarm until a time. */
    record Shelve(String id, AlarmKey key, AlarmChange.Person person) implements AlarmInput {}

    /** People are told of it again. */
    record Unshelve(String id, AlarmKey key, AlarmChange.Person person) implements AlarmInput {}

    /** Somebody writes something down about an alarm. */
    record Comment(String id, AlarmKey key, AlarmChange.Person person) implements AlarmInput {}

    /**
     * A gap is open, or over.
     *
     * @param gap its number
     * @param time when it began, or ended, in the cloud's time
     * @param isFilled whether what was missed is in the journal now
     */
    record GapChanged(String id, long gap, Instant time, boolean isFilled) implements AlarmInput {}

    /**
     * The stream is interrupted: nothing is received, so that nothing else says what time it is.
     *
     * @param since since when, if nothing was ever received
     * @param time what time it is
     * @param reason why, one sentence; may be empty
     */
    record StreamSilent(String id, Instant since, Instant time, String reason) implements AlarmInput {}

    /** Time goes by in a project without a stream, whose pings would say so. */
    record TimePassed(String id, Instant time) implements AlarmInput {}

    /** A device is in the project, whether it has sent anything or not: from now on its silence counts. */
    record DeviceJoined(String id, String deviceId, Instant time) implements AlarmInput {}

    /** A device is no longer in the project. */
    record DeviceLeft(String id, String deviceId, Instant time) implements AlarmInput {}
}
