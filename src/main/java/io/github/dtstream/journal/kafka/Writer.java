package io.github.dtstream.journal.kafka;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.buffer.Chunk;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.thread.Turns;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Writes one transaction after the other, each of them completely or not at all. If a commit takes long, the writer waits
 * for it. After any other failure the next attempt begins with a new producer. That ends or aborts the transaction that
 * was under way; the state topic then shows whether it was committed. Used by one thread at a time.
 *
 * <p>Two routers may have the journal open at once, but only the router that asked for an epoch last can commit. A fenced
 * writer asks for a new epoch, and goes on only if the state topic still names it as the writer: Kafka also fences a
 * writer whose transaction took too long.
 */
final class Writer implements AutoCloseable {
    /** How many of the newest live records of a transaction determine {@code lastLive}: a single record may be days old. */
    private static final int LOOKED_AT = 256;

    private static final int ATTEMPTS = 6;

    private final Topics topics;
    private final String self;
    private final ToLongFunction<JournalRecord> timestamps;
    private @Nullable Producer<byte[], byte[]> producer;
    /** The transaction that was sent and whose commit is not confirmed yet. */
    private @Nullable Asked asked;

    private WriterState state = WriterState.FIRST;
    private volatile long[] ends;
    /** The offset behind what this writer has written to the state topic last, to fence the one before. */
    private final AtomicLong fenced = new AtomicLong();

    /**
     * A transaction to commit.
     *
     * @param after the writer's state after the commit
     * @param sent by partition, the offset behind the last record that was sent
     */
    private record Asked(WriterState after, AtomicLongArray sent) {}

    /** @param self identifies this writer; unique */
    Writer(Topics topics, String self) {
        this(topics, self, record -> record.received().toEpochMilli());
    }

    /** @param timestamps the time from which on the brokers keep a record, in milliseconds; it does not decrease */
    Writer(Topics topics, String self, ToLongFunction<JournalRecord> timestamps) {
        this.topics = topics;
        this.self = self;
        this.timestamps = timestamps;
        ends = new long[topics.partitions().size()];
    }

    /** By partition, the offset behind the last committed record. */
    long[] ends() {
        return ends;
    }

    WriterState state() {
        return state;
    }

    /** An offset of the state topic that its end has reached: what was written before is all that earlier writers wrote. */
    long fenced() {
        return fenced.get();
    }

    /**
     * Fences the writer before, and reads what there is.
     *
     * @return the values of the state topic
     * @throws KafkaException if Kafka does not answer, or another router does the same at the same time
     */
    Map<String, byte[]> takeOver() throws IOException, InterruptedException {
        fence(() -> {});
        Map<String, byte[]> values = read();
        state = WriterState.in(values);
        return values;
    }

