package io.github.dtstream.route.check;

import io.github.dtstream.text.Excerpt;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.text.NearestName;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.language.simple.types.SimpleParserException;
import org.jspecify.annotations.Nullable;

/**
 * Words a parser's error about an expression for a reader who does not know the parser. Pure.
 *
 * @param message what is wrong
 * @param hint what to write instead; null if there is nothing to add
 * @param index the position in the expression, from 0; -1 if it is not known
 */
record ExpressionError(String message, @Nullable String hint, int index) {
    private static final String COMPARISON = "write a comparison, such as \"${header.DtEventType} == 'temperature'\"";
    /** Operators of other languages, and the operator of simple to write instead. */
    private static final Map<String, String> OPERATORS =
            Map.of("and ", "&&", "or ", "||", "AND ", "&&", "OR ", "||", "= ", "==", "=== ", "==", "<> ", "!=");

    private static final Pattern FORM = Pattern.compile("Valid syntax: (.+) was: (.+)");
    private static final Pattern UNKNOWN_FUNCTION = Pattern.compile("Unknown function: (.+)");
    private static final Pattern JQ_PLACE =
            Pattern.compile("(?:Encountered|Lexical error).* at line (\\d+), column (\\d+).*", Pattern.DOTALL);
    private static final Pattern JQ_FUNCTION = Pattern.compile("Function (\\w+)/(\\d+) does not exist");
    /** The functions that routes are most likely to use. */
    private static final Set<String> JQ_FUNCTIONS = Set.of(
            "body",
            "constant",
            "contains",
            "del",
            "fromdate",
            "fromjson",
            "has",
            "header",
            "index",
            "join",
            "keys",
            "length",
            "ltrimstr",
            "map",
            "max",
            "min",
            "property",
            "select",
            "split",
            "startswith",
            "test",
            "todate",
            "tojson",
            "tonumber",
            "tostring",
            "type",
            "variable");

    private static final Pattern JSONPATH_PLACE = Pattern.compile("starting at position (\\d+)");

    static ExpressionError of(String language, String text, Throwable failure) {
        return switch (language) {
            case "simple" -> ofSimple(text, failure);
            case "jq" -> ofJq(text, FailureReason.of(failure));
            case "jsonpath" -> ofJsonPath(text, FailureReason.of(failure));
            default ->
                new ExpressionError(
                        "the " + language + " expression cannot be read: " + FailureReason.of(failure), null, -1);
        };
    }

    private static ExpressionError ofSimple(String text, Throwable failure) {
        int index = -1;
        String said = FailureReason.of(failure);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SimpleIllegalSyntaxException syntax) {
                index = syntax.getIndex();
            }
            if (cause instanceof SimpleParserException parser && parser.getMessage() != null) {
                said = parser.getMessage();
                index = index < 0 ? parser.getIndex() : index;
            }
        }
        index = Math.min(index, text.length());
        Matcher function = UNKNOWN_FUNCTION.matcher(said);
        if (function.find()) {
            String name = function.group(1).trim();
            String known = name.replaceFirst("[^A-Za-z].*", "");
            int at = text.indexOf("${" + name);
            if (SimpleFunctions.NAMES.contains(known)) {
                return new ExpressionError(
                        "the function '" + name + "' is not complete",
                        "it is written as Camel's simple language has it",
                        at < 0 ? index : at);
            }
            return new ExpressionError(
                    "simple has no function '" + name + "'",
                    NearestName.question(known, SimpleFunctions.NAMES)
                            .orElse("an event's fields are headers: '${header.DtEventId}'"),
                    at < 0 ? index : at);
        }
        Matcher form = FORM.matcher(said);
        if (form.find()) {
            return new ExpressionError(
                    "'" + form.group(2) + "' is not of the form '" + form.group(1) + "'", null, index);
        }
        return ofSimple(text, said, index);
    }

    private static ExpressionError ofSimple(String text, String said, int index) {
        if (said.contains("functionEnd")) {
            int open = text.lastIndexOf("${");
            return new ExpressionError("the function that begins here does not end", "close it by '}'", open);
        }
        if (said.matches(".*[qQ]uote but (was|reached) eol.*")) {
            return new ExpressionError("a quote in the simple expression is not closed", "close the quote", index);
        }
        if (said.startsWith("Unexpected token") && !text.contains("${")) {
            return new ExpressionError("'" + text + "' is no condition", COMPARISON, 0);
        }
        int begin = wordBegin(text, index);
        for (Map.Entry<String, String> operator : OPERATORS.entrySet()) {
            if (begin >= 0 && text.startsWith(operator.getKey(), begin)) {
                String written = operator.getKey().strip();
                return new ExpressionError(
                        "simple has no operator '" + written + "'", "write " + operator.getValue(), begin);
            }
        }
        return unreadable(text, begin);
    }

    /** The begin of the word in which the parser stopped. */
    private static int wordBegin(String text, int index) {
        int begin = index;
        while (begin > 0
                && begin < text.length()
                && Character.isLetterOrDigit(text.charAt(begin))
                && Character.isLetterOrDigit(text.charAt(begin - 1))) {
            begin--;
        }
        return begin;
    }

    private static ExpressionError unreadable(String text, int index) {
        String at = index < 0 || index >= text.length()
                ? "at its end"
                : "from '" + shortened(text.substring(index)) + "' on";
        return new ExpressionError(
                "the simple expression cannot be read " + at,
                "put spaces around operators, quotes around text, and a value on both sides: "
                        + COMPARISON.replaceFirst("^write a comparison, such as ", ""),
                index);
    }

    private static ExpressionError ofJq(String text, String said) {
        Matcher unknown = JQ_FUNCTION.matcher(said);
        if (unknown.find()) {
            String name = unknown.group(1);
            return new ExpressionError(
                    "jq has no function '" + name + "' that takes " + unknown.group(2)
                            + (unknown.group(2).equals("1") ? " argument" : " arguments"),
                    NearestName.question(name, JQ_FUNCTIONS)
                            .orElse("https://jqlang.org/manual lists them; header(\"…\") gives a header"),
                    text.indexOf(name));
        }
        Matcher place = JQ_PLACE.matcher(said);
        if (!place.find()) {
            return new ExpressionError("the jq expression cannot be read: " + said, null, -1);
        }
        int index = index(text, Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)));
        if (said.contains("<EOF>") || index >= text.length()) {
            return new ExpressionError("the jq expression ends too early", "close its brackets and quotes", index);
        }
        return new ExpressionError(
                "the jq expression cannot be read from '" + shortened(text.substring(index)) + "' on",
                "look there for a bracket or an operator too many, and before it for one that is missing",
                index);
    }

    /** The index of a line and a column, which both count from 1. */
    private static int index(String text, int line, int column) {
        int begin = 0;
        for (int i = 1; i < line && begin >= 0; i++) {
            begin = text.indexOf('\n', begin) + 1;
        }
        return begin + column - 1;
    }

    private static ExpressionError ofJsonPath(String text, String said) {
        Matcher place = JSONPATH_PLACE.matcher(said);
        if (place.find()) {
            int index = Integer.parseInt(place.group(1));
            String rest = index < text.length() ? "from '" + shortened(text.substring(index)) + "' on" : "at its end";
            return new ExpressionError(
                    "the jsonpath expression cannot be read " + rest, "such as '$.data.temperature.value'", index);
        }
        return new ExpressionError("the jsonpath expression cannot be read: " + said, null, -1);
    }

    private static String shortened(String text) {
        return Excerpt.beginning(text.lines().findFirst().orElse(""), 20);
    }
}
