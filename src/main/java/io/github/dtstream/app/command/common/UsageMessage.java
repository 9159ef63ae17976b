package io.github.dtstream.app.command.common;

import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.text.NearestName;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** Says what is wrong with the command line, and which command or option is nearest to what was typed. */
public final class UsageMessage implements CommandLine.IParameterExceptionHandler {
    @Override
    public int handleParseException(CommandLine.ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        String message = failure.getMessage();
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            message = unknown(command, unmatched.getUnmatched().get(0));
        }
        err.println(failure.getArgSpec() != null && failure.getValue() != null ? wrongValue(failure) : message);
        err.println("See " + command.getCommandSpec().qualifiedName() + " --help.");
        return ExitCode.USAGE.code();
    }

    /** Replaces picocli's message about a value, which names Java types. */
    private static String wrongValue(CommandLine.ParameterException failure) {
        CommandLine.Model.ArgSpec argument = failure.getArgSpec();
        String name =
                argument instanceof CommandLine.Model.OptionSpec option ? option.longestName() : argument.paramLabel();
        return name + " is '" + failure.getValue() + "'; it must be " + expected(argument.type());
    }

    private static String expected(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(word -> word.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (type == double.class) {
            return "a number";
        }
        return type == int.class || type == Integer.class || type == Long.class ? "a whole number" : "a path";
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
                + NearestName.question(typed, known, UnaryOperator.identity())
                        .map(question -> "; " + question)
                        .orElse(known.isEmpty() ? "." : "; there are " + String.join(", ", known) + ".");
    }
}
