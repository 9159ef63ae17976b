package io.github.dtstream.series;

import java.io.IOException;

/** A block is not what was written; it is made anew from the journal. */
final class SpoiltBlockException extends IOException {
    private static final long serialVersionUID = 1L;

    SpoiltBlockException(String message) {
        super(message);
    }
}
