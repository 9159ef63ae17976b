package io.github.dtstream.journal.buffer;

import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.Position;
import java.io.Closeable;
import java.io.IOException;

/** Reads durable records that have left the tail, from where they are kept. Used by one thread at a time. */
public interface PastReader extends Closeable {
    /**
     * Reads on from a place.
     *
     * @param from where to begin; cheap if it is where the last batch ended
     * @param maxBytes how long the JSON of all of them may be; one record is returned whatever its length
     * @param durable the number of the newest durable record, as known before the call
     * @return records of one UTC day; empty if there are none now: then with a place behind {@code durable}, or one from which to
     *     try again
     */
    Batch read(Position from, int maxRecords, long maxBytes, long durable) throws IOException, InterruptedException;
}
