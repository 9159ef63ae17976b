package io.github.dtstream.text;

import java.util.regex.Pattern;

/** Makes excerpts of foreign texts. Stateless. */
public final class Excerpt {
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}\\x80-\\x9f]+");

    private Excerpt() {}

    /**
     * The text's beginning on one line: successive control characters become one space.
     *
     * @param limit the largest number of characters; an ellipsis replaces the rest
     */
    public static String of(String text, int limit) {
        return beginning(CONTROLS.matcher(text).replaceAll(" ").strip(), limit);
    }

    /**
     * The text's beginning as it is. Mask secrets before: half a secret is not found.
     *
     * @param limit the largest number of characters; an ellipsis replaces the rest
     */
    public static String beginning(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        // Do not cut a character of two code units in half.
        int end = Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
        return text.substring(0, end) + "…";
    }
}
