package io.github.dtstream.series.block;

import java.io.IOException;

/** Thrown if a block is not as it was written; it is made again from the journal. */
final class SpoiltBlockException extends IOException {
    private static final long serialVersionUID = 1L;

    SpoiltBlockException(String message) {
        super(message);
    }
}
