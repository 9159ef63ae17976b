package io.github.dtstream.journal.local;

import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalContract;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalJournalContractTest extends JournalContract {
    @TempDir
    private Path folder;

    @Override
    protected Journal open(JournalSettings settings) throws IOException {
        return LocalJournal.open(
                folder.resolve("journal"),
                settings,
                new RejectFile(folder.resolve("rejected"), 1 << 20, TestJournals.CLOCK),
                TestJournals.CLOCK,
                Supervisor.system(),
                new MemoryBudget(64 << 20));
    }
}
