package io.github.dtstream.alarm.file;

import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.reading.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Finds conditions on numbers that are never or always true, and values that both raise and clear. It tries the limits,
 * and numbers between and beyond them; a limit from a label counts as its default. Pure.
 */
final class Sense {
    private Sense() {}

    /** The approximate range of a quantity: a limit beyond it has the wrong unit, or is a slip. */
    private static double[] range(Quantity quantity) {
        return switch (quantity) {
            case TEMPERATURE -> new double[] {-200, 500};
            case HUMIDITY, BATTERY, SIGNAL, CELLULAR_SIGNAL -> new double[] {0, 100};
            case CO2 -> new double[] {0, 100_000};
            case PRESSURE -> new double[] {10_000, 200_000};
            default -> new double[] {0, 1e12};
        };
    }

    /** Reports a raising condition that is never or always true. */
    static void checkRaising(Node at, String what, Quantity quantity, List<Comparison> anyOf, Complaints complaints) {
        if (anyOf.isEmpty() || !isSure(anyOf)) {
            return;
        }
        List<Double> values = values(quantity, anyOf);
        String said = Comparisons.text(anyOf, "or");
        String unit = quantity.unit().isEmpty() ? "" : " (in " + quantity.unit() + ")";
        if (values.stream().noneMatch(value -> any(anyOf, value))) {
            complaints.error(at, "no " + quantity.key() + unit + " is " + said + ": " + what + " never holds", null);
        } else if (values.stream().allMatch(value -> any(anyOf, value))) {
            String hint = anyOf.size() > 1 ? "for a range, write both ends: above: 8, below: 2" : null;
            complaints.error(
                    at, "every " + quantity.key() + unit + " is " + said + ": " + what + " always holds", hint);
        }
    }

    /** Reports a clearing condition that is never true, or true while the alarm is to be raised. */
    static void checkClearing(
            Node at, Quantity quantity, List<Comparison> raising, List<Comparison> allOf, Complaints complaints) {
        if (!isSure(raising) || !isSure(allOf) || allOf.isEmpty()) {
            return;
        }
        List<Comparison> both = new ArrayList<>(raising);
        both.addAll(allOf);
        List<Double> values = values(quantity, both);
        Optional<Double> flapping = values.stream()
                .filter(value -> any(raising, value) && all(allOf, value))
                .findFirst();
        if (values.stream().noneMatch(value -> all(allOf, value))) {
            complaints.error(
                    at,
                    "no " + quantity.key() + " is " + Comparisons.text(allOf, "and") + ": the alarm never clears",
                    null);
        } else if (flapping.isPresent()) {
            complaints.error(
                    at,
                    "a " + quantity.key() + " of " + Comparisons.plain(flapping.get()) + " raises the alarm ("
                            + Comparisons.text(raising, "or") + ") and clears it ("
                            + Comparisons.text(allOf, "and") + ")",
                    hint(raising));
        }
        boolean ownRaise =
                raising.stream().anyMatch(one -> Comparisons.limit(one).label() != null);
        boolean ownClear = allOf.stream().anyMatch(one -> Comparisons.limit(one).label() != null);
        if (ownRaise != ownClear && flapping.isEmpty()) {
            complaints.warn(
                    at,
                    "only one of raise and clear takes its limit from a label: the limit of a device may lie beyond the other",
                    "take both limits from labels, or remove clear");
        }
    }

    private static String hint(List<Comparison> raising) {
        if (raising.size() > 1) {
            return "clear lies between the limits: above 2.5 and below 7.5, where above 8 and below 2 raise";
        }
        Comparison one = raising.get(0);
        boolean isUpper = one instanceof Comparison.Above || one instanceof Comparison.AtLeast;
        String limit = Comparisons.plain(Comparisons.limit(one).number());
        return "clear by " + (isUpper ? "below: " : "above: ") + limit + " or further off";
    }

    /** Whether all are comparisons with known numbers. */
    private static boolean isSure(List<Comparison> comparisons) {
        return comparisons.stream()
                .noneMatch(one -> one instanceof Comparison.Is
                        || Double.isNaN(Comparisons.limit(one).number()));
    }

    private static List<Double> values(Quantity quantity, List<Comparison> comparisons) {
        double[] range = range(quantity);
        TreeSet<Double> limits = new TreeSet<>(List.of(range[0], range[1]));
        comparisons.forEach(one -> limits.add(Comparisons.limit(one).number()));
        List<Double> values = new ArrayList<>(limits);
        Double last = null;
        for (Double limit : limits) {
            if (last != null) {
                values.add(last / 2 + limit / 2);
            }
            last = limit;
        }
        return values.stream()
                .filter(value -> value >= range[0] && value <= range[1])
                .sorted()
                .toList();
    }

    private static boolean any(List<Comparison> comparisons, double value) {
        return comparisons.stream().anyMatch(one -> holds(one, value));
    }

    private static boolean all(List<Comparison> comparisons, double value) {
        return comparisons.stream().allMatch(one -> holds(one, value));
    }

    private static boolean holds(Comparison comparison, double value) {
        double limit = Comparisons.limit(comparison).number();
        return switch (Comparisons.key(comparison)) {
            case "above" -> value > limit;
            case "below" -> value < limit;
            case "at-least" -> value >= limit;
            default -> value <= limit;
        };
    }
}
