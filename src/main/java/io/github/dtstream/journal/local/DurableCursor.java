package io.github.dtstream.journal.local;

import io.github.dtstream.journal.buffer.AppendQueue;
import io.github.dtstream.journal.buffer.JournalSubscription;
import io.github.dtstream.journal.record.Position;
import java.io.IOException;

/** The durable cursor of a subscription. Thread-safe. */
record DurableCursor(CursorFile file, AppendQueue queue) implements JournalSubscription.Cursor {
    @Override
    public Position position() {
        return file.position();
    }

    @Override
    public void advance(Position to) throws IOException {
        if (file.advance(to)) {
            // The commit thread syncs cursors; it could sleep for longer than a cursor may remain unsynced.
            queue.wakeTaker();
        }
    }
}
