package io.github.dtstream.alarm.file;

import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.alarm.rule.Limit;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.route.model.Nodes;
import io.github.dtstream.text.NearestName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads comparisons. Pure. */
final class Comparisons {
    private static final Map<String, Function<Limit, Comparison>> NUMBERS = numbers();

    /** The keys of comparisons. */
    static final List<String> KEYS = List.of("above", "below", "at-least", "at-most", "is");

    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,12}(?:\\.\\d{1,9})?(?:[eE][-+]?\\d)?");
    private static final Pattern LIKE = Pattern.compile("[<>=]*\\s*([-+\u2212]?\\d+(?:[.,]\\d+)?)\\s*\\S*");

    private Comparisons() {}

    private static Map<String, Function<Limit, Comparison>> numbers() {
        Map<String, Function<Limit, Comparison>> numbers = new LinkedHashMap<>();
        numbers.put("above", Comparison.Above::new);
        numbers.put("below", Comparison.Below::new);
        numbers.put("at-least", Comparison.AtLeast::new);
        numbers.put("at-most", Comparison.AtMost::new);
        return numbers;
    }

    /** The comparisons in a section, in the order above; wrong ones are reported and left out. */
    static List<Comparison> read(Section section, Quantity quantity) {
        List<Comparison> found = new ArrayList<>();
        NUMBERS.forEach((key, comparison) -> section.at(key).ifPresent(node -> {
            if (!quantity.states().isEmpty()) {
                section.complaints()
                        .error(node, quantity.key() + " is a state, and cannot be '" + key + "'", states(quantity));
            } else {
                limit(node, key, quantity, section.complaints()).map(comparison).ifPresent(found::add);
            }
        }));
        section.at("is").ifPresent(node -> {
            if (quantity.states().isEmpty()) {
                String message = quantity.key() + " is a number, and 'is' compares states";
                section.complaints().error(node, message, "it can be above, below, at-least or at-most a number");
            } else {
                states(node, quantity, section.complaints()).forEach(state -> found.add(new Comparison.Is(state)));
            }
        });
        return found;
    }

    private static String states(Quantity quantity) {
        return "write is: " + String.join(" or ", quantity.states());
    }

    /** The states at a node: one, or a list. */
    static List<String> states(Node node, Quantity quantity, Complaints complaints) {
        List<String> states = new ArrayList<>();
        for (Node one : node instanceof SequenceNode ? Nodes.elements(node) : List.of(node)) {
            complaints.text(one, quantity.key()).ifPresent(state -> {
                if (quantity.states().contains(state)) {
                    states.add(state);
                } else {
                    String hint = NearestName.question(state, quantity.states())
                            .orElse("it can be " + String.join(", ", quantity.states()));
                    complaints.error(one, "'" + state + "' is not a state of " + quantity.key(), hint);
                }
            });
        }
        // Their order has no meaning; they are sorted, so that equal rules are equal.
        return states.stream().distinct().sorted().toList();
    }

    /** A fixed number, or one from a device's label: {@code {label: max, default: 8}}. */
    static Optional<Limit> limit(Node node, String what, Quantity quantity, Complaints complaints) {
        if (!(node instanceof MappingNode)) {
            return number(node, what, quantity, complaints).map(Limit::of);
        }
        String example = what + ": {label: max, default: 8}";
        Optional<Section> section = Section.of(node, what, example, List.of("label", "default"), complaints);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        section.get().required("label", what, example);
        Optional<String> label = section.get().text("label");
        Optional<Node> fallback = section.get().at("default");
        Optional<Double> number = fallback.flatMap(one -> number(one, "default", quantity, complaints));
        if (fallback.isPresent() && number.isEmpty()) {
            return Optional.empty();
        }
        return label.map(name -> new Limit(name, number.orElse(Double.NaN)));
    }

    private static Optional<Double> number(Node node, String what, Quantity quantity, Complaints complaints) {
        Optional<String> text = complaints.text(node, what);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (NUMBER.matcher(text.get()).matches()) {
            return text.map(Double::parseDouble);
        }
        Matcher like = LIKE.matcher(text.get());
        String unit = quantity.unit().isEmpty() ? "" : "; the unit is " + quantity.unit();
        String hint = like.matches()
                ? "write " + like.group(1).replace(',', '.').replace('\u2212', '-') + unit
                : "write a number such as 8 or -18.5" + unit;
        complaints.error(node, "'" + text.get() + "' is not a number for '" + what + "'", hint);
        return Optional.empty();
    }

    /** For people: {@code above 8 or below 2}. */
    static String text(List<Comparison> comparisons, String word) {
        return comparisons.stream().map(Comparisons::text).collect(Collectors.joining(" " + word + " "));
    }

    static String text(Comparison comparison) {
        if (comparison instanceof Comparison.Is is) {
            return "is " + is.state();
        }
        return key(comparison) + " " + plain(limit(comparison).number());
    }

    /** The key of a comparison in a file. */
    static String key(Comparison comparison) {
        if (comparison instanceof Comparison.Above) {
            return "above";
        }
        if (comparison instanceof Comparison.Below) {
            return "below";
        }
        if (comparison instanceof Comparison.AtLeast) {
            return "at-least";
        }
        return comparison instanceof Comparison.AtMost ? "at-most" : "is";
    }

    /** The limit of a comparison. */
    static Limit limit(Comparison comparison) {
        if (comparison instanceof Comparison.Above above) {
            return above.limit();
        }
        if (comparison instanceof Comparison.Below below) {
            return below.limit();
        }
        if (comparison instanceof Comparison.AtLeast atLeast) {
            return atLeast.limit();
        }
        if (comparison instanceof Comparison.AtMost atMost) {
            return atMost.limit();
        }
        throw new IllegalArgumentException("a state has no limit");
    }

    /** A number without a needless fraction. */
    static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15 ? Long.toString((long) number) : "" + number;
    }
}
