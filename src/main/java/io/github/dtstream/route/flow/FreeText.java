package io.github.dtstream.route.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds expressions that contain free text, which people typed: the name of a device, and its labels. Pure. */
final class FreeText {
    private static final Pattern FUNCTION = Pattern.compile("\\$\\{([^{}]*)}");
    private static final Pattern TYPED = Pattern.compile(
            "(in\\.)?headers?(As)?[.\\[:(?]+['\"]?(DtDeviceName|DtLabels)\\b.*", Pattern.CASE_INSENSITIVE);
    /** Functions that take such a text and return something else. */
    private static final Pattern OTHERWISE = Pattern.compile("^(replace|hash|iif|bean|jq)\\b.*");

    private FreeText() {}

    /** Whether the value of an expression contains free text without escaping. */
    static boolean isIn(Step.Expression expression, Passage at) {
        return switch (expression.language()) {
            case "simple" -> !functions(expression.text(), at).isEmpty();
            case "header" ->
                expression.text().matches("(?i)DtDeviceName|DtLabels")
                        || at.free().contains("header." + expression.text());
            case "variable" -> at.free().contains("variable." + expression.text());
            case "jq" ->
                expression.text().contains("DtDeviceName")
                        && !expression.text().contains("tojson")
                        && !expression.text().contains("@json");
            default -> false;
        };
    }

    /** The functions in a simple expression that insert free text without escaping. */
    static List<String> functions(String text, Passage at) {
        List<String> found = new ArrayList<>();
        Matcher function = FUNCTION.matcher(text);
        while (function.find()) {
            String inner = function.group(1).trim();
            boolean isSet = at.set().containsKey("dtdevicename") || at.set().containsKey("dtlabels");
            boolean isTyped = TYPED.matcher(inner).matches() && !isSet;
            boolean isFree = at.free().stream().anyMatch(inner::equals);
            if ((isTyped || isFree) && !OTHERWISE.matcher(inner).matches()) {
                found.add(function.group());
            }
        }
        return found;
    }
}
