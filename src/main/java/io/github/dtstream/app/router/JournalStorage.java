package io.github.dtstream.app.router;

import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.local.LocalStoredJournals;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.storage.FolderInUseException;
import io.github.dtstream.storage.FolderLock;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import org.apache.camel.main.Main;

/**
 * The journals where the settings say that a router keeps them, while none runs: the data folder stays locked. Used by one
 * thread.
 */
public final class JournalStorage implements AutoCloseable {
    private final FolderLock lock;
    private final RejectFile rejects;
    private final StoredJournals journals;
    private final String where;

    private JournalStorage(FolderLock lock, RejectFile rejects, StoredJournals journals, String where) {
        this.lock = lock;
        this.rejects = rejects;
        this.journals = journals;
        this.where = where;
    }

    /**
     * Opens the storage.
     *
     * @param data the data folder; it is created if it does not exist
     * @throws ConfigurationException if a router runs on the data folder, or Kafka's client is missing
     */
    public static JournalStorage open(Settings settings, Path data) throws ConfigurationException, IOException {
        Path folder = Router.created(data.toAbsolutePath());
        FolderLock lock;
        try {
            lock = FolderLock.acquire("the data folder", folder);
        } catch (FolderInUseException e) {
            throw new ConfigurationException(
                    "Journals can be moved only while no router uses them, and " + e.getMessage());
        }
        RejectFile rejects = RejectFile.in(folder, Clock.systemUTC(), ConsoleLog.masking());
        try {
            Journals.Surroundings surroundings = new Journals.Surroundings(
                    rejects,
                    Clock.systemUTC(),
                    Supervisor.system(),
                    MemoryBudget.ofHeap(Runtime.getRuntime().maxMemory()));
            boolean isInKafka = settings.isJournalInKafka();
            return new JournalStorage(
                    lock,
                    rejects,
                    isInKafka
                            ? KafkaLoader.storedJournals(settings, surroundings)
                            : new LocalStoredJournals(folder, surroundings),
                    isInKafka ? "Kafka" : folder.toString());
        } catch (ConfigurationException | RuntimeException e) {
            rejects.close();
            lock.close();
            throw e;
        }
    }

    public StoredJournals journals() {
        return journals;
    }

    /** Where the journals are, for messages. */
    public String where() {
        return where;
    }

    /** What recognises a content of the state of a kind of journal that is not valid. */
    public static DurableState.Reader<?> states(Journals.Kind kind) {
        return kind == Journals.Kind.EVENTS
                ? content -> {
                    GapLedger.check(content);
                    return content;
                }
                : content -> {
                    AlarmService.check(content);
                    return content;
                };
    }

    /** The settings of the journals that a router with these settings makes. */
    public static Function<Journals.Kind, JournalSettings> settings(Settings settings) {
        Main main = Router.atRest(settings);
        try {
            JournalSettings events = main.getCamelContext()
                    .getComponent("dt-stream", DtStreamComponent.class)
                    .journalSettings();
            return kind -> kind == Journals.Kind.EVENTS ? events : AlarmService.JOURNAL;
        } finally {
            main.stop();
        }
    }

    @Override
    public void close() throws IOException {
        rejects.close();
        lock.close();
    }
}
