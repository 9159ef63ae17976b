package io.github.dtstream.app.settings;

import io.github.dtstream.cloud.http.CredentialUrl;
import io.github.dtstream.mqtt.link.BrokerAddress;
import io.github.dtstream.session.ProjectNames;
import io.github.dtstream.web.access.PasswordHash;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/** The values that a setting takes. Immutable. */
sealed interface SettingRule {
    /**
     * What is wrong with a value; empty if it is valid.
     *
     * @param name the setting's name as the user wrote it, for the message
     */
    Optional<String> complaint(String name, String value);

    /** The form of a valid value that the rest of the program expects. */
    default String canonical(String value) {
        return value;
    }

    private static Optional<String> unless(boolean good, String name, String value, String said) {
        return good ? Optional.empty() : Optional.of(name + " is '" + value + "'; " + said);
    }

    /**
     * Any text on one line.
     *
     * @param hidden whether it is secret; such a text keeps the spaces at its ends
     */
    record Text(boolean hidden) implements SettingRule {
        private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

        @Override
        public Optional<String> complaint(String name, String value) {
            return CONTROL.matcher(value).find()
                    ? Optional.of(
                            name + " holds a line break, a tab or another control character; in a properties file a"
                                    + " backslash is written twice (\\\\)")
                    : Optional.empty();
        }
    }

    /**
     * One of a few words, in upper or lower case.
     *
     * @param upper whether the program expects upper case
     */
    record Choice(List<String> words, boolean upper) implements SettingRule {
        static Choice of(String... words) {
            return new Choice(List.of(words), false);
        }

        static Choice yesOrNo() {
            return of("true", "false");
        }

        @Override
        public Optional<String> complaint(String name, String value) {
            return unless(words.contains(canonical(value)), name, value, "it can be " + String.join(", ", words));
        }

        @Override
        public String canonical(String value) {
            return upper ? value.toUpperCase(Locale.ROOT) : value.toLowerCase(Locale.ROOT);
        }
    }

    /** A whole number within bounds. */
    record Whole(int least, int most, String said) implements SettingRule {
        @Override
        public Optional<String> complaint(String name, String value) {
            try {
                int number = Integer.parseInt(value);
                return unless(number >= least && number <= most, name, value, said);
            } catch (NumberFormatException e) {
                return unless(false, name, value, said);
            }
        }
    }

    /** A span of time within bounds: milliseconds, Camel's {@code 1m30s}, or ISO 8601. */
    record Span(Duration least, Duration most, String said) implements SettingRule {
        private static final Pattern FORM =
                Pattern.compile("\\d{1,15}|(?=\\d)(\\d{1,9}d)?(\\d{1,9}h)?(\\d{1,9}m)?(\\d{1,9}s)?(\\d{1,9}ms)?");

        @Override
        public Optional<String> complaint(String name, String value) {
            boolean good = parse(value)
                    .filter(span -> span.compareTo(least) >= 0 && span.compareTo(most) <= 0)
                    .isPresent();
            return unless(good, name, value, said);
        }

        /** The span as which Camel reads a text; empty if the text is not a span. */
        static Optional<Duration> parse(String value) {
            try {
                if (value.startsWith("P")) {
                    return Optional.of(Duration.parse(value));
                }
                return FORM.matcher(value).matches() ? Optional.of(TimeUtils.toDuration(value)) : Optional.empty();
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        }
    }

    /** The hash of a password. It is not shown, as guesses can be tried on it. */
    record Hash() implements SettingRule {
        @Override
        public Optional<String> complaint(String name, String value) {
            return PasswordHash.read(value).isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            name + " is no hash of a password; the command 'password' prints one, which begins with"
                                    + " pbkdf2-sha512:");
        }
    }

    /** A URL that credentials may be sent to. Messages do not show it unmasked, as a wrong one may hold a password. */
    record Address() implements SettingRule {
        @Override
        public Optional<String> complaint(String name, String value) {
            try {
                CredentialUrl.parse(value, name);
                return Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
    }

    /** The address of an MQTT broker, as the component {@code dt-mqtt} takes it. */
    record Broker() implements SettingRule {
        @Override
        public Optional<String> complaint(String name, String value) {
            try {
                BrokerAddress.parse(value, name, Setting.MQTT_USER.key() + " and " + Setting.MQTT_PASSWORD.key());
                return Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
    }

    /** The identifiers of projects. */
    record Projects() implements SettingRule {
        @Override
        public Optional<String> complaint(String name, String value) {
            try {
                ProjectNames.parse(value);
                return Optional.empty();
            } catch (IllegalArgumentException e) {
                return unless(false, name, value, String.valueOf(e.getMessage()));
            }
        }

        @Override
        public String canonical(String value) {
            return value.replaceAll("\\s*,\\s*", ",");
        }
    }

    /** The path of a folder. */
    record Folder() implements SettingRule {
        @Override
        public Optional<String> complaint(String name, String value) {
            Optional<String> control = new Text(false).complaint(name, value);
            if (control.isPresent()) {
                return control.map(text -> text + ", or / is used in its place: C:/data/new");
            }
            try {
                Path.of(value);
                return Optional.empty();
            } catch (InvalidPathException e) {
                return unless(false, name, value, "that is no path of a folder: " + e.getReason());
            }
        }
    }

    /** A text of a certain form. */
    record Form(Pattern pattern, String said) implements SettingRule {
        @Override
        public Optional<String> complaint(String name, String value) {
            return unless(pattern.matcher(value).matches(), name, value, said);
        }
    }
}
