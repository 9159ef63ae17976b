package io.github.dtstream.journal;

import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Opens the journals of streams, wherever they are kept. Thread-safe. */
public interface Journals {
    /** What a stream has a journal of. */
    enum Kind {
        /** What it received. */
        EVENTS,
        /** What became of its alarms. */
        ALARMS
    }

    /**
     * A journal, and what survives beside it.
     *
     * @param state of the gaps, for a journal of events; of the alarms, for one of alarms
     */
    record Opened(Journal journal, DurableState state) {}

    /**
     * What every journal needs of its process.
     *
     * @param rejects takes records that cannot be read
     * @param supervisor makes the writing thread; if that fails for good, the process has to end
     * @param memory what a journal holds in memory is taken from
     */
    record Surroundings(RejectFile rejects, Clock clock, Supervisor supervisor, MemoryBudget memory) {}

    /**
     * Opens a journal, which nobody else may write then.
     *
     * @param stream {@code PROJECT/STREAM}, with the name of its component and a colon before it where that is not {@code
     *     dt-stream}
     * @throws JournalAwayException if who keeps it does not answer now
     * @throws IOException if it cannot be opened; the message says which, and why
     */
    Opened open(Kind kind, String stream, JournalSettings settings, Surroundings surroundings) throws IOException;

    /** Whether there has been one before, as far as that is known; it does not wait for long. */
    boolean isThere(Kind kind, String stream);

    /** Why no journal could be opened now, where that may pass by itself; empty if one could, or nothing is known of it. */
    default Optional<String> absence() {
        return Optional.empty();
    }

    /**
     * Looks at the place where journals are kept, without opening any.
     *
     * @param streams those whose journals are looked at
     */
    default List<Remark> look(List<String> streams) {
        return List.of();
    }
}
