package io.github.dtstream.journal;

import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.Position;
import java.io.IOException;
import java.time.Duration;

/**
 * A named reader of the journal with a durable cursor of its own. Used by one thread at a time for {@code poll}; {@link
 * #commit} and {@link #close} may come from any thread. What was handed out and not committed is handed out again to the next
 * subscription of the name; until then it is its reader's.
 */
public interface Subscription extends AutoCloseable {
    String name();

    /**
     * The next records after those already handed out; only records that are durable. Returns at once with what there is,
     * up to {@code maxRecords}; waits only while there is nothing at all.
     *
     * @param maxBytes how long the JSON of all of them may be; one record is returned whatever its length
     * @return an empty batch if nothing came within the timeout, or the subscription was closed
     */
    Batch poll(int maxRecords, long maxBytes, Duration timeout) throws IOException, InterruptedException;

    /** As {@link #poll(int, long, Duration)}, of any length. */
    default Batch poll(int maxRecords, Duration timeout) throws IOException, InterruptedException {
        return poll(maxRecords, Long.MAX_VALUE, timeout);
    }

    /**
     * Moves the durable cursor to the batch's end. A batch that ends before the cursor changes nothing.
     *
     * @throws IOException if the cursor could not be written; it then stands where it was, and the call may be repeated
     */
    void commit(Position end) throws IOException;

    /** How many durable records are behind the cursor's place. */
    long lag();

    /** Frees the name; the cursor stays. A thread that waits in {@code poll} returns. */
    @Override
    void close();
}
