package io.github.dtstream.journal;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * The durable, ordered record of all received events, live or from history. It has each {@code eventId} once, as far
 * back as the {@link #remembered} identifiers go. Thread-safe.
 *
 * <p>Every journal guarantees:
 *
 * <ul>
 *   <li>One process writes it at a time. It numbers its records 1, 2, 3, … in the order of append; no number is used
 *       twice.
 *   <li>No subscriber sees a record that is not durable: a record that was seen is there after any crash. Of the
 *       records that were appended and not flushed, a crash keeps the first ones.
 *   <li>A subscription hands out records in the order of their numbers, each once. Records that were not committed
 *       come again to the next subscription of its name. A committed cursor never goes back, except that a crash may
 *       undo a commit of the moment before.
 *   <li>While the journal cannot write, appends wait, nothing is lost, and {@link JournalStatus#heldSince} is set.
 * </ul>
 */
public interface Journal extends AutoCloseable {

    /** Where a new subscriber begins. */
    enum Start {
        /** With the next record that is received. */
        END,
        /** With the oldest record. */
        BEGINNING
    }

    /**
     * Appends an event unless its identifier is known. Returns when the event is queued; blocks while {@code
     * maxPendingBytes} wait to be written.
     *
     * @param received when the event was received, kept to the microsecond; not before the last record's time, which is
     *     used otherwise
     * @return false if it was a duplicate
     * @throws IllegalStateException if the journal is closed
     */
    default boolean append(Event event, Source source, Instant received) throws InterruptedException {
        return append(List.of(event), source, received) > 0;
    }

    /**
     * The same for several events, in order. If it is interrupted or closed, only the first of them are appended.
     *
     * @param received when all of them were received
     * @return the number of events that were not duplicates
     * @throws IllegalStateException if the journal is closed
     */
    default int append(List<Event> events, Source source, Instant received) throws InterruptedException {
        return append(events, source, received, index -> {});
    }

    /**
     * The same, and reports the duplicates.
     *
     * @param known takes the indices of duplicates; it must not wait
     */
    int append(List<Event> events, Source source, Instant received, IntConsumer known) throws InterruptedException;

    /**
     * How many of the newest identifiers the journal remembers: as many as memory allows, at most the settings' window.
     */
    int remembered();

    /**
     * Waits until everything appended before the call is durable.
     *
     * @throws IllegalStateException if the journal was closed before
     */
    void flush() throws InterruptedException;

    /**
     * Opens a subscription.
     *
     * <p>A commit may be durable only a moment later. If this process is killed before that, the records are handed out
     * again. So that those are never more than the subscriber allows, a poll waits while the records that it wants to hand
     * out, those in progress, and those whose commit is not durable, are more than {@code maxRepeated} together. Where all
     * commits are durable it does not wait: then the subscriber itself determines how many are in progress.
     *
     * @param name {@code [A-Za-z0-9_-]}, at most 64 characters
     * @param maxRepeated how many records may be handed out beyond the durable cursor; at least 1
     * @throws IllegalStateException if a subscription with that name is open
     */
    Subscription subscribe(String name, Start start, int maxRepeated) throws IOException;

    /** The same for a subscriber that may get any number of records again. */
    default Subscription subscribe(String name, Start start) throws IOException {
        return subscribe(name, start, Integer.MAX_VALUE);
    }

    /**
     * Opens a subscription without a durable cursor, from a record on, for a slow reader: the journal keeps nothing for
     * it and does not wait for it. Records that the journal has deleted are skipped.
     *
     * @param sequence the number of the first record
     */
    Subscription follow(long sequence);

    /**
     * Opens a subscription without a durable cursor, from the first record received at or after a time; for replay. The
     * journal keeps nothing for it, and its commits are not stored.
     */
    Subscription read(Instant receivedFrom) throws IOException;

    /**
     * Removes a subscriber: its cursor is deleted, and records are no longer kept for it.
     *
     * @return false if there was none with that name
     * @throws IllegalStateException if a subscription with that name is open
     */
    boolean removeSubscriber(String name) throws IOException;

    /** Reads all durable records received at or after a time, until the consumer returns false or the end is reached. */
    void scan(Instant receivedFrom, Predicate<JournalRecord> consumer) throws IOException;

    /**
     * When the cloud sent the newest live event or ping that the journal had when it was opened, by the record's own
     * time; empty if it had none. Everything that was sent before is in the journal, or in a gap of the gap ledger.
     */
    Optional<Instant> lastLive();

    /** A snapshot of the state; cheap. */
    JournalStatus status();

    /**
     * Adds a listener for the case that another process takes the journal over. It is called once, by a thread of the
     * journal, or at once if that has happened already, with a sentence that says why the journal ends here. From then on
     * no record is handed out, and an append throws {@link IllegalStateException}. A journal that only one process at a
     * time can open never calls it.
     */
    default void onTakenOver(Consumer<String> listener) {}

    /**
     * Writes queued records, and closes the journal and its subscriptions. If writing fails, this waits some ten
     * seconds at most, and drops what is not written. Threads that wait to append get an {@link IllegalStateException}.
     */
    @Override
    void close();
}
