package io.github.dtstream.app.settings;

import io.github.dtstream.text.Masking;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The key of a setting that is passed on to Kafka's clients under Kafka's own name, such as {@code
 * dt.kafka.property.security.protocol}. Only security settings are passed on, because the router depends on the values of
 * the others. Immutable.
 *
 * @param name Kafka's name of the setting
 */
record KafkaKey(String name) {
    static final String PREFIX = "dt.kafka.property.";

    private static final List<String> GROUPS = List.of("security.", "ssl.", "sasl.");
    /** Secret settings whose names do not show it. */
    private static final Set<String> SECRETS = Set.of("sasl.jaas.config", "ssl.keystore.key");

    String key() {
        return PREFIX + name;
    }

    boolean isSecret() {
        return SECRETS.contains(name) || Masking.isSecretName(name);
    }

    /** Parses a key; empty if it is not passed on. */
    static Optional<KafkaKey> of(String key) {
        if (!key.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String name = key.substring(PREFIX.length());
        return GROUPS.stream().anyMatch(name::startsWith) ? Optional.of(new KafkaKey(name)) : Optional.empty();
    }

    /** Whether a key is passed on, or names the file with a secret value. */
    static boolean isKnown(String key) {
        boolean isFile = key.endsWith(Setting.FILE);
        Optional<KafkaKey> found = of(isFile ? key.substring(0, key.length() - Setting.FILE.length()) : key);
        return found.filter(one -> !isFile || one.isSecret()).isPresent();
    }

    /**
     * The key of an environment variable such as {@code DT_KAFKA_PROPERTY_SECURITY_PROTOCOL}. Kafka's names have only
     * dots.
     */
    static Optional<String> ofVariable(String variable) {
        String prefix = Setting.environmentVariable(PREFIX);
        if (!variable.startsWith(prefix)) {
            return Optional.empty();
        }
        boolean isFile = variable.endsWith(Setting.environmentVariable(Setting.FILE));
        String end = isFile ? variable.substring(0, variable.length() - Setting.FILE.length()) : variable;
        String key = PREFIX
                + end.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.')
                + (isFile ? Setting.FILE : "");
        return isKnown(key) ? Optional.of(key) : Optional.empty();
    }

    /** The message for a key with this prefix that is not passed on. */
    static String complaint() {
        return " is not passed on to Kafka: only security is, " + String.join("…, ", GROUPS) + "…, after " + PREFIX;
    }
}
