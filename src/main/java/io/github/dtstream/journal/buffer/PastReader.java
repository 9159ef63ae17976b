package io.github.dtstream.journal.buffer;

import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.Position;
import java.io.Closeable;
import java.io.IOException;

/** Reads durable records that have left the tail. Used by one thread at a time. */
public interface PastReader extends Closeable {
    /**
     * Reads records from a position on.
     *
     * @param from the first position; cheap if it is the end of the last batch
     * @param maxBytes the limit for the JSON of all of them; one record is returned whatever its length
     * @param durable the number of the newest durable record, as known before the call
     * @return records of one UTC day. Empty if there are none now: its end is then after {@code durable}, or a position
     *     to try again from
     */
    Batch read(Position from, int maxRecords, long maxBytes, long durable) throws IOException, InterruptedException;
}
