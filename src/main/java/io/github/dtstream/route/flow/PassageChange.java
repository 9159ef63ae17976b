package io.github.dtstream.route.flow;

import io.github.dtstream.route.flow.Passage.Body;
import io.github.dtstream.route.model.Nodes;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** Computes how a step changes the message. Pure. */
final class PassageChange {
    /** A function at the end of a text, which may end in a newline. */
    private static final Pattern LAST_FUNCTION = Pattern.compile("\\$\\{([^{}]*)}$");

    private PassageChange() {}

    static Passage of(Step step, Passage at, Set<String> languages, UnaryOperator<String> resolve) {
        return switch (step.name()) {
            case "setBody", "transform" ->
                step.expression(languages)
                        .map(expression -> body(at, expression, resolve))
                        .orElseGet(() -> at.withBody(Body.OTHER, false));
            case "convertBodyTo" -> at.withBody(Body.OTHER, at.isUnterminated());
            case "marshal" -> at.withBody(Body.OTHER, isOneLine(step));
            case "unmarshal" -> at.withBody(Body.OTHER, false);
            case "setExchangePattern" ->
                at.awaited(Nodes.text(step.content()).equals("InOut")
                        || step.option("pattern").orElse("").equals("InOut"));
            case "setHeader", "setVariable" -> named(step.name(), step.content(), at, languages);
            case "setHeaders", "setVariables" -> {
                Passage now = at;
                String list = step.name().equals("setHeaders") ? "headers" : "variables";
                for (Node one : Nodes.elements(Nodes.value(step.content(), list))) {
                    now = named(step.name(), one, now, languages);
                }
                yield now;
            }
            default -> at;
        };
    }

    private static Passage named(String step, Node holder, Passage at, Set<String> languages) {
        Optional<Step.Expression> expression = Step.expressionIn(holder, languages);
        String name = Nodes.textAt(holder, "name").orElse("");
        boolean isFree = expression.isPresent() && FreeText.isIn(expression.get(), at);
        String text = expression.map(Step.Expression::text).orElse("");
        return step.startsWith("setHeader") ? at.withHeader(name, text, isFree) : at.withVariable(name, isFree);
    }

    private static Passage body(Passage at, Step.Expression expression, UnaryOperator<String> resolve) {
        String text = resolve.apply(expression.text()).trim();
        return switch (expression.language()) {
            case "constant" -> at.withBody(Body.CONSTANT, !endsLine(text));
            case "simple" -> text.equals("${body}") ? at : at.withBody(Body.OTHER, isUnterminated(text, at));
            case "jq" -> at.withBody(Body.OTHER, !text.contains("\\n") && !text.contains("@csv"));
            default -> at.withBody(Body.OTHER, false);
        };
    }

    private static boolean isUnterminated(String text, Passage at) {
        Matcher last = LAST_FUNCTION.matcher(text);
        if (last.find()) {
            return last.group(1).startsWith("header.Dt") || last.group(1).equals("body") && at.isUnterminated();
        }
        return !endsLine(text);
    }

    private static boolean endsLine(String text) {
        return text.endsWith("\n") || text.endsWith("\\n");
    }

    /** Whether the format makes one line without a line break: JSON, or CSV without a record separator. */
    private static boolean isOneLine(Step step) {
        Node json = Nodes.value(step.content(), "json");
        if (json != null) {
            return !Nodes.textAt(json, "prettyPrint").orElse("").equals("true");
        }
        return Nodes.textAt(Nodes.value(step.content(), "csv"), "recordSeparator")
                .filter(String::isEmpty)
                .isPresent();
    }
}
