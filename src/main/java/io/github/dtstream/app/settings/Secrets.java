package io.github.dtstream.app.settings;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Knows which settings are secret. Stateless. */
public final class Secrets {
    /** The secret options of our components, by their keys. */
    static final Set<String> OPTIONS = Set.of(
            "camel.component.dt-stream.serviceAccountSecret",
            "camel.component.dt-stream.signatureSecret",
            "camel.component.dt-stream.proxyPassword",
            "camel.component.dt-mqtt.userName",
            "camel.component.dt-mqtt.password");

    private static final Pattern LOOKUP = Pattern.compile("\\{\\{((?:env|sys):[\\w.-]+|[\\w.-]+)}}");

    private Secrets() {}

    /** Whether the value of that key is secret: it is used without interpretation and never shown. */
    static boolean holds(String key) {
        return Setting.of(key).filter(Setting::isSecret).isPresent()
                || AccountKey.of(key).filter(AccountKey::isSecret).isPresent()
                || KafkaKey.of(key).filter(KafkaKey::isSecret).isPresent()
                || isOption(key);
    }

    /** Whether it is a secret option of one of our components. */
    static boolean isOption(String key) {
        return OPTIONS.stream().anyMatch(option -> CamelKeys.same(option, key));
    }

    /**
     * Whether a value is a placeholder for a secret that is set elsewhere.
     *
     * @param keys the keys of all settings
     */
    static boolean isLookup(String value, Set<String> keys) {
        Matcher lookup = LOOKUP.matcher(value.trim());
        return lookup.matches() && (lookup.group(1).contains(":") || keys.contains(lookup.group(1)));
    }
}
