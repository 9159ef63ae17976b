package io.github.dtstream.journal;

import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.Position;
import java.io.IOException;
import java.time.Duration;

/**
 * A named reader of the journal with its own durable cursor. One thread at a time calls {@code poll}; any thread may
 * call {@link #commit} and {@link #close}. Records that were handed out and not committed are handed out again to the
 * next subscription with the name, and not before.
 */
public interface Subscription extends AutoCloseable {
    String name();

    /**
     * Returns the next durable records after those already handed out. Returns at once with the records that there are,
     * up to {@code maxRecords}; waits only if there are none.
     *
     * @param maxBytes the limit for the JSON of all of them; one record is returned whatever its length
     * @return an empty batch if no record came within the timeout, or the subscription was closed
     * @throws IOException if the records cannot be read. While the journal's storage does not answer, this may take half a
     *     minute, whatever the timeout
     */
    Batch poll(int maxRecords, long maxBytes, Duration timeout) throws IOException, InterruptedException;

    /** The same as {@link #poll(int, long, Duration)}, without a limit of bytes. */
    default Batch poll(int maxRecords, Duration timeout) throws IOException, InterruptedException {
        return poll(maxRecords, Long.MAX_VALUE, timeout);
    }

    /** Whether every record was handed out, and none will follow; never so for a journal that grows. */
    default boolean isExhausted() {
        return false;
    }

    /**
     * Moves the durable cursor to the batch's end. If that is before the cursor, nothing changes.
     *
     * @throws IOException if the cursor could not be written; it has not moved then, and the call may be repeated
     */
    void commit(Position end) throws IOException;

    /** The number of durable records after the cursor. */
    long lag();

    /** Releases the name; the cursor remains. A thread that waits in {@code poll} returns. */
    @Override
    void close();
}
