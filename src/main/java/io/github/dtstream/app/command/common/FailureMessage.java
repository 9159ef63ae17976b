package io.github.dtstream.app.command.common;

import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.settings.ConfigurationException;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * Prints a failure on standard error: a sentence if the user can mend it, a stack trace if it is a defect of the
 * program.
 */
public final class FailureMessage implements CommandLine.IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(
            Exception failure, CommandLine commandLine, CommandLine.ParseResult parseResult) {
        return tell(failure, commandLine.getErr());
    }

    /** Prints the failure, and returns the exit code. */
    public static int tell(Exception failure, PrintWriter err) {
        if (failure instanceof ConfigurationException) {
            err.print(ConsoleLog.failure(String.valueOf(failure.getMessage())));
            err.flush();
            return ExitCode.CONFIGURATION.code();
        }
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        err.print(ConsoleLog.failure(trace.toString()));
        err.flush();
        return ExitCode.INTERNAL.code();
    }
}
