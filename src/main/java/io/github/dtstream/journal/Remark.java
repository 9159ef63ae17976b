package io.github.dtstream.journal;

/**
 * What was found of the place where journals are kept.
 *
 * @param text one sentence: what is well, or what is wrong and what to do
 */
public record Remark(Level level, String text) {
    /** From well to not. */
    public enum Level {
        OK,
        /** It works, but not as well as it could. */
        WARNING,
        /** No journal can be kept so. */
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
