package io.github.dtstream.journal.export;

import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.storage.DurableState;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/** Writes journals of a storage into an export. Used by one thread. */
public final class JournalExport {
    private final StoredJournals from;
    private final Function<Journals.Kind, DurableState.Reader<?>> states;
    private final TransferProgress progress;

    /** @param states for each kind, recognises a content of its state that is not valid */
    public JournalExport(
            StoredJournals from, Function<Journals.Kind, DurableState.Reader<?>> states, TransferProgress progress) {
        this.from = from;
        this.states = states;
        this.progress = progress;
    }

    /**
     * Writes these journals.
     *
     * @param out an export that says that it has as many journals; it is finished when this returns
     */
    public void run(List<StoredJournals.Name> names, ExportWriter out) throws IOException {
        for (StoredJournals.Name name : names) {
            try (StoredJournals.Source source = from.read(name, states.apply(name.kind()))) {
                long first = source.snapshot().first();
                long count = source.snapshot().next() - first;
                out.begin(name, source.snapshot());
                long[] records = {0};
                long unreadable = source.forEach(record -> {
                    out.write(record);
                    records[0]++;
                    progress.at(name, record.sequence() + 1 - first, count);
                });
                out.end();
                progress.ended(name, records[0], unreadable);
            }
        }
        out.finish();
    }
}
