package io.github.dtstream.journal.record;

import java.util.List;

/**
 * Records that a subscription handed out together, in journal order; all were received on the same UTC day.
 *
 * @param records the records; empty if none came in time
 * @param end the position of the next batch; for the subscription to commit
 */
public record Batch(List<JournalRecord> records, Position end) {
    public boolean isEmpty() {
        return records.isEmpty();
    }
}
