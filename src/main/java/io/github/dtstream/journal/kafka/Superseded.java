package io.github.dtstream.journal.kafka;

import java.io.IOException;

/** Another router has taken the journal over; only that router may write it. */
final class Superseded extends IOException {
    private static final long serialVersionUID = 1;

    Superseded(String journal) {
        super("another router has taken over the journal " + journal);
    }
}
