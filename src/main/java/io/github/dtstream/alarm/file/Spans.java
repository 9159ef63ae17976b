package io.github.dtstream.alarm.file;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** Durations in rules: {@code 30m}, {@code 1h30m}, {@code 90s}, {@code 2d}. Pure. */
public final class Spans {
    private static final Pattern FORM =
            Pattern.compile("(?=\\d)(?:(\\d{1,5})d)?(?:(\\d{1,6})h)?(?:(\\d{1,7})m)?(?:(\\d{1,9})s)?");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:[.,]\\d+)?");
    private static final Pattern LIKE =
            Pattern.compile("(\\d+(?:[.,]\\d+)?)\\s*(s|m|h|d|w)(?:ec|econd|in|inute|r|our|ay|eek)?s?\\.?");
    private static final Duration LONGEST = Duration.ofDays(400);

    private Spans() {}

    /** The duration; empty if it is not valid, which is reported. */
    static Optional<Duration> read(Node node, String what, Complaints complaints) {
        Optional<String> text = complaints.text(node, what);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Duration> span = parse(text.get());
        if (span.isEmpty()) {
            complaints.error(node, "'" + text.get() + "' is not a duration for " + what, hint(text.get()));
        } else if (span.get().compareTo(LONGEST) > 0) {
            complaints.error(node, what + " is longer than " + text(LONGEST), null);
            return Optional.empty();
        }
        return span;
    }

    /** The duration of a text; empty if it is not valid. */
    public static Optional<Duration> parse(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(part(form, 1))
                .plusHours(part(form, 2))
                .plusMinutes(part(form, 3))
                .plusSeconds(part(form, 4)));
    }

    private static long part(Matcher form, int group) {
        return form.group(group) == null ? 0 : Long.parseLong(form.group(group));
    }

    private static String hint(String text) {
        if (NUMBER.matcher(text).matches()) {
            return "the unit is missing: " + text + "s, " + text + "m, " + text + "h or " + text + "d";
        }
        Matcher like = LIKE.matcher(text.toLowerCase(Locale.ROOT));
        if (like.matches()) {
            double number = Double.parseDouble(like.group(1).replace(',', '.'));
            return "write " + text(Duration.ofSeconds(Math.round(number * seconds(like.group(2)))));
        }
        return "write 30m, 1h30m, 90s or 2d";
    }

    private static long seconds(String unit) {
        return switch (unit) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3600;
            case "d" -> 86_400;
            default -> 7 * 86_400;
        };
    }

    /** In the form of a rule, with the largest units that fit. */
    public static String text(Duration span) {
        StringBuilder text = new StringBuilder();
        append(text, span.toDays(), 'd');
        append(text, span.toHoursPart(), 'h');
        append(text, span.toMinutesPart(), 'm');
        append(text, span.toSecondsPart(), 's');
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long number, char unit) {
        if (number > 0) {
            text.append(number).append(unit);
        }
    }
}
