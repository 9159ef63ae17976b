package io.github.dtstream.journal.buffer;

import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.RecordEncoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects records that have numbers already into chunks. Not thread-safe. */
public final class Chunks {
    private static final long SECONDS_A_DAY = 86_400;

    private final RecordEncoder encoder = new RecordEncoder();
    private final List<Chunk> full = new ArrayList<>();
    private @Nullable Chunk last;
    private long bytes;

    /** Adds a record; its number is higher than those before. */
    public void add(JournalRecord record) {
        long day = Math.floorDiv(record.received().getEpochSecond(), SECONDS_A_DAY);
        Chunk chunk = last;
        if (chunk == null || chunk.day() != day || !chunk.hasRoomFor(record.event())) {
            chunk = new Chunk(day);
            full.add(chunk);
            last = chunk;
        }
        int before = chunk.length();
        chunk.add(record, encoder);
        bytes += chunk.length() - before;
    }

    /** The length of the encoded records, in bytes. */
    public long bytes() {
        return bytes;
    }

    /** Returns what was collected, and begins anew. */
    public List<Chunk> take() {
        List<Chunk> taken = List.copyOf(full);
        full.clear();
        last = null;
        bytes = 0;
        return taken;
    }
}
