package io.github.dtstream.app.command.common;

import io.github.dtstream.app.log.ConsoleLog;
import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.text.Masking;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Says what went wrong on standard error: a sentence for what the user can mend, a stack trace for what is our fault. */
public final class FailureMessage implements CommandLine.IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(
            Exception failure, CommandLine commandLine, CommandLine.ParseResult parseResult) {
        return tell(failure, commandLine.getErr());
    }

    /** Says it, and returns how the process shall end. */
    public static int tell(Exception failure, PrintWriter err) {
        Masking masking = ConsoleLog.masking();
        if (failure instanceof ConfigurationException) {
            err.println(masking.mask(String.valueOf(failure.getMessage())));
            return ExitCode.CONFIGURATION.code();
        }
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        err.print(masking.mask(trace.toString()));
        err.flush();
        return ExitCode.INTERNAL.code();
    }
}
