package io.github.dtstream.journal.kafka;

import java.io.IOException;

/** Another router writes the journal now; it is the one that may. */
final class Superseded extends IOException {
    private static final long serialVersionUID = 1;

    Superseded(String journal) {
        super("another router has taken over the journal " + journal);
    }
}
