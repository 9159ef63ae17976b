package io.github.dtstream.alarm.change;

import java.time.Instant;

/**
 * An input of the engine that the journal of events does not have. It takes effect between two records. The alarm
 * journal keeps it, so that it is not lost.
 */
public sealed interface AlarmInput {
    /** The unique identifier of the input; the identifiers of its changes are derived from it. */
    String id();

    /**
     * A person acknowledges an alarm.
     *
     * @param key the alarm
     * @param person the person; until is not used, as the rule determines it
     */
    record Acknowledge(String id, AlarmKey key, AlarmChange.Person person) implements AlarmInput {}

    /** Nobody is notified of an alarm until a time. */
    record Shelve(String id, AlarmKey key, AlarmChange.Person person) implements AlarmInput {}

    /** Ends that. */
    record Unshelve(String id, AlarmKey key, AlarmChange.Person person) implements AlarmInput {}

    /** A person comments on an alarm. */
    record Comment(String id, AlarmKey key, AlarmChange.Person person) implements AlarmInput {}

    /**
     * A gap was opened or filled.
     *
     * @param gap the gap's number
     * @param time its beginning or end, in the cloud's time
     * @param isFilled whether the missed events are in the journal now
     */
    record GapChanged(String id, long gap, Instant time, boolean isFilled) implements AlarmInput {}

    /**
     * The stream is interrupted: nothing is received, so no record shows the time.
     *
     * @param since since when, if nothing was ever received
     * @param time the present time
     * @param reason why, one sentence; may be empty
     */
    record StreamSilent(String id, Instant since, Instant time, String reason) implements AlarmInput {}

    /** Time has passed in a project without a stream, whose pings would show it. */
    record TimePassed(String id, Instant time) implements AlarmInput {}

    /** A device is in the project, whether or not it has sent anything: from now on its silence counts. */
    record DeviceJoined(String id, String deviceId, Instant time) implements AlarmInput {}

    /** A device is no longer in the project. */
    record DeviceLeft(String id, String deviceId, Instant time) implements AlarmInput {}
}
