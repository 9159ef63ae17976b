package io.github.dtstream.app;

/** A setting, a route or the command line is wrong; the message says which, and what to do. */
final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigurationException(String message) {
        super(message);
    }
}
