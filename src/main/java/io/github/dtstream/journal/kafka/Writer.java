package io.github.dtstream.journal.kafka;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.buffer.Chunk;
import io.github.dtstream.journal.record.JournalRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One transaction after the other, each whole or not at all. A commit that takes long is waited for; whatever else fails, the
 * next attempt begins with a new producer: it aborts or ends what was under way, and then the state topic says which. Used by
 * one thread at a time.
 *
 * <p>Two routers may hold the journal at once, but only one can commit: the one that asked for an epoch last. Who is fenced may
 * ask again only while the state topic says that nobody else has written since: Kafka fences also whose transaction took too long.
 */
final class Writer implements AutoCloseable {
    /** The newest live records of a transaction in which is looked how far the stream is: one of them may be days old. */
    private static final int LOOKED_AT = 256;

    private static final int ATTEMPTS = 6;

    private final Topics topics;
    private final String self;
    private @Nullable Producer<byte[], byte[]> producer;
    /** What was sent, and asked to be committed, without an answer yet. */
    private @Nullable Asked asked;

    private WriterState state = WriterState.FIRST;
    private volatile long[] ends;

    /**
     * A commit.
     *
     * @param after the state after it
     * @param sent by partition, the offset behind what was sent
     */
    private record Asked(WriterState after, AtomicLongArray sent) {}

    /** @param self tells this writer from all others */
    Writer(Topics topics, String self) {
        this.topics = topics;
        this.self = self;
        ends = new long[topics.partitions().size()];
    }

    /** By partition, the offset behind the last committed record. */
    long[] ends() {
        return ends;
    }

    WriterState state() {
        return state;
    }

    /**
     * Fences who wrote before, and says so in the state topic.
     *
     * @return all that stood there
     * @throws KafkaException if Kafka does not answer, or somebody else does the same at the same time
     */
    Map<String, byte[]> takeOver() throws IOException {
        Map<String, byte[]> values = begin();
        WriterState before = WriterState.in(values);
        state = new WriterState(self, before.next(), before.lastReceived(), before.lastLive());
        Producer<byte[], byte[]> own = open();
        own.beginTransaction();
        own.send(stateRecord(state));
        own.commitTransaction();
        return values;
    }

    /** Asks for an epoch; what was under way is decided when this returns. */
    private Map<String, byte[]> begin() throws IOException {
        close();
        Producer<byte[], byte[]> next = topics.producer();
        producer = next;
        initialize(next);
        try (Consumer<byte[], byte[]> consumer = topics.consumer()) {
            Map<TopicPartition, Long> found = consumer.endOffsets(topics.partitions());
            ends = topics.partitions().stream()
                    .mapToLong(partition -> found.getOrDefault(partition, 0L))
                    .toArray();
        }
        return WriterState.read(topics);
    }

