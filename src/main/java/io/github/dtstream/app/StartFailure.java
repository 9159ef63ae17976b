package io.github.dtstream.app;

/** Turns what Camel throws at start into what a person can act on. */
final class StartFailure {
    private StartFailure() {}

    /** The failure as a configuration error that says what is wrong, from the outermost to the innermost cause. */
    static ConfigurationException explain(Exception failure) {
        StringBuilder message = new StringBuilder();
        String last = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = cause.getMessage() == null
                    ? cause.getClass().getSimpleName()
                    : cause.getMessage().strip();
            if (!last.contains(text)) {
                message.append(message.length() == 0 ? "" : "\n  because: ").append(text);
                last = text;
            }
        }
        ConfigurationException explained = new ConfigurationException(message.toString());
        explained.initCause(failure);
        return explained;
    }
}
