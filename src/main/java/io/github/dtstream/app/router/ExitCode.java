package io.github.dtstream.app.router;

import io.github.dtstream.session.SessionState;

/**
 * The exit codes of the process. They are those of sysexits.h where it has one, so that a supervisor can tell them
 * apart.
 */
public enum ExitCode {
    /** All went well, or it was asked to stop. */
    OK(0),
    /** A check that was asked for found something: a route that is not valid, a test that fails. */
    FINDINGS(1),
    /** The command line is wrong. */
    USAGE(64),
    /** An unexpected failure. */
    INTERNAL(70),
    /** A thread that the router needs failed for good; starting the router again makes sense. */
    FAILED(71),
    /**
     * The stream was given up after {@code maxRetries} attempts in a row, or what the start needs was away; trying again later
     * makes sense.
     */
    GIVEN_UP(75),
    /** The cloud refuses the credentials, or the request: trying again without a change makes no sense. */
    REFUSED(77),
    /** A setting or a route is wrong or missing. */
    CONFIGURATION(78);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    static ExitCode of(SessionState.Outcome outcome) {
        return switch (outcome) {
            case CLOSED -> OK;
            case CREDENTIALS, PERMANENT -> REFUSED;
            case GIVEN_UP -> GIVEN_UP;
        };
    }
}
