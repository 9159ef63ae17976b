package io.github.dtstream.journal.buffer;

import io.github.dtstream.journal.record.JournalRecord;
import java.util.ArrayDeque;
import java.util.Iterator;

/** The newest of the records that are added in order, without a hole in their numbers. Not thread-safe. */
public final class NewestRecords {
    private final long maxBytes;
    private final ArrayDeque<JournalRecord> records = new ArrayDeque<>();
    private long bytes;

    /** @param maxBytes how much heap the records may take */
    public NewestRecords(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Adds a record with a larger number than the one before. */
    public void add(JournalRecord record) {
        JournalRecord before = records.peekLast();
        if (before != null && before.sequence() + 1 != record.sequence()) {
            records.clear();
            bytes = 0;
        }
        records.add(record);
        bytes += record.event().heapBytes();
        while (bytes > maxBytes) {
            bytes -= records.remove().event().heapBytes();
        }
    }

    /** Their heap. */
    long bytes() {
        return bytes;
    }

    /** The number after the newest record; 0 if there is none. */
    long end() {
        JournalRecord last = records.peekLast();
        return last == null ? 0 : last.sequence() + 1;
    }

    /** Oldest first. */
    Iterator<JournalRecord> records() {
        return records.iterator();
    }
}
