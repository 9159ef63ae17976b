package io.github.dtstream.text;

import java.util.Objects;
import java.util.regex.Pattern;

/** Text that must not be seen: {@link #toString()} hides it, so that a log or an exception cannot show it by accident. */
public final class Secret {
    /** With fewer characters it occurs in much that is no secret. */
    private static final int SHORT = 6;

    private final String text;

    public Secret(String text) {
        this.text = Objects.requireNonNull(text);
    }

    /** The text itself, for the one place that sends it. */
    public String reveal() {
        return text;
    }

    /** A text that is to be shown, without the secret; a short one is a secret only where it stands by itself. */
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
