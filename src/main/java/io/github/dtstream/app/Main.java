package io.github.dtstream.app;

import io.github.dtstream.app.command.AlarmsCommand;
import io.github.dtstream.app.command.BackfillCommand;
import io.github.dtstream.app.command.DemoCommand;
import io.github.dtstream.app.command.DoctorCommand;
import io.github.dtstream.app.command.DryRunCommand;
import io.github.dtstream.app.command.ForgetCommand;
import io.github.dtstream.app.command.InitCommand;
import io.github.dtstream.app.command.JournalCommand;
import io.github.dtstream.app.command.LibCommand;
import io.github.dtstream.app.command.ListCommand;
import io.github.dtstream.app.command.PasswordCommand;
import io.github.dtstream.app.command.RejectedCommand;
import io.github.dtstream.app.command.ReplayCommand;
import io.github.dtstream.app.command.RouterCommand;
import io.github.dtstream.app.command.SchemaCommand;
import io.github.dtstream.app.command.SimulateCommand;
import io.github.dtstream.app.command.TestCommand;
import io.github.dtstream.app.command.ValidateCommand;
import io.github.dtstream.app.command.common.FailureMessage;
import io.github.dtstream.app.command.common.LibFolder;
import io.github.dtstream.app.command.common.UsageMessage;
import java.util.List;
import picocli.CommandLine;

/** The entry point of the jar and of {@code mvn camel:run}. */
public final class Main {
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            SimulateCommand.class,
            InitCommand.class,
            ListCommand.class,
            ValidateCommand.class,
            TestCommand.class,
            DoctorCommand.class,
            DryRunCommand.class,
            ReplayCommand.class,
            BackfillCommand.class,
            RejectedCommand.class,
            AlarmsCommand.class,
            ForgetCommand.class,
            JournalCommand.class,
            LibCommand.class,
            PasswordCommand.class,
            SchemaCommand.class);

    private Main() {}

    /** Runs the command that the arguments name, the router if they name none, and ends the process with its code. */
    public static void main(String[] arguments) {
        // Answers of the simulator leave at once instead of waiting for the client's
        // acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        LibFolder.join();
        // The parser of command lines takes a tenth of the time that a router takes to start.
        System.exit(
                arguments.length == 0 ? RouterCommand.alone() : commandLine().execute(arguments));
    }

    /** The commands. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new RouterCommand());
        COMMANDS.forEach(line::addSubcommand);
        return line.setExecutionExceptionHandler(new FailureMessage())
                .setParameterExceptionHandler(new UsageMessage())
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }
}
