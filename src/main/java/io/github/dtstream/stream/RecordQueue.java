package io.github.dtstream.stream;

import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * Records that are in no journal and wait to be handed out, with what to save when the route has processed them.
 * Thread-safe.
 *
 * @param <T> what to save
 */
final class RecordQueue<T> {
    // Guarded by this.
    private final Deque<JournalRecord> waiting = new ArrayDeque<>();
    private final Deque<End<T>> ends = new ArrayDeque<>();

    /**
     * The end of the records after which something is to be saved.
     *
     * @param sequence the number after the last of these records
     */
    record End<T>(T kept, long sequence) {}

    synchronized void addAll(Collection<JournalRecord> records, Collection<End<T>> all) {
        waiting.addAll(records);
        ends.addAll(all);
    }

    /** What to save now that the route has processed all records before a position. */
    synchronized List<T> dealtWith(Position end) {
        return ends.stream()
                .filter(each -> each.sequence() <= end.sequence())
                .map(End::kept)
                .toList();
    }

    /** Removes what was saved. */
    synchronized void settle(Position end) {
        ends.removeIf(each -> each.sequence() <= end.sequence());
    }

    /** Whether nothing is left to be saved. */
    synchronized boolean isSettled() {
        return ends.isEmpty();
    }

    synchronized int size() {
        return waiting.size();
    }

    /** Takes the next records: at least one, whatever its length, if there is any. */
    synchronized Batch next(int maxRecords, long maxBytes) {
        List<JournalRecord> records = new ArrayList<>();
        long bytes = 0;
        JournalRecord first = waiting.peek();
        while (first != null && records.size() < maxRecords) {
            bytes += first.event().json().length;
            if (!records.isEmpty() && bytes > maxBytes) {
                break;
            }
            records.add(waiting.remove());
            first = waiting.peek();
        }
        long end = records.isEmpty() ? 0 : records.get(records.size() - 1).sequence() + 1;
        return new Batch(records, Position.before(end));
    }
}
