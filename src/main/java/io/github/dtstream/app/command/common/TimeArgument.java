package io.github.dtstream.app.command.common;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Parses a time that a user wrote on the command line. Stateless. */
public final class TimeArgument {
    /** The accepted forms, for messages and help. */
    public static final String FORMS =
            "2026-01-31T08:00:00Z (RFC 3339), 2026-01-31 (its beginning in UTC), -2h (so long ago; also d, m, s), or now";

    private static final Pattern AGO = Pattern.compile("-(\\d{1,9})([dhms])");

    private TimeArgument() {}

    /**
     * Parses a time in one of the {@link #FORMS}.
     *
     * @throws IllegalArgumentException if the text is not a time; the message names the accepted forms
     */
    public static Instant parse(String text, Clock clock) {
        if (text.equals("now")) {
            return clock.instant().truncatedTo(ChronoUnit.MILLIS);
        }
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            return clock.instant()
                    .minus(unit(ago.group(2)).multipliedBy(Long.parseLong(ago.group(1))))
                    .truncatedTo(ChronoUnit.SECONDS);
        }
        try {
            return text.length() == "2026-01-31".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is not a time; write " + FORMS, e);
        }
    }

    /**
     * The time that an option names.
     *
     * @throws CommandLine.ParameterException if the text is not a time; the message names the option and the accepted
     *     forms
     */
    public static Instant ofOption(CommandSpec spec, String option, String text, Clock clock) {
        try {
            return parse(text, clock);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
        }
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "d" -> Duration.ofDays(1);
            case "h" -> Duration.ofHours(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ofSeconds(1);
        };
    }
}
