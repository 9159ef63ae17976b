package io.github.dtstream.stream;

import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/** Records that stand in no journal and wait to be handed out. Thread-safe. */
final class RecordQueue {
    /** Guarded by this. */
    private final Deque<JournalRecord> waiting = new ArrayDeque<>();

    synchronized void addAll(Collection<JournalRecord> records) {
        waiting.addAll(records);
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
