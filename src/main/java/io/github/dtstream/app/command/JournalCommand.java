package io.github.dtstream.app.command;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Moves journals from one storage to another. */
@Command(
        name = "journal",
        description = {
            "Moves journals, cursors, gaps and alarms from this machine's disk into Kafka, or back, or to another machine.",
            ""
        },
        mixinStandardHelpOptions = true,
        subcommands = {JournalExportCommand.class, JournalImportCommand.class})
public final class JournalCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Say what to do with journals: export, or import");
    }
}
