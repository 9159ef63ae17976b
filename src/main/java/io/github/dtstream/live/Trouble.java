package io.github.dtstream.live;

import io.github.dtstream.management.Health;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is not well with one part.
 *
 * @param kind what kind of part it is
 * @param name which one; empty where there is only one of its kind
 * @param status how bad it is
 * @param what what is wrong, as the end of a sentence
 * @param since since when; null if that is not known
 */
record Trouble(
        Kind kind,
        String name,
        Health.Status status,
        String what,
        @Nullable Instant since) {
    /** Kinds of parts, those first whose trouble is the cause of that of others. */
    enum Kind {
        THREADS,
        JOURNAL,
        DISK,
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
