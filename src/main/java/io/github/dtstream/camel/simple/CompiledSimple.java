package io.github.dtstream.camel.simple;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.language.simple.SimpleExpressionParser;
import org.apache.camel.language.simple.SimpleLanguage;
import org.apache.camel.language.simple.SimplePredicateParser;
import org.apache.camel.language.simple.ast.LiteralNode;
import org.apache.camel.language.simple.ast.SimpleFunctionStart;
import org.apache.camel.language.simple.ast.SimpleNode;
import org.apache.camel.support.ExpressionAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Camel's language simple, with faster forms of two frequent expressions: text with headers in it, and the comparison
 * of a header with a text. Camel converts each piece of a text by its type converters, and makes a message for each
 * comparison that fails. Camel's own code evaluates everything else, and values that these forms do not support. Camel
 * caches parsed expressions by their text, together with the beans that they use; an expression that names a bean is
 * therefore parsed each time, so that a newly bound bean is used.
 */
public final class CompiledSimple extends SimpleLanguage {
    private static final Pattern HEADER = Pattern.compile("header\\.(\\w+)");
    private static final Pattern COMPARISON = Pattern.compile("\\$\\{header\\.(\\w+)} (==|!=) '([\\w./:-]*)'");

    private static final Pattern BEAN = Pattern.compile("\\$(?:simple)?\\{\\s*(?:bean|ref)[:.]");

    @Override
    public Expression createExpression(String expression) {
        if (BEAN.matcher(expression).find()) {
            return new SimpleExpressionParser(getCamelContext(), expression, true, false, null).parseExpression();
        }
        // This also reports errors in the expression.
        Expression camels = super.createExpression(expression);
        Expression template =
                expression.startsWith("resource:") ? null : new Parser(getCamelContext(), expression).template();
        return template == null ? camels : template;
    }

    @Override
    public Predicate createPredicate(String expression) {
        if (BEAN.matcher(expression).find()) {
            return new SimplePredicateParser(getCamelContext(), expression, true, false, null).parsePredicate();
        }
        Predicate camels = super.createPredicate(expression);
        Matcher comparison = COMPARISON.matcher(expression);
        return comparison.matches()
                ? new Comparison(comparison.group(1), comparison.group(2).equals("=="), comparison.group(3), camels)
                : camels;
    }

    private static @Nullable Object valueIn(Exchange exchange, String name) {
        Object value = exchange.getIn().getHeader(name);
        return value == null ? exchange.getProperty(name) : value;
    }

    /** Reads the syntax tree of Camel's parser. */
    private static final class Parser extends SimpleExpressionParser {
        private final String text;

        Parser(CamelContext context, String text) {
            super(context, text, true, false, null);
            this.text = text;
        }

        /** Null if the expression has other parts than text and headers, or no text. */
        @Nullable
        Expression template() {
            List<@Nullable String> texts = new ArrayList<>();
            List<@Nullable String> headers = new ArrayList<>();
            for (SimpleNode node : parseTokens()) {
                String header = headerOf(node);
                if (header == null && !(node instanceof LiteralNode)) {
                    return null;
                }
                headers.add(header);
                texts.add(node instanceof LiteralNode literal ? literal.getText() : null);
            }
            return texts.size() < 2
                    ? null
                    : new Template(text, texts.toArray(String[]::new), headers.toArray(String[]::new));
        }

        private static @Nullable String headerOf(SimpleNode node) {
            if (node instanceof SimpleFunctionStart function
                    && function.getBlock().getChildren().size() == 1
                    && function.getBlock().getChildren().get(0) instanceof LiteralNode name) {
                Matcher header = HEADER.matcher(name.getText());
                return header.matches() ? header.group(1) : null;
            }
            return null;
        }
    }

    /** Texts and headers in turn. Immutable. */
    private static final class Template extends ExpressionAdapter {
        private final String text;
        private final @Nullable String[] texts;
        private final @Nullable String[] headers;

        /**
         * @param texts null at the position of a header
         * @param headers null at the position of a text
         */
        Template(String text, @Nullable String[] texts, @Nullable String[] headers) {
            this.text = text;
            this.texts = texts;
            this.headers = headers;
        }

        @Override
        public Object evaluate(Exchange exchange) {
            String[] pieces = new String[texts.length];
            for (int i = 0; i < pieces.length; i++) {
                String own = texts[i];
                String header = headers[i];
                pieces[i] = own != null || header == null ? String.valueOf(own) : text(exchange, header);
            }
            return String.join("", pieces);
        }

        private static String text(Exchange exchange, String header) {
            Object value = valueIn(exchange, header);
            if (value instanceof String own) {
                return own;
            }
            String converted = value == null
                    ? null
                    : exchange.getContext().getTypeConverter().convertTo(String.class, exchange, value);
            return converted == null ? "" : converted;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Whether a header equals a text, or does not.
     *
     * @param camels evaluates values that are not text
     */
    private record Comparison(String header, boolean equal, String text, Predicate camels) implements Predicate {
        @Override
        public boolean matches(Exchange exchange) {
            return valueIn(exchange, header) instanceof String value
                    ? value.equals(text) == equal
                    : camels.matches(exchange);
        }

        @Override
        public void init(CamelContext context) {
            camels.init(context);
        }

        @Override
        public void initPredicate(CamelContext context) {
            camels.initPredicate(context);
        }

        @Override
        public String toString() {
            return camels.toString();
        }
    }
}
