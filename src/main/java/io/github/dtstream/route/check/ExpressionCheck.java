package io.github.dtstream.route.check;

import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.text.FailureReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.Predicate;
import org.apache.camel.spi.Language;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Finds expressions that do not compile. */
public final class ExpressionCheck {
    private static final Set<String> COMPILED = Set.of("simple", "jq", "jsonpath", "xpath");
    /** Languages of Camel's core that are always there, or that need more than a text. */
    private static final Set<String> UNCHECKED = Set.of("method", "ref", "language", "expression", "java");

    private static final Pattern BEAN = Pattern.compile("\\$\\{bean:([A-Za-z0-9_-]+)");

    private static final Pattern REGEX = Pattern.compile("\\sregex\\s+'([^'$]*)'");

    private static final Set<String> PREDICATES =
            Set.of("filter", "when", "validate", "onWhen", "completionPredicate", "handled", "continued", "retryWhile");

    private final CamelContext context;
    private final UnaryOperator<String> resolve;
    private final Set<String> languages;
    private final Set<String> declaredBeans;

    /**
     * @param languages the keys of expressions in the YAML DSL
     * @param declaredBeans the names under which the files themselves declare beans
     */
    ExpressionCheck(
            CamelContext context, UnaryOperator<String> resolve, Set<String> languages, Set<String> declaredBeans) {
        this.declaredBeans = declaredBeans;
        this.context = context;
        this.resolve = resolve;
        this.languages = languages;
    }

    List<Finding> check(RouteDocument document, Node root) {
        List<Finding> findings = new ArrayList<>();
        Nodes.eachEntry(root, (above, entry) -> check(document, above, entry, findings));
        return findings;
    }

    /** Finds a {@code precondition} that is not a condition. */
    List<Finding> precondition(RouteDocument document, @Nullable Node node) {
        String text = resolve.apply(Nodes.text(node));
        if (node == null || text.isBlank() || text.contains("{{")) {
            return List.of();
        }
        try {
            compile("simple", context.resolveLanguage("simple"), text, true);
            return List.of();
        } catch (RuntimeException e) {
            boolean isSetting = Nodes.text(node).matches("\\s*\\{\\{[^{}]+}}\\s*");
            String setting = Nodes.text(node).replaceAll("[{}?!\\s]", "");
            return List.of(document.error(
                    node,
                    "'precondition' is '" + text + "', which is neither true nor false",
                    isSetting ? "set '" + setting + "' to true or false" : "write true, false or a setting that is"));
        }
    }

    private void check(RouteDocument document, List<String> above, NodeTuple entry, List<Finding> findings) {
        String language = Nodes.text(entry.getKeyNode());
        boolean isExpression = languages.contains(language)
                && !UNCHECKED.contains(language)
                && !above.isEmpty()
                && !above.contains("parameters");
        @Nullable ScalarNode text = isExpression ? textOf(entry.getValueNode()) : null;
        if (text == null) {
            return;
        }
        try {
            Language found = context.resolveLanguage(language);
            String resolved = resolve.apply(text.getValue());
            if (language.equals("simple")) {
                heldBean(document, text, resolved, findings);
                simpleDetails(document, text, resolved, findings);
            }
            if (COMPILED.contains(language) && !resolved.contains("{{")) {
                compile(language, found, resolved, isPredicate(above));
            }
        } catch (NoSuchLanguageException e) {
            findings.add(document.error(
                    entry.getKeyNode(),
                    "the language '" + language + "' is not on the class path",
                    "use simple, jq or jsonpath, or add camel-" + language));
        } catch (RuntimeException e) {
            ExpressionError error = ExpressionError.of(language, resolve.apply(text.getValue()), e);
            findings.add(document.errorIn(text, error.index(), error.message(), error.hint()));
        }
    }

    /** Finds mistakes that Camel would find only with the first event. */
    private static void simpleDetails(RouteDocument document, ScalarNode node, String text, List<Finding> findings) {
        int empty = text.indexOf("${}");
        if (empty >= 0) {
            String hint = "name what is meant, such as '${body}'";
            findings.add(document.errorIn(node, empty, "nothing stands between the braces", hint));
        }
        Matcher regex = REGEX.matcher(text);
        while (regex.find()) {
            try {
                Pattern.compile(regex.group(1));
            } catch (PatternSyntaxException e) {
                int index = regex.start(1)
                        + Math.max(0, Math.min(e.getIndex(), regex.group(1).length() - 1));
                findings.add(document.errorIn(
                        node,
                        index,
                        "'" + regex.group(1) + "' is no regular expression",
                        "look for a bracket that is not closed; the parser says: " + e.getDescription()));
            }
        }
    }

    /**
     * Warns of a bean in a simple expression: Camel caches compiled expressions by their text, with the beans in them,
     * for as long as it runs.
     */
    private void heldBean(RouteDocument document, ScalarNode node, String text, List<Finding> findings) {
        Matcher matcher = BEAN.matcher(text);
        while (matcher.find()) {
            if (declaredBeans.contains(matcher.group(1))) {
                String bean = matcher.group(1);
                findings.add(document.warning(
                        node,
                        "'${bean:" + bean + "}' stays the bean that it is now, also when it is edited under 'beans:'",
                        "call it by a step of its own: 'bean: {ref: " + bean
                                + "}', or restart after an edit of the bean"));
            }
        }
    }

    private static @Nullable ScalarNode textOf(Node value) {
        Node text = value instanceof ScalarNode ? value : Nodes.value(value, "expression");
        return text instanceof ScalarNode scalar ? scalar : null;
    }

    private static boolean isPredicate(List<String> above) {
        String parent = above.get(above.size() - 1);
        boolean wrapped = parent.equals("expression") && above.size() > 1;
        return PREDICATES.contains(wrapped ? above.get(above.size() - 2) : parent);
    }

    private void compile(String name, Language language, String text, boolean isPredicate) {
        if (name.equals("jsonpath") && !text.contains("${")) {
            // Camel would compile it only with the first message.
            JsonPath.compile(text);
            if (text.strip().endsWith("[")) {
                // The library ignores an open bracket at the end.
                throw new InvalidPathException("Could not parse token starting at position "
                        + text.strip().lastIndexOf('['));
            }
        }
        if (isPredicate) {
            Predicate predicate = language.createPredicate(text);
            predicate.init(context);
        } else {
            Expression expression = language.createExpression(text);
            expression.init(context);
            if (name.equals("jq")) {
                jqFunctions(expression);
            }
        }
    }

    /** Evaluates a jq expression with an empty event, as jq looks functions up only when it calls them. */
    private void jqFunctions(Expression expression) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getIn().setBody("{}");
        try {
            expression.evaluate(exchange, Object.class);
        } catch (RuntimeException e) {
            if (FailureReason.of(e).matches("Function \\S+ does not exist.*")) {
                throw e;
            }
            // Other errors come from the empty event and not from the expression.
        }
    }
}