    /**
     * Fences the writer before, and enters this one in the state topic. A writer that is fenced asks for an epoch, too, and
     * goes on if it finds itself there; so this one enters itself before anything is read as final, and tries again if the
     * other was faster. {@link #begin(WriterState, long[])} follows.
     *
     * @param topics called before the first record is sent: brokers create a topic that does not exist for a producer, with
     *     settings that cannot keep a journal
     * @throws KafkaException if Kafka does not answer, or another router does the same at the same time
     */
    void fence(TopicsCheck topics) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                begin();
                topics.require();
                enter(WriterState.WRITER);
                return;
            } catch (KafkaException e) {
                if (attempt == ATTEMPTS || !KafkaFailure.isFenced(e)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Sets what was read after the fence.
     *
     * @param behind by partition, the offset behind the last record
     */
    void begin(WriterState found, long[] behind) {
        state = found;
        ends = behind;
    }

    private void enter(String key) {
        Producer<byte[], byte[]> own = open();
        own.beginTransaction();
        own.send(stateRecord(new KeyedValue(key, self.getBytes(StandardCharsets.UTF_8))), (placed, failure) -> {
            if (failure == null) {
                fenced.set(placed.offset() + 1);
            }
        });
        own.commitTransaction();
    }

    /** Asks for an epoch. When this returns, a transaction that was under way is committed or aborted. */
    private void begin() {
        close();
        Producer<byte[], byte[]> next = topics.producer();
        producer = next;
        initialize(next);
    }

    /** Reads the values of the state topic, and finds where the journal ends. */
    private Map<String, byte[]> read() throws IOException, InterruptedException {
        try (Consumer<byte[], byte[]> consumer = topics.consumer()) {
            Map<String, byte[]> values = WriterState.read(topics.state(), consumer, fenced.get());
            ends = topics.ends(consumer, WriterState.in(values).ends(), Sleeper.SYSTEM);
            return values;
        }
    }

    /** Tries several times: the brokers first have to end the transaction that was under way. */
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
     * Writes all of this, or nothing. After a failure, call it again with the same arguments: it then finds out whether
     * the attempt before was committed.
     *
     * @throws KafkaException if it is not known whether all is written; call again
     * @throws Superseded if another router has taken the journal over
     */
    void write(List<Chunk> chunks, List<KeyedValue> values) throws IOException, InterruptedException {
        if (producer == null) {
            goOn();
        }
        if (asked != null) {
            // the brokers have the transaction already, and this only asks for its end
            attempt(chunks, values);
            return;
        }
        Turns.Turn turn = topics.turns().await();
        try {
            attempt(chunks, values);
        } finally {
            turn.end();
        }
    }

    /** Says why writing failed, and what to do. */
    String reason(Exception failure) {
        return KafkaFailure.sentence(failure, topics.servers());
    }

    private void attempt(List<Chunk> chunks, List<KeyedValue> values) {
        Asked asking = asked;
        if (asking == null) {
            boolean isWritten =
                    !chunks.isEmpty() && state.next() == last(chunks).sequence() + 1;
            if (isWritten && values.isEmpty()) {
                // the attempt before was committed, and only the answer was lost
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

    private void goOn() throws IOException, InterruptedException {
        try {
            begin();
            enter(WriterState.FENCE);
            Map<String, byte[]> values = read();
            if (!WriterState.isWriter(self, values)) {
                throw new Superseded(topics.name());
            }
            state = WriterState.in(values);
        } catch (KafkaException | IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    private Asked send(List<Chunk> chunks, List<KeyedValue> values) {
        Producer<byte[], byte[]> own = open();
        AtomicLongArray sent = new AtomicLongArray(ends);
        long[] least = ends.clone();
        own.beginTransaction();
        for (Chunk chunk : chunks) {
            for (int i = 0; i < chunk.size(); i++) {
                ProducerRecord<byte[], byte[]> event = eventRecord(chunk, i);
                least[event.partition()]++;
                own.send(event, (placed, failure) -> {
                    if (failure == null) {
                        sent.accumulateAndGet(placed.partition(), placed.offset() + 1, Math::max);
                    }
                });
            }
        }
        WriterState after = state;
        if (!chunks.isEmpty()) {
            JournalRecord last = last(chunks);
            after = new WriterState(last.sequence() + 1, last.received(), lastLive(chunks), least);
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
        // without the line feed
        byte[] line = Arrays.copyOfRange(chunk.bytes(), begin, chunk.end(index) - 1);
        Event event = record.event();
        String device = event.deviceId();
        byte[] key = device == null ? null : device.getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topics.events(), partition(key), timestamps.applyAsLong(record), key, line);
    }

    /**
     * The partition that Kafka's own partitioner takes, of those that the topic had when the journal was opened: the readers do
     * not know of partitions that were added since.
     */
    private int partition(byte @Nullable [] key) {
        int count = topics.partitions().size();
        return key == null ? 0 : Utils.toPositive(Utils.murmur2(key)) % count;
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

    /**
     * A record of the state topic.
     *
     * @param value null deletes the key
     */
    record KeyedValue(String key, byte @Nullable [] value) {}

    /** What is known of the topics before they are written. */
    interface TopicsCheck {
        /**
         * Waits until it is known that the topics are there.
         *
         * @throws IOException if they are not, or cannot keep a journal
         */
        void require() throws IOException, InterruptedException;
    }

    /** Another router has taken the journal over; only that router may write it. */
    static final class Superseded extends IOException {
        private static final long serialVersionUID = 1;

        Superseded(String journal) {
            super("another router has taken over the journal " + journal);
        }
    }

    @Override
    public void close() {
        Producer<byte[], byte[]> closing = producer;
        asked = null;
        if (closing != null) {
            producer = null;
            topics.close(closing);
        }
    }
}
