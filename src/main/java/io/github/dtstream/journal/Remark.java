package io.github.dtstream.journal;

/**
 * A finding about the storage of the journals.
 *
 * @param text one sentence: what works, or what is wrong and what to do
 */
public record Remark(Level level, String text) {
    /** The severity, mildest first. */
    public enum Level {
        OK,
        /** Journals work, but not as well as they could. */
        WARNING,
        /** Journals cannot be kept in this storage. */
        ERROR
    }

    public static Remark ok(String text) {
        return new Remark(Level.OK, text);
    }

    public static Remark warning(String text) {
        return new Remark(Level.WARNING, text);
    }

    public static Remark error(String text) {
        return new Remark(Level.ERROR, text);
    }
}
