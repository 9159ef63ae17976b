package io.github.dtstream.camel.alarm;

import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.stream.EventStream;

/**
 * The open alarms of a stream.
 *
 * @param journal the history of the alarms
 */
record OpenAlarms(AlarmService service, EventStream stream, Journal journal) {
    /** Whether another router has the stream, or its alarms. */
    boolean isTakenOver() {
        return stream.isTakenOver() || journal.status().takenOver() != null;
    }

    /** Ends the service, which saves its state, and closes the journal. */
    void close() {
        service.close();
        journal.close();
    }
}
