package io.github.dtstream.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say about a journal at one moment. Immutable.
 *
 * @param firstSequence the oldest record's number
 * @param nextSequence the number that the next record will get
 * @param durableSequence the number of the newest record that is on disk, and so can be read
 * @param bytes the size of all segments
 * @param lastReceived when the newest record was received; null if the journal is empty
 * @param duplicates how many events were not appended because their identifier was known, since start
 * @param corrupt how many torn or corrupt records were found since start, when opening and when reading; each is set
 *     aside in the reject file
 * @param lost how many records were gone before a subscriber had committed them, summed over subscribers, since start
 * @param heldSince since when the disk refuses to take more; null while all is well
 * @param heldReason what the disk said; null while all is well
 * @param subscribers every subscriber with a cursor
 */
public record JournalStatus(
        long firstSequence,
        long nextSequence,
        long durableSequence,
        long bytes,
        @Nullable Instant lastReceived,
        long duplicates,
        long corrupt,
        long lost,
        @Nullable Instant heldSince,
        @Nullable String heldReason,
        List<Subscriber> subscribers) {
    public JournalStatus {
        subscribers = List.copyOf(subscribers);
    }

    /**
     * @param name the subscriber's name
     * @param cursor the number of the first record that it has not committed
     * @param lag how many records are behind the cursor's place
     * @param active whether a subscription of that name is open
     * @param lost how many records were gone before it had committed them, since start
     * @param idle for how long the journal has run without a subscription of that name; zero while one is open
     * @param released what is left until it is forgotten for that; zero while a subscription is open
     */
    public record Subscriber(
            String name, long cursor, long lag, boolean active, long lost, Duration idle, Duration released) {}
}
