package io.github.dtstream.journal.segment;

import io.github.dtstream.reject.RejectFile;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes torn and corrupt records to the reject file, each once, however many readers find it. Thread-safe: one lock.
 */
public final class CorruptRecords {
    private static final Logger LOG = LoggerFactory.getLogger(CorruptRecords.class);
    /**
     * Bounds the memory. Positions beyond it are not remembered: a disk with so many faults has been reported often
     * enough.
     */
    private static final int MAX_REMEMBERED = 100_000;

    private record Place(long segment, long offset) {}

    private final Sink sink;
    private final Set<Place> seen = new HashSet<>();
    private long count;

    /** Takes corrupt records. */
    private interface Sink {
        void take(Segment segment, long offset, String reason, byte[] record);
    }

    public CorruptRecords(RejectFile rejects) {
        this((segment, offset, reason, record) -> {
            LOG.warn("journal segment {}: {} at byte {}: set aside, {} bytes", segment, reason, offset, record.length);
            rejects.reject(
                    "journal", reason, Map.of("segment", segment.toString(), "offset", Long.toString(offset)), record);
        });
    }

    private CorruptRecords(Sink sink) {
        this.sink = sink;
    }

    /** For a reader without the journal's lock: it skips corrupt records, as the writing process reports them. */
    public static CorruptRecords passedOver() {
        return new CorruptRecords((segment, offset, reason, record) -> {});
    }

    synchronized void setAside(Segment segment, long offset, String reason, byte[] record) {
        if (seen.size() >= MAX_REMEMBERED || !seen.add(new Place(segment.first(), offset))) {
            return;
        }
        count++;
        sink.take(segment, offset, reason, record);
    }

    public synchronized long count() {
        return count;
    }
}
