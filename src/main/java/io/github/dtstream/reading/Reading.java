package io.github.dtstream.reading;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * The value of one quantity at one time, from an event.
 *
 * @param time the time of measurement, in milliseconds since 1970
 * @param number its number; NaN for a state
 * @param state its state; null for a number
 */
public record Reading(
        Quantity quantity,
        long time,
        double number,
        @Nullable String state) {
    /** The value for people, with its unit: {@code -9.5 °C}, {@code OPEN}. */
    public String text() {
        return text(quantity, number, state);
    }

    /** The same for its parts; empty if there is no value. */
    public static String text(Quantity quantity, double number, @Nullable String state) {
        if (state != null) {
            return state;
        }
        if (Double.isNaN(number)) {
            return "";
        }
        return number(number) + (quantity.unit().isEmpty() ? "" : " " + quantity.unit());
    }

    /** A number with at most three decimals, without trailing zeros. */
    public static String number(double number) {
        BigDecimal rounded = BigDecimal.valueOf(number).setScale(3, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
