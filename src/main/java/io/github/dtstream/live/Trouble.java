package io.github.dtstream.live;

import io.github.dtstream.management.Health;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A problem of one part. Immutable.
 *
 * @param kind the kind of the part
 * @param name distinguishes parts of a kind; empty if there is only one
 * @param status the part's status
 * @param what the problem, as the end of a sentence
 * @param since when it began; null if that is not known
 */
record Trouble(
        Kind kind,
        String name,
        Health.Status status,
        String what,
        @Nullable Instant since) {
    /** The kinds of parts; a kind whose problems cause those of others comes first. */
    enum Kind {
        THREADS,
        JOURNAL,
        DISK,
        LEDGER,
        STREAM_STOPPED,
        STREAM,
        ROUTE,
        BROKER,
        ROUTE_FILES,
        LOST,
        GAPS,
        ALARMS,
        GRAPHS,
        OTHER
    }
}
