package io.github.dtstream.journal.export;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.record.JournalRecord;
import java.io.IOException;
import java.util.function.Function;

/** Writes the journals of an export into a storage. Used by one thread. */
public final class JournalImport {
    private final StoredJournals into;
    private final Function<Journals.Kind, JournalSettings> settings;
    private final TransferProgress progress;

    /** @param settings of the journals that are made */
    public JournalImport(
            StoredJournals into, Function<Journals.Kind, JournalSettings> settings, TransferProgress progress) {
        this.into = into;
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Reads all of an export, and writes nothing.
     *
     * @throws IOException if the export is damaged or not complete
     */
    public static void check(ExportReader export) throws IOException {
        while (export.nextJournal() != null) {
            while (export.nextRecord() != null) {
                // The reader checks it.
            }
        }
    }

    /**
     * Imports one journal after the other. After a failure, those before the failing one are complete; the same export can
     * be imported again.
     */
    public void run(ExportReader export) throws IOException, InterruptedException {
        for (ExportReader.Exported journal = export.nextJournal(); journal != null; journal = export.nextJournal()) {
            StoredJournals.Name name = journal.name();
            try (StoredJournals.Target target =
                    into.write(name, journal.snapshot(), export.id(), settings.apply(name.kind()))) {
                run(export, journal, target);
            }
        }
    }

    private void run(ExportReader export, ExportReader.Exported journal, StoredJournals.Target target)
            throws IOException, InterruptedException {
        StoredJournals.Name name = journal.name();
        long first = journal.snapshot().first();
        long from = target.next();
        boolean wasComplete = from == Long.MAX_VALUE;
        if (wasComplete) {
            progress.wasComplete(name);
        } else if (from > first) {
            progress.goesOn(name, from);
        }
        long written = 0;
        for (JournalRecord record = export.nextRecord(); record != null; record = export.nextRecord()) {
            if (record.sequence() >= from) {
                target.write(record);
                written++;
                progress.at(
                        name, record.sequence() + 1 - first, journal.snapshot().next() - first);
            }
        }
        if (!wasComplete) {
            target.complete();
            progress.ended(name, written, 0);
        }
    }
}
