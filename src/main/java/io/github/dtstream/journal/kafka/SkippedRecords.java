package io.github.dtstream.journal.kafka;

import io.github.dtstream.reject.RejectFile;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records of the topic that no router wrote to the reject file, each of them once, however many readers meet it.
 * Thread-safe: one lock.
 */
final class SkippedRecords {
    private static final Logger LOG = LoggerFactory.getLogger(SkippedRecords.class);
    /** Bounds the memory. Further records are neither logged nor written to the reject file. */
    private static final int MOST = 10_000;

    private record Place(int partition, long offset) {}

    private final RejectFile rejects;
    private final Set<Place> seen = new HashSet<>();
    private long count;

    SkippedRecords(RejectFile rejects) {
        this.rejects = rejects;
    }

    synchronized void setAside(ConsumerRecord<byte[], byte[]> record, String reason) {
        if (seen.size() >= MOST || !seen.add(new Place(record.partition(), record.offset()))) {
            return;
        }
        count++;
        LOG.warn(
                "topic {}: {} in partition {} at {}: set aside",
                record.topic(),
                reason,
                record.partition(),
                record.offset());
        rejects.reject(
                "journal",
                reason,
                Map.of(
                        "topic", record.topic(),
                        "partition", Integer.toString(record.partition()),
                        "offset", Long.toString(record.offset())),
                record.value() == null ? new byte[0] : record.value());
    }

    synchronized long count() {
        return count;
    }
}
