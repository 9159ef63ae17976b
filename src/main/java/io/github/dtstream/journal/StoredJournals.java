package io.github.dtstream.journal;

import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.storage.DurableState;
import java.io.IOException;
import java.util.List;

/**
 * The journals in a storage as wholes, to move them while no router uses them. Used by one thread.
 *
 * <p>A journal is written in one step as a router sees it: before {@link Target#complete} has returned, no router can open
 * it. After a crash before that, writing is repeated.
 */
public interface StoredJournals {
    /**
     * Which journal.
     *
     * @param stream {@code PROJECT/STREAM}
     */
    record Name(Journals.Kind kind, String stream) {
        @Override
        public String toString() {
            return (kind == Journals.Kind.EVENTS ? "the journal of " : "the alarm journal of ") + stream;
        }
    }

    /** Takes the records of a journal, one after the other. */
    @FunctionalInterface
    interface RecordConsumer {
        void accept(JournalRecord record) throws IOException;
    }

    /** A journal that is read. */
    interface Source extends AutoCloseable {
        JournalSnapshot snapshot();

        /**
         * Passes on all records, the oldest first, in bounded memory.
         *
         * @return how many records could not be read and were set aside, as far as known
         * @throws IOException if not all can be read, or somebody writes the journal meanwhile
         */
        long forEach(RecordConsumer consumer) throws IOException;

        @Override
        void close();
    }

    /** A journal that is written. */
    interface Target extends AutoCloseable {
        /**
         * The number of the first record that is missing: an earlier attempt may have written the ones before. {@code
         * Long.MAX_VALUE} if the journal is complete already.
         */
        long next();

        /** Adds a record. Numbers grow, and may have holes. */
        void write(JournalRecord record) throws IOException, InterruptedException;

        /** Makes the journal complete. When this returns, it is durable, and a router can open it. */
        void complete() throws IOException, InterruptedException;

        /** If the journal is not complete, it stays as it is, and writing can be repeated. */
        @Override
        void close();
    }

    /** All journals in the storage, by stream. */
    List<Name> list() throws IOException;

    /**
     * Opens a journal to read it.
     *
     * @param state recognises a content of its state that is not valid
     * @throws IOException if the journal cannot be read, is in use, or has no valid state although it had one
     */
    Source read(Name name, DurableState.Reader<?> state) throws IOException;

    /**
     * Opens a journal to write it. It must not exist, or be one that an earlier attempt with the same identifier has
     * begun or completed.
     *
     * @param export identifies the export that is written; {@code [A-Za-z0-9-]}
     * @throws IOException if there is another journal, or the storage does not accept one; the message says what to do
     */
    Target write(Name name, JournalSnapshot snapshot, String export, JournalSettings settings)
            throws IOException, InterruptedException;
}
