package io.github.dtstream.text;

import java.util.regex.Pattern;

/** What may be quoted of a text from outside. Stateless. */
public final class Excerpt {
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}\\x80-\\x9f]+");

    private Excerpt() {}

    /**
     * The text's beginning on one line: control characters in a row become a space.
     *
     * @param limit how many characters are quoted at most; for more, an ellipsis follows
     */
    public static String of(String text, int limit) {
        String line = CONTROLS.matcher(text).replaceAll(" ").strip();
        if (line.length() <= limit) {
            return line;
        }
        // Half of a character that takes two is none.
        int end = Character.isHighSurrogate(line.charAt(limit - 1)) ? limit - 1 : limit;
        return line.substring(0, end) + "…";
    }
}
