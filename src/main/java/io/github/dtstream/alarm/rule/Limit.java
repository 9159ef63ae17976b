package io.github.dtstream.alarm.rule;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The number of a comparison: fixed, or from a device's label.
 *
 * @param label the label with the number; null if it is fixed
 * @param number the fixed number, or the default for a device without a number in that label; NaN for none
 */
public record Limit(@Nullable String label, double number) {
    /** The same number for all devices. */
    public static Limit of(double number) {
        return new Limit(null, number);
    }

    /** The number for a device with these labels; NaN if there is none, so that the rule does not apply to it. */
    public double in(Map<String, String> labels) {
        if (label == null) {
            return number;
        }
        double own = number(labels.get(label));
        return Double.isNaN(own) ? number : own;
    }

    private static double number(@Nullable String text) {
        try {
            return text == null ? Double.NaN : Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
