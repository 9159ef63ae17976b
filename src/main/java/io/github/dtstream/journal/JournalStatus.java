package io.github.dtstream.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The state of a journal at one moment. Immutable.
 *
 * @param firstSequence the oldest record's number
 * @param nextSequence the number of the next record
 * @param durableSequence the number of the newest record that is durable, and so readable
 * @param events how many records there are; numbers may have holes
 * @param bytes the size of one copy of all records in the storage; empty while it is not known
 * @param maxBytes the size above which the oldest records are deleted, delivered or not; empty if there is no such bound
 * @param lastReceived when the newest record was received; null if the journal is empty
 * @param duplicates events that were not appended because their identifier was known, since start
 * @param corrupt torn or corrupt records that were found since start, when opening and when reading; each is in the
 *     reject file
 * @param lost records that were deleted before a subscriber had committed them, summed over subscribers, since start
 * @param heldSince since when the journal cannot be written; null if it can
 * @param heldReason the error that prevents writing; null if there is none
 * @param takenOver a sentence that says that another process has taken the journal over; this process neither writes
 *     records nor hands them out any more. Null if that did not happen
 * @param subscribers every subscriber with a cursor
 */
public record JournalStatus(
        long firstSequence,
        long nextSequence,
        long durableSequence,
        long events,
        OptionalLong bytes,
        OptionalLong maxBytes,
        @Nullable Instant lastReceived,
        long duplicates,
        long corrupt,
        long lost,
        @Nullable Instant heldSince,
        @Nullable String heldReason,
        @Nullable String takenOver,
        List<Subscriber> subscribers) {
    public JournalStatus {
        subscribers = List.copyOf(subscribers);
    }

    /**
     * @param name the subscriber's name
     * @param cursor the number of the first record that it has not committed
     * @param lag the number of records after the cursor
     * @param active whether a subscription with that name is open
     * @param lost records that were deleted before the subscriber had committed them, since start
     * @param idle how long the journal has run without a subscription of that name; zero while one is open
     * @param released how long until the subscriber is removed because it is idle; zero while a subscription is open
     */
    public record Subscriber(
            String name, long cursor, long lag, boolean active, long lost, Duration idle, Duration released) {}
}
