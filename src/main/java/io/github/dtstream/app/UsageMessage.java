package io.github.dtstream.app;

import io.github.dtstream.text.NearestName;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Says what is wrong with the command line, and which command or option is nearest to what was typed. */
final class UsageMessage implements CommandLine.IParameterExceptionHandler {
    @Override
    public int handleParseException(CommandLine.ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        String message = failure.getMessage();
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            message = unknown(command, unmatched.getUnmatched().get(0));
        }
        err.println(message);
        err.println("See " + command.getCommandSpec().qualifiedName() + " --help.");
        return ExitCode.USAGE.code();
    }

    private static String unknown(CommandLine command, String typed) {
        boolean option = typed.startsWith("-");
        List<String> known = new ArrayList<>();
        if (option) {
            command.getCommandSpec().options().forEach(one -> known.addAll(List.of(one.names())));
        } else {
            known.addAll(command.getSubcommands().keySet());
        }
        String what = option ? "option" : known.isEmpty() ? "argument" : "command";
        return "There is no " + what + " '" + typed + "'"
                + NearestName.of(typed, known)
                        .map(nearest -> "; did you mean " + nearest + "?")
                        .orElse(known.isEmpty() ? "." : "; there are " + String.join(", ", known) + ".");
    }
}
