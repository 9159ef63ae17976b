package io.github.dtstream.event;

import org.jspecify.annotations.Nullable;

/** The characters of identifiers that are safe as a name in a path, an address or a topic. Pure. */
public final class Identifier {
    /** The largest length of the cloud's identifiers. */
    public static final int LONGEST = 128;

    /** The same for names of streams and subscribers, which are also file names. */
    public static final int LONGEST_NAME = 64;

    private static final boolean[] ALLOWED = allowed();

    private Identifier() {}

    /** Whether the text may be an identifier of the cloud: 1 to 128 of {@code [A-Za-z0-9_-]}. */
    public static boolean isValid(String text) {
        return problem(text, LONGEST) == null;
    }

    /** Whether the text may be the name of a stream or subscriber: 1 to 64 of {@code [A-Za-z0-9_-]}. */
    public static boolean isName(String text) {
        return problem(text, LONGEST_NAME) == null;
    }

    /** The error of an identifier, as the end of a sentence; null if there is none. */
    public static @Nullable String problem(String text, int longest) {
        if (text.isEmpty()) {
            return "is empty";
        }
        if (text.length() > longest) {
            return "is longer than " + longest + " characters";
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isAllowed(text.charAt(i))) {
                return "has a character outside A-Z, a-z, 0-9, _ and -";
            }
        }
        return null;
    }

    private static boolean isAllowed(char c) {
        return c < ALLOWED.length && ALLOWED[c];
    }

    /** A table, as the mix of letters and digits in an identifier defeats branch prediction. */
    private static boolean[] allowed() {
        boolean[] allowed = new boolean[128];
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
                .chars()
                .forEach(c -> allowed[c] = true);
        return allowed;
    }
}
