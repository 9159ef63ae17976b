package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmInput;
import java.time.Instant;

/** What one event of an alarm journal says. */
public sealed interface AlarmEntry {
    /** An alarm changed, people are to be told, or a gap is open or over. */
    record Changed(AlarmChange change) implements AlarmEntry {}

    /**
     * The engine was told something that the stream's journal does not say. No route sees it.
     *
     * @param after the number of the record of the stream's journal behind which it took effect
     */
    record Told(AlarmInput input, long after, Instant time) implements AlarmEntry {}

    /**
     * Other rules came into force. No route sees it.
     *
     * @param after the number of the record of the stream's journal behind which it took effect
     * @param rules their text
     */
    record Edited(String id, long after, Instant time, String rules) implements AlarmEntry {}
}
