package io.github.dtstream.route.flow;

import io.github.dtstream.route.model.EndpointUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The endpoints to which a step sends. Immutable.
 *
 * @param uses the endpoints that the text names; of a dynamic address, the part before its first function
 * @param isOpen whether there may be others, which are known only at run time
 */
record Targets(List<EndpointUse> uses, boolean isOpen) {
    private static final Set<String> BY_URI = Set.of("to", "toD", "poll");
    private static final Set<String> BY_EXPRESSION =
            Set.of("recipientList", "routingSlip", "dynamicRouter", "enrich", "pollEnrich");
    private static final Set<String> LISTS = Set.of("recipientList", "routingSlip", "dynamicRouter");
    private static final Targets NONE = new Targets(List.of(), false);

    Targets {
        uses = List.copyOf(uses);
    }

    static Targets of(Step step, Set<String> languages, UnaryOperator<String> resolve) {
        if (BY_URI.contains(step.name())) {
            return EndpointUse.of(step.entry())
                    .map(use -> told(List.of(resolved(use, resolve))))
                    .orElse(NONE);
        }
        if (!BY_EXPRESSION.contains(step.name())) {
            return NONE;
        }
        return step.expression(languages)
                .map(expression -> ofExpression(step, expression, resolve))
                .orElse(NONE);
    }

    private static Targets ofExpression(Step step, Step.Expression expression, UnaryOperator<String> resolve) {
        String text = resolve.apply(expression.text());
        boolean isText = Set.of("constant", "simple").contains(expression.language());
        if (!isText || !(expression.node() instanceof ScalarNode node)) {
            return new Targets(List.of(), true);
        }
        String delimiter =
                step.option("delimiter").or(() -> step.option("uriDelimiter")).orElse(",");
        boolean isList = LISTS.contains(step.name()) && !text.contains("${");
        List<EndpointUse> uses = new ArrayList<>();
        for (String address : isList ? List.of(text.split(java.util.regex.Pattern.quote(delimiter))) : List.of(text)) {
            uses.add(EndpointUse.parse(step.name(), node, address));
        }
        return told(uses);
    }

    private static EndpointUse resolved(EndpointUse use, UnaryOperator<String> resolve) {
        String address = resolve.apply(use.address());
        if (address.equals(use.address()) || !(use.node() instanceof ScalarNode node)) {
            return use;
        }
        EndpointUse plain = EndpointUse.parse(use.role(), node, address);
        return new EndpointUse(
                use.role(), node, plain.scheme(), plain.path(), use.options(), use.dynamic() || plain.dynamic());
    }

    private static Targets told(List<EndpointUse> uses) {
        List<EndpointUse> known =
                uses.stream().filter(use -> isKnown(use.scheme())).toList();
        return new Targets(known, known.size() < uses.size());
    }

    private static boolean isKnown(String scheme) {
        return !scheme.contains("$") && !scheme.contains("{");
    }

    /** Returns those of the given addresses to which a use may lead. */
    static List<String> among(Set<String> addresses, EndpointUse use) {
        if (!use.dynamic() || !use.path().contains("${")) {
            return addresses.contains(use.address()) ? List.of(use.address()) : List.of();
        }
        String begin = use.scheme() + ":" + use.path().substring(0, use.path().indexOf("${"));
        return addresses.stream().filter(address -> address.startsWith(begin)).toList();
    }

    /** The node at which a finding points. */
    static Node nodeOf(Step step) {
        return EndpointUse.of(step.entry()).map(EndpointUse::node).orElse(step.node());
    }
}
