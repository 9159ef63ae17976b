package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.DataFolder;
import io.github.dtstream.app.command.common.TransferLines;
import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.router.JournalStorage;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.app.settings.SettingsCheck;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.export.ExportWriter;
import io.github.dtstream.journal.export.JournalExport;
import io.github.dtstream.storage.OwnerOnlyFile;
import io.github.dtstream.time.Ticker;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes journals into a file. */
@Command(
        name = "export",
        description = {
            "Writes journals with all that belongs to them into a file: from Kafka with dt.journal=kafka, else from the data"
                    + " folder. The router must be stopped.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class JournalExportCommand implements Callable<Integer> {
    private static final String STANDARD_OUTPUT = "-";
    private static final int BUFFER = 1 << 16;

    @Parameters(index = "0", paramLabel = "FILE", description = "The file to write; - for standard output.")
    private String file = "";

    @Parameters(
            index = "1..*",
            paramLabel = "PROJECT/STREAM",
            description = "The streams whose journals are exported, such as PROJECT/default. Default: all.")
    private List<String> streams = new ArrayList<>();

    @Mixin
    private DataFolder data = new DataFolder();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Settings settings = Settings.here();
        SettingsCheck.require(settings, Path.of("routes"))
                .forEach(spec.commandLine().getErr()::println);
        settings.hideSecrets(ConsoleLog.masking());
        TransferLines lines = new TransferLines(spec.commandLine().getErr(), Ticker.SYSTEM);
        PrintStream standard = System.out;
        boolean isStandard = file.equals(STANDARD_OUTPUT);
        if (isStandard) {
            // The log must not come between the lines of the export.
            System.setOut(System.err);
        }
        try (JournalStorage storage = JournalStorage.open(settings, data.path())) {
            List<StoredJournals.Name> names = chosen(storage);
            if (isStandard) {
                export(names, storage, new BufferedOutputStream(standard, BUFFER), lines);
            } else {
                exportToFile(names, storage, lines);
            }
        } catch (IOException e) {
            lines.say(ConsoleLog.masking().mask("The export failed: " + e.getMessage()));
            return ExitCode.FINDINGS.code();
        } finally {
            System.setOut(standard);
        }
        return ExitCode.OK.code();
    }

    private List<StoredJournals.Name> chosen(JournalStorage storage) throws IOException, ConfigurationException {
        List<StoredJournals.Name> all = storage.journals().list();
        if (all.isEmpty()) {
            throw new ConfigurationException("There is no journal in " + storage.where() + ".");
        }
        for (String stream : streams) {
            if (all.stream().noneMatch(name -> name.stream().equals(stream))) {
                throw new ConfigurationException("There is no journal of " + stream + " in " + storage.where()
                        + "; there are "
                        + String.join(
                                ", ",
                                all.stream()
                                        .map(StoredJournals.Name::stream)
                                        .distinct()
                                        .toList()));
            }
        }
        return all.stream()
                .filter(name -> streams.isEmpty() || streams.contains(name.stream()))
                .toList();
    }

    private void exportToFile(List<StoredJournals.Name> names, JournalStorage storage, TransferLines lines)
            throws IOException, ConfigurationException {
        Path path = Path.of(file);
        if (Files.exists(path)) {
            throw new ConfigurationException(path.toAbsolutePath() + " is there already, and is not overwritten.");
        }
        OwnerOnlyFile.write(path, "");
        boolean isComplete = false;
        try (FileOutputStream opened = new FileOutputStream(path.toFile());
                OutputStream out = new BufferedOutputStream(opened, BUFFER)) {
            export(names, storage, out, lines);
            opened.getFD().sync();
            isComplete = true;
        } finally {
            if (!isComplete) {
                Files.deleteIfExists(path);
            }
        }
        lines.say(names.size() + " journals are in " + path.toAbsolutePath());
    }

    private static void export(
            List<StoredJournals.Name> names, JournalStorage storage, OutputStream out, TransferLines lines)
            throws IOException {
        ExportWriter writer = new ExportWriter(
                out,
                UUID.randomUUID().toString(),
                Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS),
                names.size());
        new JournalExport(storage.journals(), JournalStorage::states, lines).run(names, writer);
    }
}
