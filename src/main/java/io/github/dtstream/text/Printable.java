package io.github.dtstream.text;

/**
 * Makes a foreign text fit for one line of a log or a terminal: a device's name must neither begin a new line nor
 * control the terminal. Stateless.
 */
public final class Printable {
    private Printable() {}

    /**
     * The text with visible escapes, such as {@code \n} or {@code \u001b}, instead of characters that are not
     * displayed.
     */
    public static String line(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isHidden(text.charAt(i))) {
                return escaped(text);
            }
        }
        return text;
    }

    private static String escaped(String text) {
        StringBuilder line = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (isHidden(character)) {
                line.append(escape(character));
            } else {
                line.append(character);
            }
        }
        return line.toString();
    }

    /** Control characters, line and paragraph separators, and marks that change the direction of writing. */
    private static boolean isHidden(char character) {
        return Character.isISOControl(character)
                || character >= '\u200e' && character <= '\u200f'
                || character >= '\u2028' && character <= '\u202e'
                || character >= '\u2066' && character <= '\u2069';
    }

    private static String escape(char character) {
        return switch (character) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format("\\u%04x", (int) character);
        };
    }
}
