package io.github.dtstream.alarm.rule;

import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A number to compare with: fixed, or a device's own.
 *
 * @param label the label that holds it; null if it is fixed
 * @param number the fixed number, or what counts where the device has no such label or it is no number; NaN for none
 */
public record Limit(@Nullable String label, double number) {
    /** The same for all devices. */
    public static Limit of(double number) {
        return new Limit(null, number);
    }

    /** The number for a device; empty where it has none, so that the rule says nothing about it. */
    public OptionalDouble of(Map<String, String> labels) {
        double own = label == null ? Double.NaN : number(labels.get(label));
        double counts = Double.isNaN(own) ? number : own;
        return Double.isNaN(counts) ? OptionalDouble.empty() : OptionalDouble.of(counts);
    }

    private static double number(@Nullable String text) {
        try {
            return text == null ? Double.NaN : Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
