package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmInput;
import java.time.Instant;

/** The content of one event of an alarm journal. */
public sealed interface AlarmEntry {
    /** An alarm changed, people are notified, or a gap was opened or filled. */
    record Changed(AlarmChange change) implements AlarmEntry {}

    /**
     * The engine got an input that the stream's journal does not have. Routes do not see it.
     *
     * @param after the number of the record of the stream's journal after which it took effect
     */
    record Told(AlarmInput input, long after, Instant time) implements AlarmEntry {}

    /**
     * Other rules came into force. Routes do not see it.
     *
     * @param after the number of the record of the stream's journal after which it took effect
     * @param rules the rules as text
     */
    record Edited(String id, long after, Instant time, String rules) implements AlarmEntry {}
}
