package io.github.dtstream.journal;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * The durable, ordered record of every event received, live or from history; each {@code eventId} stands in it once, as far
 * back as {@link #remembered} identifiers go. Thread-safe.
 *
 * <p>What every journal promises:
 *
 * <ul>
 *   <li>One process writes it at a time. It numbers its records 1, 2, 3, … in the order of append; a number is never given out
 *       again.
 *   <li>No subscriber sees a record that is not durable: what was seen stands there after any crash. Of what was appended and
 *       not flushed, a crash keeps the first part.
 *   <li>A subscription hands out in the order of the numbers, each once; what was not committed comes again to the next one of
 *       its name. A committed cursor never goes back, but a crash may take back what was committed a moment before.
 *   <li>While nothing can be written, appends wait, nothing is lost, and {@link JournalStatus#heldSince} says so.
 * </ul>
 */
public interface Journal extends AutoCloseable {

    /** Where a subscriber without a cursor begins. */
    enum Start {
        /** With what is received from now on. */
        END,
        /** With the oldest record there is. */
        BEGINNING
    }

    /**
     * Appends an event unless its identifier is already known. Returns when the event is queued; blocks while {@code
     * maxPendingBytes} wait to be written.
     *
     * @param received when it was received, kept to the microsecond; where it lies before the last one's, that counts
     * @return false if it was a duplicate
     * @throws IllegalStateException if the journal is closed
     */
    default boolean append(Event event, Source source, Instant received) throws InterruptedException {
        return append(List.of(event), source, received) > 0;
    }

    /**
     * The same for several events, in order: all or, when interrupted or closed, the first of them.
     *
     * @param received when all of them were received
     * @return how many were no duplicates
     * @throws IllegalStateException if the journal is closed
     */
    default int append(List<Event> events, Source source, Instant received) throws InterruptedException {
        return append(events, source, received, index -> {});
    }

    /**
     * The same for who has to know which.
     *
     * @param known takes the indices of those events that were duplicates; it must not wait
     */
    int append(List<Event> events, Source source, Instant received, IntConsumer known) throws InterruptedException;

    /** How many of the newest identifiers are remembered: as many as memory allows, up to the window of the settings. */
    int remembered();

    /**
     * Waits until everything appended before the call is durable.
     *
     * @throws IllegalStateException if the journal was closed before it was
     */
    void flush() throws InterruptedException;

    /**
     * Opens a subscription.
     *
     * @param name {@code [A-Za-z0-9_-]}, at most 64 characters
     * @throws IllegalStateException if one of that name is open
     */
    Subscription subscribe(String name, Start start) throws IOException;

    /**
     * A subscription without a durable cursor, from a record on, for who may come late: nothing is held back or waited for on
     * his account. What is older than the journal is left out.
     *
     * @param sequence the number of the first record
     */
    Subscription follow(long sequence);

    /**
     * A subscription without a durable cursor, from the first record received at or after a time; for replay. It holds nothing
     * back, and what it commits is known only to itself.
     */
    Subscription read(Instant receivedFrom) throws IOException;

    /**
     * Forgets a subscriber: its cursor is deleted and holds nothing back any more.
     *
     * @return false if there was none of that name
     * @throws IllegalStateException if a subscription of that name is open
     */
    boolean removeSubscriber(String name) throws IOException;

    /** Reads all durable records received at or after a time, until the consumer returns false or the end is reached. */
    void scan(Instant receivedFrom, Predicate<JournalRecord> consumer) throws IOException;

    /**
     * When the cloud had sent the newest live event or ping that was in the journal as it was opened, by its own word; empty
     * if there was none. What was sent before is in the journal, or in a gap that the ledger knows.
     */
    Optional<Instant> lastLive();

    /** A snapshot; cheap. */
    JournalStatus status();

    /**
     * Writes what is queued and closes, its subscriptions too; what takes nothing is waited for a few seconds. Appending threads
     * that wait for room get an {@link IllegalStateException}.
     */
    @Override
    void close();
}
