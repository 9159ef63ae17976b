package io.github.dtstream.wire;

/** Which characters an identifier of the cloud may have, so that it is safe as a name in a path or a topic. */
final class Identifier {
    private static final int LONGEST = 128;
    private static final boolean[] ALLOWED = allowed();

    private Identifier() {}

    /**
     * Checks that the text consists of 1 to 128 of {@code [A-Za-z0-9_-]}.
     *
     * @param name the field's name, for the message
     */
    static String require(String name, String text) throws InvalidRecordException {
        if (text.isEmpty()) {
            throw new InvalidRecordException(name + " is empty");
        }
        if (text.length() > LONGEST) {
            throw new InvalidRecordException(name + " is longer than " + LONGEST + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isAllowed(text.charAt(i))) {
                throw new InvalidRecordException(name + " has a character outside A-Z, a-z, 0-9, _ and -");
            }
        }
        return text;
    }

    private static boolean isAllowed(char c) {
        return c < ALLOWED.length && ALLOWED[c];
    }

    /** A table, since the mix of letters and digits in an identifier defeats branch prediction. */
    private static boolean[] allowed() {
        boolean[] allowed = new boolean[128];
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
                .chars()
                .forEach(c -> allowed[c] = true);
        return allowed;
    }
}
