package io.github.dtstream.route.flow;

import java.util.List;
import java.util.regex.Pattern;

/** Finds JSON that is composed from free text, which may contain quotes and backslashes. */
public final class JsonRule implements EventFlow.Rule {
    private static final Pattern QUOTED_JSON = Pattern.compile("\"\\$\\{(body|header\\.DtData)}\"");

    @Override
    public void check(Step step, Passage comes, EventFlow.Site site) {
        switch (step.name()) {
            case "setBody", "transform", "setHeader", "setVariable", "setProperty", "script" ->
                step.expression(site.languages())
                        .filter(expression -> expression.language().equals("simple"))
                        .filter(expression -> isJson(site.resolve(expression.text())))
                        .ifPresent(expression -> check(expression, comes, site));
            default -> {}
        }
    }

    private static boolean isJson(String text) {
        String trimmed = text.trim();
        return trimmed.startsWith("{") && trimmed.contains("\"") || trimmed.matches("(?s)\\[\\s*[\"{\\[$].*");
    }

    private static void check(Step.Expression expression, Passage comes, EventFlow.Site site) {
        List<String> free = FreeText.functions(expression.text(), comes);
        if (!free.isEmpty()) {
            site.error(
                    comes,
                    expression.node(),
                    "a quote or a backslash in '" + free.get(0) + "' breaks this JSON",
                    "make it by jq, which quotes: jq: '{name: header(\"DtDeviceName\"), at: .timestamp}'");
        } else if (QUOTED_JSON.matcher(expression.text()).find()) {
            site.error(
                    comes,
                    expression.node(),
                    "what stands in quotes here is JSON itself, and its quotes end the text",
                    "leave the quotes around it out");
        }
    }
}
