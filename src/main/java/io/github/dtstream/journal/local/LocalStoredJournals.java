package io.github.dtstream.journal.local;

import io.github.dtstream.event.Identifier;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalSnapshot;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.StoredState;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The journals in the folders of a data folder, which the caller has locked. */
public final class LocalStoredJournals implements StoredJournals {
    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    /** With these, opening a journal deletes nothing, and needs little memory. */
    private static final JournalSettings READING =
            new JournalSettings(64L << 20, FOR_EVER, Long.MAX_VALUE, 1, 1 << 20, 64 << 10, FOR_EVER);

    private final LocalJournals journals;
    private final Path dataDirectory;
    private final Journals.Surroundings surroundings;
    private final Storage storage = new SystemStorage();

    public LocalStoredJournals(Path dataDirectory, Journals.Surroundings surroundings) {
        this.dataDirectory = dataDirectory;
        this.surroundings = surroundings;
        journals = new LocalJournals(dataDirectory);
    }

    @Override
    public List<Name> list() throws IOException {
        List<Name> found = new ArrayList<>();
        for (Journals.Kind kind : Journals.Kind.values()) {
            Path all = dataDirectory.resolve(LocalJournals.folderOf(kind));
            for (String project : names(all)) {
                for (String stream : names(all.resolve(project))) {
                    Name name = new Name(kind, project + "/" + stream);
                    if (storage.exists(journals.folder(kind, name.stream()).resolve(LocalJournal.SEGMENTS))) {
                        found.add(name);
                    }
                }
            }
        }
        found.sort(Comparator.comparing(Name::stream).thenComparing(Name::kind));
        return found;
    }

    private List<String> names(Path folder) throws IOException {
        return storage.exists(folder)
                ? storage.list(folder).stream().filter(Identifier::isValid).toList()
                : List.of();
    }

    @Override
    public Source read(Name name, DurableState.Reader<?> state) throws IOException {
        Journals.Opened opened = journals.open(name.kind(), name.stream(), READING, surroundings);
        try {
            return new OpenJournal(name, opened, state);
        } catch (IOException | RuntimeException e) {
            opened.journal().close();
            throw e;
        }
    }

    private static final class OpenJournal implements Source {
        private final Journal journal;
        private final JournalSnapshot snapshot;

        OpenJournal(Name name, Journals.Opened opened, DurableState.Reader<?> reader) throws IOException {
            journal = opened.journal();
            var status = journal.status();
            snapshot = new JournalSnapshot(
                    status.firstSequence(),
                    status.nextSequence(),
                    status.lastReceived(),
                    journal.lastLive().orElse(null),
                    JournalSnapshot.cursors(status.subscribers()),
                    StoredState.read(name, opened.state(), reader));
        }

        @Override
        public JournalSnapshot snapshot() {
            return snapshot;
        }

        @Override
        public long forEach(RecordConsumer consumer) throws IOException {
            try {
                journal.scan(Instant.EPOCH, record -> {
                    try {
                        consumer.accept(record);
                        return true;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            return journal.status().corrupt();
        }

        @Override
        public void close() {
            journal.close();
        }
    }

    @Override
    public Target write(Name name, JournalSnapshot snapshot, String export, JournalSettings settings)
            throws IOException {
        return FolderTarget.open(
                name,
                journals.folder(name.kind(), name.stream()),
                // Beside its journal the alarms' state becomes visible with it, but gaps are in a folder of their own.
                name.kind() == Journals.Kind.EVENTS ? journals.state(name.kind(), name.stream()) : null,
                snapshot,
                export,
                settings,
                storage,
                surroundings.clock());
    }
}
