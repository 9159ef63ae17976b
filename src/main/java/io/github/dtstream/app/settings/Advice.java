package io.github.dtstream.app.settings;

import io.github.dtstream.session.SessionState;

/** Tells what a user can do about a stream that has stopped for good, and names the settings. */
public final class Advice {
    private Advice() {}

    public static String after(SessionState.Outcome outcome) {
        return switch (outcome) {
            case CLOSED -> "It was asked to";
            case CREDENTIALS, PERMANENT ->
                "Check " + Setting.PROJECT_ID.key() + ", " + Setting.KEY_ID.key() + ", " + Setting.SECRET.key()
                        + " and "
                        + Setting.EMAIL.key() + ", and that the service account has a role in the project;"
                        + " the environment and -D win over application.properties";
            case GIVEN_UP ->
                "Start it again when the cloud can be reached, or have it try for ever with "
                        + Setting.MAX_RETRIES.key() + "=-1";
        };
    }
}
