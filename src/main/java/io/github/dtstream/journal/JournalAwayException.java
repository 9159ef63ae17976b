package io.github.dtstream.journal;

import java.io.IOException;

/** Whoever keeps the journal does not answer now: the same may succeed later. */
public final class JournalAwayException extends IOException {
    private static final long serialVersionUID = 1;

    public JournalAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
