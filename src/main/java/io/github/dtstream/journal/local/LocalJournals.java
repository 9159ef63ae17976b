package io.github.dtstream.journal.local;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The journals in the folders of a data folder. Immutable. */
public final class LocalJournals implements Journals {
    /** The file in an alarm journal's folder with the state of the alarms. */
    static final String ALARM_STATE = "state.bin";

    private final Path dataDirectory;

    public LocalJournals(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    @Override
    public Opened open(Kind kind, String stream, JournalSettings settings, Surroundings surroundings)
            throws IOException {
        Path folder = folder(kind, stream);
        try {
            return new Opened(
                    LocalJournal.open(
                            folder,
                            settings,
                            surroundings.rejects(),
                            surroundings.clock(),
                            surroundings.supervisor(),
                            surroundings.memory()),
                    AtomicFile.keepingPrevious(state(kind, stream), new SystemStorage()));
        } catch (IOException e) {
            throw new IOException("the journal in " + folder.toAbsolutePath() + " cannot be opened", e);
        }
    }

    @Override
    public boolean isThere(Kind kind, String stream) {
        return Files.isDirectory(folder(kind, stream));
    }

    /** The folder under the data folder with the journals of a kind. */
    static String folderOf(Kind kind) {
        return kind == Kind.EVENTS ? "journal" : "alarms";
    }

    Path folder(Kind kind, String stream) {
        return under(folderOf(kind), stream);
    }

    /** The file with the state that is kept with a journal. */
    Path state(Kind kind, String stream) {
        return kind == Kind.EVENTS
                ? under("gaps", stream).resolve("gaps.json")
                : folder(kind, stream).resolve(ALARM_STATE);
    }

    /** Each component has a data folder of its own, so that its name is not needed. */
    private Path under(String name, String stream) {
        return dataDirectory.resolve(name).resolve(stream.substring(stream.indexOf(':') + 1));
    }
}
