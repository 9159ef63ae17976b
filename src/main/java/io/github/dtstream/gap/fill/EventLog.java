package io.github.dtstream.gap.fill;

import io.github.dtstream.event.Event;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reject.RejectFile;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Predicate;

/** What a fill needs of the journal. Thread-safe. */
public interface EventLog {
    /**
     * Appends an event from history unless the journal remembers its identifier.
     *
     * @return false if it was a duplicate
     */
    boolean append(Event event, Instant received) throws InterruptedException;

    /** Waits until everything appended before the call is on disk. */
    void flush() throws InterruptedException;

    /** Reads all durable records received at or after a time, until the consumer returns false or the end is reached. */
    void scan(Instant receivedFrom, Predicate<JournalRecord> consumer) throws IOException;

    /** The number that the next record will get. */
    long nextSequence();

    /** How many of the newest identifiers the journal remembers by itself. */
    int remembered();

    /** Whether the disk refuses to take more at the moment. */
    boolean isHeld();

    /** Sets a record of history aside that is no event. */
    void reject(String deviceId, String reason, byte[] record);

    /** The journal itself. */
    static EventLog of(Journal journal, RejectFile rejects) {
        return new JournalLog(journal, rejects);
    }
}
