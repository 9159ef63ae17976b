package io.github.dtstream.text;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A text that must not be shown: {@link #toString()} hides it, so that a log or an exception cannot show it by
 * accident.
 */
public final class Secret {
    /** A shorter text occurs in many others that are not secret. */
    private static final int SHORT = 6;

    private final String text;

    public Secret(String text) {
        this.text = Objects.requireNonNull(text);
    }

    /** The text itself, for the code that sends it. */
    public String reveal() {
        return text;
    }

    /** A text for display with the secret masked; a short secret is masked only as a whole word. */
    public String blottedOutOf(String shown) {
        if (text.length() >= SHORT) {
            return shown.replace(text, toString());
        }
        return text.isEmpty()
                ? shown
                : shown.replaceAll("(?<![\\p{L}\\p{N}])" + Pattern.quote(text) + "(?![\\p{L}\\p{N}])", toString());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
