package io.github.dtstream.text;

import java.time.Duration;
import java.util.Locale;

/** A duration for people. */
public final class ReadableDuration {
    private ReadableDuration() {}

    /**
     * With the significant units: {@code 2.3 s}, {@code 57 s}, {@code 35 min}, {@code 2 h}, {@code 3 h 20 min}, {@code
     * 4 days 5 h}.
     */
    public static String of(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(10)) < 0 && duration.toMillisPart() > 0) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (duration.compareTo(Duration.ofMinutes(2)) < 0) {
            return duration.toSeconds() + " s";
        }
        if (duration.compareTo(Duration.ofHours(2)) < 0) {
            return duration.toMinutes() + " min";
        }
        return duration.compareTo(Duration.ofDays(2)) < 0
                ? duration.toHours() + " h" + further(duration.toMinutesPart(), "min")
                : duration.toDays() + " days" + further(duration.toHoursPart(), "h");
    }

    private static String further(int number, String unit) {
        return number == 0 ? "" : " " + number + " " + unit;
    }
}
