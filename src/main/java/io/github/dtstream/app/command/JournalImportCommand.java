package io.github.dtstream.app.command;

import io.github.dtstream.app.command.common.DataFolder;
import io.github.dtstream.app.command.common.TransferLines;
import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.router.JournalStorage;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.app.settings.SettingsCheck;
import io.github.dtstream.journal.export.ExportReader;
import io.github.dtstream.journal.export.JournalImport;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the journals of a file to where the router keeps its own. */
@Command(
        name = "import",
        description = {
            "Writes the journals of an exported file into Kafka with dt.journal=kafka, else into the data folder. They must"
                    + " not be there yet, and the router must be stopped.",
            "If it fails or is ended, repeat it with the same file: it goes on. Before it has ended, no router opens such a"
                    + " journal.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class JournalImportCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = {
                "The file of journal export; - for standard input. A file is checked as a whole before anything is written."
            })
    private String file = "";

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
        try (JournalStorage storage = JournalStorage.open(settings, data.path())) {
            JournalImport importing = new JournalImport(storage.journals(), JournalStorage.settings(settings), lines);
            if (file.equals(STANDARD_INPUT)) {
                importing.run(new ExportReader(System.in));
            } else {
                importFile(importing);
            }
            lines.say("All is in " + storage.where() + " now.");
        } catch (IOException e) {
            lines.say(ConsoleLog.masking().mask("The import failed: " + e.getMessage()));
            return ExitCode.FINDINGS.code();
        }
        return ExitCode.OK.code();
    }

    private void importFile(JournalImport importing) throws IOException, InterruptedException, ConfigurationException {
        Path path = Path.of(file);
        if (!Files.isRegularFile(path)) {
            throw new ConfigurationException("There is no file " + path.toAbsolutePath() + ".");
        }
        try (InputStream in = Files.newInputStream(path)) {
            JournalImport.check(new ExportReader(in));
        }
        try (InputStream in = Files.newInputStream(path)) {
            importing.run(new ExportReader(in));
        }
    }
}
