package io.github.dtstream.gap.fill;

import io.github.dtstream.event.Event;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reject.RejectFile;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Predicate;

/** The part of the journal that a fill uses. Thread-safe. */
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

    /** How many of the newest identifiers the journal remembers. */
    int remembered();

    /** Whether the disk accepts no more at the moment. */
    boolean isHeld();

    /** Whether nothing can be appended any more, because another process has taken the journal over. */
    boolean isTakenOver();

    /** Writes a history record that is not a valid event to the reject file. */
    void reject(String deviceId, String reason, byte[] record);

    /**
     * Makes an event log of a journal and a reject file.
     *
     * @param onAppended called after each event that was new
     * @param onRejected called for each record that is rejected
     */
    static EventLog of(Journal journal, RejectFile rejects, Runnable onAppended, Runnable onRejected) {
        return new JournalLog(journal, rejects, onAppended, onRejected);
    }
}
