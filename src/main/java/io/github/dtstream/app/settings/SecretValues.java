package io.github.dtstream.app.settings;

import io.github.dtstream.text.Masking;
import java.util.List;
import java.util.Map;

/** Finds among settings what must not be seen in any text. Stateless. */
public final class SecretValues {
    /** In a shell's environment this is the working folder, which half of all messages name. */
    private static final String WORKING_FOLDER = "PWD";

    private SecretValues() {}

    /**
     * Makes them known: the values of settings whose names say so, of routes' own as of ours, and what is secret of the
     * addresses of sinks.
     *
     * @param values by name; an environment variable's will do, too
     */
    public static void hide(Map<String, String> values, Masking masking) {
        values.forEach((name, value) -> {
            if (name.equals(WORKING_FOLDER)) {
                return;
            }
            if (Masking.isSecretName(name) && !Secrets.isLookup(value, values.keySet())) {
                masking.add(List.of(value));
            } else if (value.contains("://") || value.startsWith("http")) {
                masking.addAddress(value);
            }
        });
    }
}
