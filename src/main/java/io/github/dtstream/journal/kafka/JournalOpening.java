package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals.Surroundings;
import io.github.dtstream.journal.buffer.NewestRecords;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.EventIdHash;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.record.RecentEventIds;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a journal has to know when it is opened: the values of the state topic, where the partitions end, and its newest
 * records. It continues where it ended before, so most can be read before the earlier writer is fenced: only what {@link
 * #readRest} finds after that is final. Used by one thread at a time.
 */
final class JournalOpening implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalOpening.class);
    private static final long IDENTIFIERS_FLOOR = 8192L * RecentEventIds.BYTES_EACH;
    /** What a route has not delivered yet when a stream moves is seldom more; it is then in memory. */
    private static final long NEWEST_BYTES = 512 << 10;

    private static final int READ_BATCH = 1000;
    private static final long READ_BYTES = 1 << 20;

    private final Topics topics;
    private final int window;
    private final SkippedRecords skipped;
    private final MemoryShare identifiers;
    private final RecentEventIds recent;
    private final NewestRecords newest;
    private final TopicReader reader;
    private final Map<String, byte[]> values = new HashMap<>();
    private volatile Supplier<long[]> ends;
    private @Nullable Consumer<byte[], byte[]> stateReader;
    /** How far the newest records are read; null before the first of them. */
    private @Nullable Position at;

    JournalOpening(Topics topics, JournalSettings settings, Surroundings surroundings) {
        this.topics = topics;
        window = settings.deduplicationWindow();
        skipped = new SkippedRecords(surroundings.rejects());
        identifiers = surroundings.memory().share(Holder.IDENTIFIERS, IDENTIFIERS_FLOOR);
        recent = new RecentEventIds(window, identifiers::tryAcquire);
        newest = new NewestRecords(Math.min(NEWEST_BYTES, settings.tailBytes()));
        long[] nothing = new long[topics.partitions().size()];
        ends = () -> nothing;
        reader = new TopicReader(topics, this::ends, new EnvelopeDecoder()::decodeEvent, skipped, gone -> {});
    }

    /** By partition, how far the records are to be read. */
    private long[] ends() {
        return ends.get();
    }

    /**
     * Connects to the brokers, and reads the state topic. Another writer may write meanwhile. What fails is done again by
     * {@link #readRest}.
     */
    void begin() {
        try {
            readState();
            var unused = reader.beginnings();
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | KafkaException e) {
            LOG.debug("The journal {} could not be read ahead: {}", topics.name(), e.toString());
        }
    }

    /**
     * Reads what is there now. Call it when no other writer can write any more.
     *
     * @return by partition, the offset behind the last record
     */
    long[] readRest() throws IOException, InterruptedException {
        Consumer<byte[], byte[]> asked = stateReader();
        Map<TopicPartition, Long> found = asked.endOffsets(topics.partitions());
        long[] behind = topics.partitions().stream()
                .mapToLong(partition -> found.getOrDefault(partition, 0L))
                .toArray();
        readState();
        ends = () -> behind;
        read(WriterState.in(values).next());
        return behind;
    }

    private void readState() throws IOException {
        WriterState.readOn(topics.state(), stateReader(), (key, value) -> {
            if (value == null) {
                values.remove(key);
            } else {
                values.put(key, value);
            }
        });
    }

    private Consumer<byte[], byte[]> stateReader() {
        Consumer<byte[], byte[]> known = stateReader;
        if (known == null) {
            known = topics.consumer();
            stateReader = known;
            WriterState.begin(topics.state(), known);
        }
        return known;
    }

    private void read(long next) throws IOException, InterruptedException {
        Position from = at;
        if (from == null || from.sequence() < next - window) {
            from = Position.before(Math.max(1, next - window));
        }
        while (from.sequence() < next) {
            Batch batch = reader.read(from, READ_BATCH, READ_BYTES, next - 1);
            for (JournalRecord record : batch.records()) {
                EventIdHash id = EventIdHash.of(record.event().eventId());
                if (!recent.contains(id)) {
                    recent.add(id);
                }
                newest.add(record);
            }
            from = batch.end();
            at = from;
        }
    }

    Topics topics() {
        return topics;
    }

    /** The values of the state topic, by key. */
    Map<String, byte[]> values() {
        return values;
    }

    RecentEventIds recent() {
        return recent;
    }

    /** The memory of {@link #recent}. */
    MemoryShare identifiers() {
        return identifiers;
    }

    NewestRecords newest() {
        return newest;
    }

    SkippedRecords skipped() {
        return skipped;
    }

    /**
     * Its reader of the records, for the journal that is now open; {@link #close} leaves it open then.
     *
     * @param durable by partition, the offset behind the last durable record
     */
    TopicReader reader(Supplier<long[]> durable) {
        ends = durable;
        return reader;
    }

    /** Closes what only the opening needs. */
    void end() {
        Consumer<byte[], byte[]> closing = stateReader;
        if (closing != null) {
            stateReader = null;
            closing.close(Duration.ZERO);
        }
    }

    /** Closes everything, as the journal is not opened. */
    @Override
    public void close() {
        end();
        reader.close();
        identifiers.close();
    }
}
