package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Clearance;
import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.alarm.rule.Comparison.Above;
import io.github.dtstream.alarm.rule.Comparison.AtLeast;
import io.github.dtstream.alarm.rule.Comparison.AtMost;
import io.github.dtstream.alarm.rule.Comparison.Below;
import io.github.dtstream.alarm.rule.Comparison.Is;
import io.github.dtstream.alarm.rule.Condition;
import io.github.dtstream.alarm.rule.Delta;
import io.github.dtstream.alarm.rule.Excursion;
import io.github.dtstream.alarm.rule.Limit;
import io.github.dtstream.alarm.window.CountWindow;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.reading.Reading;
import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A rule in the form that the engine needs: spans in milliseconds, and judgements of one device's value. Immutable. */
final class RuleInForce {
    private final AlarmRule rule;
    private final long raiseLasts;
    private final long clearLasts;
    private final long noData;
    private final @Nullable Quantity quantity;
    private final Quantity.@Nullable Kind kind;
    private final List<Comparison> raises;
    private final List<Comparison> exceeds;

    RuleInForce(AlarmRule rule) {
        this.rule = rule;
        this.raiseLasts =
                rule.raise().map(Condition::lasting).map(Duration::toMillis).orElse(0L);
        this.clearLasts =
                rule.clear().map(Clearance::lasting).map(Duration::toMillis).orElse(0L);
        this.noData = rule.noData().map(Duration::toMillis).orElse(0L);
        this.quantity = rule.quantity().orElse(null);
        this.kind = rule.quantity().map(Quantity::kind).orElse(null);
        this.raises = rule.raise().map(Condition::anyOf).orElse(List.of());
        this.exceeds = rule.excursion().map(Excursion::anyOf).orElse(List.of());
    }

    AlarmRule rule() {
        return rule;
    }

    String name() {
        return rule.name();
    }

    /** Whether it raises and clears by the same conditions. */
    boolean saysTheSameAs(RuleInForce other) {
        return rule.quantity().equals(other.rule.quantity())
                && rule.raise().equals(other.rule.raise())
                && rule.clear().equals(other.rule.clear())
                && rule.excursion().equals(other.rule.excursion())
                && rule.delta().equals(other.rule.delta());
    }

    /** How long the raising condition must hold; 0 to raise at once. */
    long raiseLasts() {
        return raiseLasts;
    }

    /** How long the clearing condition must hold; 0 to clear at once. */
    long clearLasts() {
        return clearLasts;
    }

    /** How long a device may be silent; 0 for no limit. */
    long noData() {
        return noData;
    }

    Quantity quantity() {
        return rule.quantity().orElseThrow();
    }

    boolean isAboutValues() {
        return quantity != null;
    }

    boolean isAbout(Quantity other) {
        return quantity == other;
    }

    /** Whether it is about the stream itself, without a device. */
    boolean isOfStream() {
        return isAbout(Quantity.STREAM);
    }

    /** Whether its quantity keeps its value until the next event. */
    boolean holdsOn() {
        return kind == Quantity.Kind.STATE;
    }

    boolean isPulse() {
        return kind == Quantity.Kind.PULSE;
    }

    /** Whether a value meets the raising condition. */
    boolean raises(double number, @Nullable String state, Device device) {
        return holds(raises, number, state, device.labels());
    }

    /** Whether a value meets the clearing condition. */
    boolean clears(double number, @Nullable String state, Device device) {
        return !raises(number, state, device)
                && rule.clear().stream()
                        .flatMap(clearance -> clearance.allOf().stream())
                        .allMatch(comparison -> holds(comparison, number, state, device.labels()));
    }

    /** Whether a value counts for the accumulated time. */
    boolean exceeds(double number, @Nullable String state, Device device) {
        return holds(exceeds, number, state, device.labels());
    }

    /** Whether a count grew by too much, or too little. */
    boolean isOff(CountWindow counts, long now, Device device) {
        Delta delta = rule.delta().orElseThrow();
        double growth = counts.growth(now);
        return delta.moreThan() != null && growth > delta.moreThan().in(device.labels())
                || delta.lessThan() != null
                        && counts.isFull(now)
                        && growth < delta.lessThan().in(device.labels());
    }

    /** Whether a number is further from normal than another. */
    boolean isWorse(double number, double other) {
        boolean isLower =
                raises.stream().anyMatch(comparison -> comparison instanceof Below || comparison instanceof AtMost);
        return isLower ? number < other : number > other;
    }

    private static boolean holds(
            List<Comparison> anyOf, double number, @Nullable String state, Map<String, String> labels) {
        for (Comparison comparison : anyOf) {
            if (holds(comparison, number, state, labels)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(
            Comparison comparison, double number, @Nullable String state, Map<String, String> labels) {
        if (comparison instanceof Above above) {
            return number > above.limit().in(labels);
        }
        if (comparison instanceof Below below) {
            return number < below.limit().in(labels);
        }
        if (comparison instanceof AtLeast atLeast) {
            return number >= atLeast.limit().in(labels);
        }
        if (comparison instanceof AtMost atMost) {
            return number <= atMost.limit().in(labels);
        }
        return comparison instanceof Is is && Objects.equals(state, is.state());
    }

    /** The raising condition, as the end of a sentence: {@code above -15 °C for 30 min}. */
    String raiseText(Device device) {
        return rule.raise().map(condition -> text(condition, device)).orElse("");
    }

    String clearText(Device device) {
        return rule.clear()
                .filter(clearance -> !clearance.allOf().isEmpty())
                .map(clearance -> text(clearance.allOf(), " and ", clearance.lasting(), device))
                .orElse("");
    }

    private String text(Condition condition, Device device) {
        return text(condition.anyOf(), " or ", condition.lasting(), device);
    }

    private String text(List<Comparison> comparisons, String word, Duration lasting, Device device) {
        return comparisons.stream().map(comparison -> text(comparison, device)).collect(Collectors.joining(word))
                + (lasting.isZero() ? "" : " for " + readable(lasting));
    }

    String excursionText(Device device) {
        return rule.excursion()
                .map(excursion -> text(excursion.anyOf(), device) + " for a total of " + readable(excursion.total())
                        + " within " + readable(excursion.within()))
                .orElse("");
    }

    String deltaText(Device device) {
        Delta delta = rule.delta().orElseThrow();
        String more = delta.moreThan() == null ? "" : "more than " + number(delta.moreThan(), device);
        String less = delta.lessThan() == null ? "" : "less than " + number(delta.lessThan(), device);
        return more + (more.isEmpty() || less.isEmpty() ? "" : " or ") + less + " within " + readable(delta.within());
    }

    private String text(List<Comparison> anyOf, Device device) {
        return anyOf.stream().map(comparison -> text(comparison, device)).collect(Collectors.joining(" or "));
    }

    private String text(Comparison comparison, Device device) {
        if (comparison instanceof Above above) {
            return "above " + number(above.limit(), device);
        }
        if (comparison instanceof Below below) {
            return "below " + number(below.limit(), device);
        }
        if (comparison instanceof AtLeast atLeast) {
            return "at least " + number(atLeast.limit(), device);
        }
        if (comparison instanceof AtMost atMost) {
            return "at most " + number(atMost.limit(), device);
        }
        return comparison instanceof Is is ? is.state() : "";
    }

    private String number(Limit limit, Device device) {
        return Reading.text(quantity(), limit.in(device.labels()), null);
    }

    private static String readable(Duration duration) {
        return ReadableDuration.of(duration);
    }
}
