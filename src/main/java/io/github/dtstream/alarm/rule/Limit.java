package io.github.dtstream.alarm.rule;

import java.util.Map;
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

    /** The number for a device with these labels; NaN where it has none, so that the rule says nothing about it. */
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
