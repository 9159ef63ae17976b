package io.github.dtstream.journal;

import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Opens the journals of streams. Implementations keep them on disk or in Kafka. Thread-safe. */
public interface Journals {
    /** The batch, in events, where a cursor is stored in less than a millisecond. */
    int USUAL_BATCH = 500;

    /** The kinds of journal that a stream has. */
    enum Kind {
        /** The events that the stream received. */
        EVENTS,
        /** The history of the stream's alarms. */
        ALARMS
    }

    /**
     * An open journal and the state that is kept with it.
     *
     * @param state the gap ledger for a journal of events, the state of the alarms for a journal of alarms
     */
    record Opened(Journal journal, DurableState state) {}

    /**
     * What every journal needs from its process.
     *
     * @param rejects receives records that cannot be read
     * @param supervisor creates the writing thread; if that thread fails for good, the process has to end
     * @param memory the budget for what a journal keeps in memory
     */
    record Surroundings(RejectFile rejects, Clock clock, Supervisor supervisor, MemoryBudget memory) {}

    /**
     * Opens a journal. From then on only this process may write it.
     *
     * @param stream {@code PROJECT/STREAM}; a component with another name than {@code dt-stream} puts its name and a colon
     *     before that
     * @throws JournalAwayException if the storage does not answer now, but may do so later
     * @throws IOException if the journal cannot be opened; the message says which journal, and why
     */
    Opened open(Kind kind, String stream, JournalSettings settings, Surroundings surroundings) throws IOException;

    /**
     * Reads ahead what {@link #open} needs, while another process writes the journal. Call it again from time to time: it
     * reads on. Does nothing if the journal does not exist, or if that would not make opening faster.
     *
     * @param stream as for {@link #open}, as the other arguments are
     * @throws IOException if the storage does not answer; {@link #open} then reads everything
     */
    default void readAhead(Kind kind, String stream, JournalSettings settings, Surroundings surroundings)
            throws IOException {}

    /** Drops what was read ahead of a stream's journals and not needed. */
    default void readNoLongerAhead(String stream) {}

    /**
     * Begins to read a journal of events together with other processes. Does not open the journal: another process may
     * write it. Connects later, by a thread of its own, and tries again until it is closed.
     *
     * @param stream as for {@link #open}
     * @param settings used for the journal's storage if it does not exist yet
     * @throws IOException if the storage cannot share a journal
     */
    default SharedSubscription share(
            String stream,
            Sharing sharing,
            JournalSettings settings,
            Surroundings surroundings,
            PartitionListener listener)
            throws IOException {
        throw new IOException("only journals in Kafka can be shared: " + stream + " is not");
    }

    /**
     * The largest batch of a route that does not say otherwise, in events. A crash repeats as many. So it is no larger
     * than needed for the time in which these journals store a cursor.
     */
    default int usualBatch() {
        return USUAL_BATCH;
    }

    /** Whether the journal is known to exist. Waits a few seconds at most; false if the storage does not answer. */
    boolean isThere(Kind kind, String stream);

    /**
     * Why no journal can be opened at present, if that may pass by itself; empty if there is no such reason, or none is
     * known.
     */
    default Optional<String> absence() {
        return Optional.empty();
    }

    /**
     * Checks the storage of the journals, without opening a journal.
     *
     * @param streams the streams whose journals are checked
     */
    default List<Remark> look(List<String> streams) {
        return List.of();
    }
}
