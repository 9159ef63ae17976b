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
        String line = CONTROLS.matcher(text).replaceAll(" ").strip();
        if (line.length() <= limit) {
            return line;
        }
        // Do not cut a character of two code units in half.
        int end = Character.isHighSurrogate(line.charAt(limit - 1)) ? limit - 1 : limit;
        return line.substring(0, end) + "…";
    }
}
