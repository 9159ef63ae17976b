package io.github.dtstream.app;

import picocli.CommandLine;

/** Says what went wrong on standard error: a sentence for what the user can mend, a stack trace for what is our fault. */
final class FailureMessage implements CommandLine.IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(
            Exception failure, CommandLine commandLine, CommandLine.ParseResult parseResult) {
        if (failure instanceof ConfigurationException) {
            commandLine.getErr().println(failure.getMessage());
            return ExitCode.CONFIGURATION.code();
        }
        failure.printStackTrace(commandLine.getErr());
        return ExitCode.INTERNAL.code();
    }
}
