package io.github.dtstream.simulator.http;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in the syntax of Go's {@code time.ParseDuration}, which the gateway in front of the API uses. */
public final class GoDuration {
    private static final Pattern WHOLE = Pattern.compile("\\+?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|µs|ms|s|m|h))+");
    private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Double> NANOS =
            Map.of("ns", 1.0, "us", 1e3, "µs", 1e3, "ms", 1e6, "s", 1e9, "m", 60e9, "h", 3600e9);

    private GoDuration() {}

    /** The duration; empty if the text is not one, or is negative. */
    public static Optional<Duration> parse(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (text.length() > 40 || !WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        double nanos = 0;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            nanos += Double.parseDouble(part.group(1)) * Objects.requireNonNull(NANOS.get(part.group(2)));
        }
        return nanos > Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofNanos(Math.round(nanos)));
    }
}
