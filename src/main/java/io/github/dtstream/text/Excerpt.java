package io.github.dtstream.text;

/** What may be quoted of a text from outside. Stateless. */
public final class Excerpt {
    private Excerpt() {}

    /** The text's beginning on one line: control characters become spaces, what is beyond {@code limit} an ellipsis. */
    public static String of(String text, int limit) {
        String beginning = text.length() > limit ? text.substring(0, limit - 1) + '…' : text;
        StringBuilder printable = new StringBuilder(beginning.length());
        beginning.chars().forEach(c -> printable.append(Character.isISOControl(c) ? ' ' : (char) c));
        return printable.toString();
    }
}