    /** As long as it takes: the brokers have to end what was under way. */
    private static void initialize(Producer<byte[], byte[]> next) {
        for (int attempt = 1; ; attempt++) {
            try {
                next.initTransactions();
                return;
            } catch (TimeoutException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Producer<byte[], byte[]> open() {
        Producer<byte[], byte[]> own = producer;
        if (own == null) {
            throw new IllegalStateException("there is no producer");
        }
        return own;
    }

    /**
     * Writes all of this, or nothing. After a failure it is called again with the same, and finds out what became of it.
     *
     * @throws KafkaException if it is not known to be written; the writer has to be called again
     * @throws Superseded if somebody else writes the journal now
     */
    void write(List<Chunk> chunks, List<KeyedValue> values) throws IOException {
        if (producer == null) {
            goOn();
        }
        Asked asking = asked;
        if (asking == null) {
            boolean isWritten =
                    !chunks.isEmpty() && state.next() == last(chunks).sequence() + 1;
            if (isWritten && values.isEmpty()) {
                // The attempt before was committed, and only its answer was lost.
                return;
            }
            asking = closingAfterFailure(() -> send(isWritten ? List.of() : chunks, values));
            asked = asking;
        }
        Asked committing = asking;
        closingAfterFailure(() -> commit(committing));
    }

    private <T> T closingAfterFailure(Supplier<T> work) {
        try {
            return work.get();
        } catch (KafkaException e) {
            boolean goesOn = asked != null && e instanceof TimeoutException;
            if (!goesOn) {
                close();
            }
            throw e;
        }
    }

    private static JournalRecord last(List<Chunk> chunks) {
        return chunks.get(chunks.size() - 1).last();
    }

    private void goOn() throws IOException {
        try {
            WriterState found = WriterState.in(begin());
            if (!found.writer().equals(self)) {
                throw new Superseded(topics.name());
            }
            state = found;
        } catch (KafkaException | IOException e) {
            close();
            throw e;
        }
    }

    private Asked send(List<Chunk> chunks, List<KeyedValue> values) {
        Producer<byte[], byte[]> own = open();
        AtomicLongArray sent = new AtomicLongArray(ends);
        own.beginTransaction();
        for (Chunk chunk : chunks) {
            for (int i = 0; i < chunk.size(); i++) {
                own.send(eventRecord(chunk, i), (placed, failure) -> {
                    if (failure == null) {
                        sent.accumulateAndGet(placed.partition(), placed.offset() + 1, Math::max);
                    }
                });
            }
        }
        WriterState after = state;
        if (!chunks.isEmpty()) {
            JournalRecord last = last(chunks);
            after = new WriterState(self, last.sequence() + 1, last.received(), lastLive(chunks));
            own.send(stateRecord(after));
        }
        for (KeyedValue value : values) {
            own.send(stateRecord(value));
        }
        return new Asked(after, sent);
    }

    private long[] commit(Asked committing) {
        open().commitTransaction();
        asked = null;
        state = committing.after();
        long[] behind = new long[committing.sent().length()];
        Arrays.setAll(behind, committing.sent()::get);
        ends = behind;
        return behind;
    }

    private ProducerRecord<byte[], byte[]> eventRecord(Chunk chunk, int index) {
        JournalRecord record = chunk.record(index);
        int begin = index == 0 ? 0 : chunk.end(index - 1);
        // Without the line feed.
        byte[] line = Arrays.copyOfRange(chunk.bytes(), begin, chunk.end(index) - 1);
        Event event = record.event();
        String device = event.deviceId();
        return new ProducerRecord<>(
                topics.events(),
                device == null ? 0 : null,
                record.received().toEpochMilli(),
                device == null ? null : device.getBytes(StandardCharsets.UTF_8),
                line);
    }

    private ProducerRecord<byte[], byte[]> stateRecord(WriterState of) {
        return stateRecord(new KeyedValue(WriterState.KEY, of.text().getBytes(StandardCharsets.UTF_8)));
    }

    private ProducerRecord<byte[], byte[]> stateRecord(KeyedValue value) {
        return new ProducerRecord<>(
                topics.state().topic(), 0, value.key().getBytes(StandardCharsets.UTF_8), value.value());
    }

    private @Nullable Instant lastLive(List<Chunk> chunks) {
        Instant newest = state.lastLive();
        int looked = 0;
        for (int c = chunks.size() - 1; c >= 0; c--) {
            Chunk chunk = chunks.get(c);
            for (int i = chunk.size() - 1; i >= 0 && looked < LOOKED_AT; i--) {
                JournalRecord record = chunk.record(i);
                if (record.source() == Source.LIVE) {
                    looked++;
                    Instant sent = EventTime.sentNotBefore(record.event(), record.received());
                    newest = newest == null || sent.isAfter(newest) ? sent : newest;
                }
            }
        }
        return newest;
    }

    @Override
    public void close() {
        Producer<byte[], byte[]> closing = producer;
        asked = null;
        if (closing != null) {
            producer = null;
            closing.close(Duration.ZERO);
        }
    }
}
