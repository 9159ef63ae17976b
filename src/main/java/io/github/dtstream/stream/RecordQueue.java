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
 * Records that stand in no journal and wait to be handed out, and what is to be kept when the route has dealt with them.
 * Thread-safe.
 *
 * @param <T> what is kept
 */
final class RecordQueue<T> {
    // Guarded by this.
    private final Deque<JournalRecord> waiting = new ArrayDeque<>();
    private final Deque<End<T>> ends = new ArrayDeque<>();

    /**
     * Where the records end after which something is to be kept.
     *
     * @param sequence the number of the record behind them
     */
    record End<T>(T kept, long sequence) {}

    synchronized void addAll(Collection<JournalRecord> records, Collection<End<T>> all) {
        waiting.addAll(records);
        ends.addAll(all);
    }

    /** What is to be kept now that the route has dealt with all before a position. */
    synchronized List<T> dealtWith(Position end) {
        return ends.stream()
                .filter(each -> each.sequence() <= end.sequence())
                .map(End::kept)
                .toList();
    }

    /** That is kept. */
    synchronized void settle(Position end) {
        ends.removeIf(each -> each.sequence() <= end.sequence());
    }

    /** Whether nothing is left that is to be kept. */
    synchronized boolean isSettled() {
        return ends.isEmpty();
    }

    synchronized int size() {
        return waiting.size();
    }

    /** Takes what is next; one record at least, if there is any, whatever its length. */
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
