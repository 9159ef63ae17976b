package io.github.dtstream.route.model;

import io.github.dtstream.route.model.Finding.Severity;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/**
 * Words the parser's error about a text that is not YAML, for a reader who does not know the grammar. The parser tells
 * where a grammar rule failed; the lines around that place often show the mistake. Pure.
 */
final class SyntaxError {
    private static final Pattern NO_SPACE = Pattern.compile("(?:- +)*([\\w.-]+):([^\\s:/].*)");
    private static final Pattern KEY = Pattern.compile("(?:- +)*[\\w.-]+:(?: .*)?");
    private static final Pattern CURLY_QUOTE = Pattern.compile("[\u201c\u201d\u201e\u2018\u2019]");
    private static final Pattern CANNOT_BEGIN = Pattern.compile("found character '(.)");
    private static final Pattern ALIAS = Pattern.compile("undefined alias (\\S+)");

    private final RouteFile file;
    private final MarkedYamlEngineException failure;
    private final List<String> lines;
    private final @Nullable Mark problem;
    private final @Nullable Mark context;

    private SyntaxError(RouteFile file, MarkedYamlEngineException failure) {
        this.file = file;
        this.failure = failure;
        this.lines = file.text().lines().toList();
        this.context = failure.getContextMark().orElse(null);
        this.problem = failure.getProblemMark().orElse(context);
    }

    static Finding of(RouteFile file, MarkedYamlEngineException failure) {
        return new SyntaxError(file, failure).finding();
    }

    /** The error for a character that YAML does not allow. */
    static Finding of(RouteFile file, ReaderException failure) {
        int[] points = file.text().codePoints().toArray();
        IntPredicate isAllowed = point -> !Character.isISOControl(point) || "\t\n\r\u0085".indexOf(point) >= 0;
        int line = 1;
        int column = 1;
        for (int i = 0; i < points.length && isAllowed.test(points[i]); i++) {
            column = points[i] == '\n' ? 1 : column + 1;
            line += points[i] == '\n' ? 1 : 0;
        }
        String character = String.format("U+%04X", failure.getCodePoint());
        return new Finding(
                file.label(),
                line,
                column,
                Severity.ERROR,
                "not YAML: the character " + character + " cannot stand here",
                "delete it; it is one that an editor does not show");
    }

    private Finding finding() {
        String said = failure.getProblem();
        String about = failure.getContext() == null ? "" : failure.getContext();
        if (said.contains("(TAB)")) {
            return at(problem, "a tab stands where the line is indented", "indent with spaces");
        }
        if (about.contains("quoted scalar")
                && (said.contains("end of stream") || said.contains("document separator"))) {
            return at(context, "the quoted text that begins here does not end", "close the quote");
        }
        if (about.contains("double-quoted") && said.contains("escape")) {
            return at(
                    problem,
                    "a backslash within double quotes begins an escape, and this one is not valid",
                    "use single quotes, or write the backslash twice");
        }
        if (said.contains("mapping values are not allowed")) {
            return aboutAKey();
        }
        if (said.contains("could not find expected ':'")) {
            return at(
                    problem,
                    "the line is not of the form 'key: value'",
                    "add the colon, or indent it as far as the text that it continues");
        }
        if (said.contains("<block end>")) {
            return aboutIndentation(said);
        }
        if (about.contains("flow")) {
            return aboutABracket(about.contains("mapping") ? '{' : '[', said.contains("<stream end>"));
        }
        if (said.contains("another document")) {
            return at(
                    problem, "a second document begins here", "take out the line '---', or give it a file of its own");
        }
        return others(said, about);
    }

    private Finding others(String said, String about) {
        Matcher alias = ALIAS.matcher(said);
        if (alias.find()) {
            String name = alias.group(1);
            return at(
                    problem,
                    "'*" + name + "' repeats the value that '&" + name + "' marks, and there is no such mark above",
                    "put text that begins with an asterisk in quotes");
        }
        Matcher character = CANNOT_BEGIN.matcher(said);
        if (character.find() && said.contains("cannot start")) {
            return at(problem, "text without quotes cannot begin with " + character.group(1), "put it in quotes");
        }
        String hint = "the parser says: " + (about.isEmpty() ? "" : about + ", ") + said;
        return at(problem, "the text cannot be read from here on", hint);
    }

    /** The error for a colon in a wrong place: it is part of a text, or the line above lacks its own colon. */
    private Finding aboutAKey() {
        int line = problem == null ? 0 : problem.getLine();
        String before = problem == null
                ? ""
                : line(line)
                        .substring(0, Math.min(problem.getColumn(), line(line).length()));
        if (before.contains(": ")) {
            String quotes = CURLY_QUOTE.matcher(line(line)).find()
                    ? "put the text in quotes, in straight ones such as \"…\""
                    : "put text that holds ': ' in quotes";
            return at(problem, "a second ': ' stands in this line", quotes);
        }
        int above = line - 1;
        while (above > 0 && (line(above).isBlank() || line(above).stripLeading().startsWith("#"))) {
            above--;
        }
        String text = line(above).strip();
        Matcher noSpace = NO_SPACE.matcher(text);
        if (noSpace.matches()) {
            return in(
                    above,
                    "a space is missing after the colon of '" + noSpace.group(1) + "'",
                    "write '" + noSpace.group(1) + ": " + noSpace.group(2) + "'");
        }
        if (!KEY.matcher(text).matches()) {
            return in(
                    above, "'" + text.replaceFirst("^(- +)+", "") + "' has no colon", "write 'key: value', or 'key:'");
        }
        return at(
                problem,
                "the line is indented further than the one above, which has a value already",
                "indent both alike");
    }

    private Finding aboutIndentation(String said) {
        if (said.contains("'<scalar>'") && context != null && problem != null) {
            return at(
                    problem,
                    "text goes on after its closing quote",
                    "put quotes of the other kind around it, or look above for a quote that is not closed");
        }
        String what = said.endsWith("'-'") || said.contains("sequence") ? "hyphen" : "line";
        return at(
                problem,
                "this " + what + " has an indentation that fits none of the lines above",
                "indent it as far as the ones before and after it; look also for a quote above that is not closed");
    }

    private Finding aboutABracket(char open, boolean never) {
        char close = open == '{' ? '}' : ']';
        if (never) {
            return at(context, "the '" + open + "' that begins here does not end", "close it by '" + close + "'");
        }
        int begin = context == null ? 0 : context.getLine() + 1;
        return at(
                problem,
                "a comma or '" + close + "' is missing before this, for the '" + open + "' of line " + begin,
                "put text that holds brackets, commas or ': ' in quotes");
    }

    private String line(int index) {
        return index >= 0 && index < lines.size() ? lines.get(index) : "";
    }

    /** An error at the first character of a line after hyphens. */
    private Finding in(int line, String message, String hint) {
        String text = line(line);
        int column = text.length() - text.replaceFirst("^[\\s-]+", "").length();
        return new Finding(file.label(), line + 1, column + 1, Severity.ERROR, "not YAML: " + message, hint);
    }

    private Finding at(@Nullable Mark mark, String message, String hint) {
        return RouteDocument.atMark(file, mark, Severity.ERROR, "not YAML: " + message, hint);
    }
}
