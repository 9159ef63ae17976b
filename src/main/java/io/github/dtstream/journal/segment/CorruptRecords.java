package io.github.dtstream.journal.segment;

import io.github.dtstream.reject.RejectFile;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets torn and corrupt records aside, each once however many readers come across it. Thread-safe: one lock. */
public final class CorruptRecords {
    private static final Logger LOG = LoggerFactory.getLogger(CorruptRecords.class);
    /** Bounds the memory. Places beyond it are not remembered: a disk with so many faults has been reported often enough. */
    private static final int MAX_REMEMBERED = 100_000;

    private record Place(long segment, long offset) {}

    private final RejectFile rejects;
    private final Set<Place> seen = new HashSet<>();
    private long count;

    public CorruptRecords(RejectFile rejects) {
        this.rejects = rejects;
    }

    synchronized void setAside(Segment segment, long offset, String reason, byte[] record) {
        if (seen.size() >= MAX_REMEMBERED || !seen.add(new Place(segment.first(), offset))) {
            return;
        }
        count++;
        LOG.warn("journal segment {}: {} at byte {}: set aside, {} bytes", segment, reason, offset, record.length);
        rejects.reject(
                "journal", reason, Map.of("segment", segment.toString(), "offset", Long.toString(offset)), record);
    }

    public synchronized long count() {
        return count;
    }
}
