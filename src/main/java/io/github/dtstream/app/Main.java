package io.github.dtstream.app;

import picocli.CommandLine;

/** The entry point of the jar and of {@code mvn camel:run}. */
public final class Main {
    private Main() {}

    /** Runs the command that the arguments name, the router if they name none, and ends the process with its code. */
    public static void main(String[] arguments) {
        // Answers of the management port and the simulator leave at once instead of waiting for the client's
        // acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.exit(execute(arguments));
    }

    private static int execute(String[] arguments) {
        return new CommandLine(new RouterCommand())
                .setExecutionExceptionHandler(new FailureMessage())
                .setParameterExceptionHandler(new UsageMessage())
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }
}
