package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.record.EventDecoder;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.RecordLine;
import io.github.dtstream.wire.InvalidRecordException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The fetched and unread records of one partition. Their numbers grow. Not thread-safe. */
final class Lane {
    private final TopicPartition partition;
    private final EventDecoder decoder;
    private final SkippedRecords skipped;
    private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
    private final RecordLine line = new RecordLine();
    private @Nullable JournalRecord head;
    private long headOffset;

    Lane(TopicPartition partition, EventDecoder decoder, SkippedRecords skipped) {
        this.partition = partition;
        this.decoder = decoder;
        this.skipped = skipped;
    }

    TopicPartition partition() {
        return partition;
    }

    void add(Collection<ConsumerRecord<byte[], byte[]>> records) {
        fetched.addAll(records);
    }

    void clear() {
        fetched.clear();
        head = null;
    }

    /** The next record; null if none is fetched. */
    @Nullable
    JournalRecord head() {
        while (head == null && !fetched.isEmpty()) {
            ConsumerRecord<byte[], byte[]> record = fetched.remove();
            headOffset = record.offset();
            head = read(record);
        }
        return head;
    }

    /** The offset of the record that {@link #head} returned. */
    long headOffset() {
        return headOffset;
    }

    /** How many records there are, read or not. */
    int size() {
        return fetched.size() + (head == null ? 0 : 1);
    }

    void pass() {
        head = null;
    }

    /** The number of a record that a router wrote; 0 for any other record. */
    long number(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        return value == null || line.parse(value, 0, value.length) != null ? 0 : line.sequence();
    }

    private @Nullable JournalRecord read(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        String wrong = value == null ? "a record without a value" : line.parse(value, 0, value.length);
        if (value == null || wrong != null) {
            skipped.setAside(record, String.valueOf(wrong));
            return null;
        }
        try {
            return new JournalRecord(
                    line.sequence(),
                    line.received(),
                    line.source(),
                    decoder.decode(value, line.eventOffset(), line.eventLength()));
        } catch (InvalidRecordException e) {
            skipped.setAside(record, String.valueOf(e.getMessage()));
            return null;
        }
    }
}
