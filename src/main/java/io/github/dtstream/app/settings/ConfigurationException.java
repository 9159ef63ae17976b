package io.github.dtstream.app.settings;

/** A setting, a route or the command line is wrong; the message says which, and what to do. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }
}
