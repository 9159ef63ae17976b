package io.github.dtstream.journal.export;

import io.github.dtstream.journal.StoredJournals;

/** Is told how far an export or import is. */
public interface TransferProgress {
    /**
     * Called after each record.
     *
     * @param done how many numbers are done
     * @param of how many numbers there are
     */
    void at(StoredJournals.Name name, long done, long of);

    /**
     * Called when a journal is complete.
     *
     * @param records how many records were written
     * @param unreadable how many records could not be read, and were set aside
     */
    void ended(StoredJournals.Name name, long records, long unreadable);

    /** Called for a journal that an earlier import of the same export has completed. */
    void wasComplete(StoredJournals.Name name);

    /** Called when an import goes on behind the records of an earlier one. */
    void goesOn(StoredJournals.Name name, long next);
}
