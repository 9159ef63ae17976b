package io.github.dtstream.doctor;

/**
 * The result of one check.
 *
 * @param subject the subject in a word or two
 * @param message one sentence: that it works, or the problem and what to do
 */
public record Diagnosis(Level level, String subject, String message) {
    /** From good to bad. */
    public enum Level {
        OK("ok"),
        /** It works, but not as well as it could, or not for long. */
        WARNING("warning"),
        /** The router does not work with this. */
        ERROR("error");

        private final String label;

        Level(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    static Diagnosis ok(String subject, String message) {
        return new Diagnosis(Level.OK, subject, message);
    }

    static Diagnosis warning(String subject, String message) {
        return new Diagnosis(Level.WARNING, subject, message);
    }

    static Diagnosis error(String subject, String message) {
        return new Diagnosis(Level.ERROR, subject, message);
    }
}
