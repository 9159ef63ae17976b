package io.github.dtstream.route;

import io.github.dtstream.route.Finding.Severity;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says what is wrong with a text that is not YAML, in words for somebody who does not know the grammar. Pure. */
final class SyntaxError {
    private SyntaxError() {}

    static Finding of(RouteFile file, MarkedYamlEngineException failure) {
        Mark problem = failure.getProblemMark().or(failure::getContextMark).orElse(null);
        Mark context = failure.getContextMark().orElse(null);
        if (failure.getProblem().contains("(TAB)")) {
            return finding(file, problem, "a tab stands where the line is indented", "indent with spaces");
        }
        if (context != null && failure.getContext().contains("quoted scalar") && isEnd(failure)) {
            return finding(file, context, "the quoted text that begins here does not end", "close the quote");
        }
        return finding(file, problem, inTheParsersWords(failure, context), hint(failure.getProblem()));
    }

    private static boolean isEnd(MarkedYamlEngineException failure) {
        return failure.getProblem().contains("end of stream")
                || failure.getProblem().contains("document separator");
    }

    private static String inTheParsersWords(MarkedYamlEngineException failure, @Nullable Mark context) {
        if (failure.getContext() == null) {
            return failure.getProblem();
        }
        String begin = context == null ? "" : " that begins in line " + (context.getLine() + 1);
        return failure.getContext() + begin + ": " + failure.getProblem();
    }

    private static @Nullable String hint(String problem) {
        if (problem.contains("<block end>")) {
            return "look above for a quote that is not closed, and for indentation that differs";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "put text that holds ': ' in quotes, and look whether the line above ends where it should";
        }
        if (problem.contains("expected ',' or")) {
            return "close the bracket, and separate what stands in it by commas";
        }
        return null;
    }

    private static Finding finding(RouteFile file, @Nullable Mark mark, String message, @Nullable String hint) {
        return RouteDocument.atMark(file, mark, Severity.ERROR, "not YAML: " + message, hint);
    }
}
