package io.github.dtstream.text;

/** The reason of a failure in one line, for people who do not read stack traces. Stateless. */
public final class FailureReason {
    private FailureReason() {}

    /** The first line of the innermost cause, as outer ones repeat what was tried. */
    public static String of(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        if (cause instanceof ClassNotFoundException) {
            return "there is no class '" + cause.getMessage() + "'; put its jar on the class path";
        }
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return message.lines().findFirst().orElse(message).trim();
    }
}
