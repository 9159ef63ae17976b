package io.github.dtstream.journal.buffer;

import io.github.dtstream.journal.record.Position;

/** A cursor that exists only as long as its subscription. Thread-safe: the lock guards the field. */
public final class TransientCursor implements JournalSubscription.Cursor {
    private Position position;

    public TransientCursor(Position position) {
        this.position = position;
    }

    @Override
    public synchronized Position position() {
        return position;
    }

    @Override
    public synchronized void advance(Position to) {
        if (to.sequence() > position.sequence()) {
            position = to;
        }
    }
}
