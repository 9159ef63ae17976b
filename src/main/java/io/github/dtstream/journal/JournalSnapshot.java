package io.github.dtstream.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a journal keeps except its records. Immutable; the array is not copied.
 *
 * @param first the number of the oldest record; {@code next} if there is none
 * @param next the number of the next record
 * @param lastReceived when the newest record was received; null if there never was one
 * @param lastLive as {@link Journal#lastLive}; null if there never was a live record
 * @param cursors the cursors of all subscribers
 * @param state the content of the state that is kept with the journal; null if nothing was saved yet
 */
public record JournalSnapshot(
        long first,
        long next,
        @Nullable Instant lastReceived,
        @Nullable Instant lastLive,
        List<Cursor> cursors,
        byte @Nullable [] state) {
    public JournalSnapshot {
        cursors = List.copyOf(cursors);
    }

    /**
     * @param subscriber the subscriber's name
     * @param next the number of the first record that it has not committed
     * @param idle how long the journal has run without the subscriber
     */
    public record Cursor(String subscriber, long next, Duration idle) {}

    /** The cursors in a journal's status. */
    public static List<Cursor> cursors(List<JournalStatus.Subscriber> subscribers) {
        return subscribers.stream()
                .map(one -> new Cursor(one.name(), one.cursor(), one.idle()))
                .toList();
    }

    /** The lowest number that a subscriber has not committed; {@code next} if there are no subscribers. */
    public long undelivered() {
        return cursors.stream().mapToLong(Cursor::next).min().orElse(next);
    }
}
