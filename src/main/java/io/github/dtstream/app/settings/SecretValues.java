package io.github.dtstream.app.settings;

import io.github.dtstream.text.Masking;
import java.util.List;
import java.util.Map;

/** Finds the secrets among settings, for the masking. Stateless. */
public final class SecretValues {
    /** Looks like a password by its name, but is the shell's working folder, which many messages name. */
    private static final String WORKING_FOLDER = "PWD";

    private SecretValues() {}

    /**
     * Adds secrets to the masking: the values of settings whose names mark them as secret, be they ours or a route's
     * own, and the secrets in URLs.
     *
     * @param values by the name of the setting or environment variable
     */
    public static void hide(Map<String, String> values, Masking masking) {
        values.forEach((name, value) -> {
            if (name.equals(WORKING_FOLDER)) {
                return;
            }
            if (Masking.isSecretName(name) && !Secrets.isLookup(value, values.keySet())) {
                masking.add(List.of(value));
            } else if (value.contains("://") || value.startsWith("http")) {
                masking.addSettingsAddress(value);
            }
        });
    }
}
