package io.github.dtstream.journal;

import java.io.IOException;

/** The journal's storage does not answer now; the same call may succeed later. */
public final class JournalAwayException extends IOException {
    private static final long serialVersionUID = 1;

    public JournalAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
