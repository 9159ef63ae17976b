package io.github.dtstream.text;

/**
 * Makes a text that came from outside fit for one line of a log or a terminal: a device's name must not begin a line of its own,
 * nor speak to the terminal. Stateless.
 */
public final class Printable {
    private Printable() {}

    /** The text, with a visible escape such as {@code \n} or {@code \u001b} in place of what would not be shown as a character. */
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

    /** Control characters, line and paragraph separators, and marks that turn the direction of writing. */
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
