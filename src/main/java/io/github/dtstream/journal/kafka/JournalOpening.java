package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals.Surroundings;
import io.github.dtstream.journal.buffer.NewestRecords;
import io.github.dtstream.journal.buffer.ReadAheads;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.EventIdHash;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.record.RecentEventIds;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a journal has to know when it is opened: the values of the state topic, where the partitions end, and its newest
 * records. It continues where it ended before, so most can be read before the earlier writer is fenced: only what {@link
 * #readRest} finds after that is final. Used by one thread at a time.
 */
final class JournalOpening implements ReadAheads.Part {
    private static final Logger LOG = LoggerFactory.getLogger(JournalOpening.class);
    private static final long IDENTIFIERS_FLOOR = 8192L * RecentEventIds.BYTES_EACH;
    /** What a route has not delivered yet when a stream moves is seldom more; it is then in memory. */
    private static final long NEWEST_BYTES = 512 << 10;

    /** After this time without a look, the state is read from the beginning. */
    private static final Duration STATE_KNOWN = Duration.ofMillis(Topics.STATE_DELETED_MILLIS / 2);

    private static final int READ_BATCH = 1000;
    private static final long READ_BYTES = 1 << 20;

    private final Topics topics;
    private final Clock clock;
    private final int window;
    private final SkippedRecords skipped;
    private final MemoryShare identifiers;
    private final RecentEventIds recent;
    private final NewestRecords newest;
    private final TopicReader reader;
    private final Map<String, byte[]> values = new HashMap<>();
    private volatile Supplier<long[]> ends;
    private @Nullable Consumer<byte[], byte[]> stateReader;
    /** When the state was last read to its end. */
    private Instant stateRead = Instant.EPOCH;

    /** Released when {@link #complaint} is final. */
    private final CountDownLatch checked = new CountDownLatch(1);
    /** What is wrong with the topics now; null if nothing is. */
    private @Nullable IOException complaint;
    /** How far the newest records are read; null before the first of them. */
    private @Nullable Position at;

    JournalOpening(Topics topics, JournalSettings settings, Surroundings surroundings) {
        this.topics = topics;
        clock = surroundings.clock();
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
     * {@link #readRest}. If it was read ahead, the topics are checked anew.
     */
    void begin(JournalSettings settings) {
        try {
            try {
                if (at != null) {
                    check(settings);
                }
            } finally {
                checked.countDown();
            }
            readState(0);
            var unused = reader.beginnings();
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | KafkaException e) {
            LOG.debug("The journal {} could not be read ahead: {}", topics.name(), e.toString());
        }
    }

    /**
     * Reads what is there now, while another writer writes. Leaves out what may belong to a transaction that has not ended.
     *
     * @param isEnough asked after each part whether reading shall end
     * @throws IOException if Kafka does not answer
     */
    @Override
    public void readAhead(BooleanSupplier isEnough) throws IOException, InterruptedException {
        try {
            readState(0);
            WriterState found = WriterState.in(values);
            long next = found.next();
            if (at == null) {
                // Goes to the first record. It is searched before the transactions under way, where every partition
                // ends for this reader.
                ends = fixed(stateReader());
                Position first = Position.before(Math.max(1, next - window));
                at = reader.read(first, 1, 1, 0).end();
            }
            // With the records of transactions under way: a transaction ends in one partition after the other, so a
            // record that the state tells of may not be readable yet. The reader then stops before it, and does not
            // take it for missing. Not if a broker tells an end that is past: what is behind it would count as missing,
            // too.
            try (Consumer<byte[], byte[]> all = topics.consumerOfUncommitted()) {
                ends = fixed(all);
            }
            if (Topics.missing(ends.get(), found.ends()) == 0) {
                read(next, true, isEnough);
            }
        } catch (InterruptException e) {
            var unused = Thread.interrupted();
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (KafkaException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private Supplier<long[]> fixed(Consumer<byte[], byte[]> asked) {
        long[] behind = topics.byPartition(asked.endOffsets(topics.partitions()));
        return () -> behind;
    }

    /**
     * Reads what is there now. Call it when no other writer can write any more.
     *
     * @param fenced an offset that the end of the state topic has reached
     * @return by partition, the offset behind the last record
     */
    long[] readRest(long fenced) throws IOException, InterruptedException {
        readState(fenced);
        WriterState found = WriterState.in(values);
        long[] behind = topics.ends(stateReader(), found.ends(), Sleeper.SYSTEM);
        ends = () -> behind;
        if (found.equals(WriterState.FIRST)) {
            requireNoEvents();
        }
        read(found.next(), false, () -> false);
        return behind;
    }

    /** Numbers would begin anew behind records with the same numbers, and subscribers would get those instead. */
    private void requireNoEvents() throws IOException, InterruptedException {
        if (reader.lowest(new long[topics.partitions().size()], Long.MAX_VALUE) != Long.MAX_VALUE) {
            throw new IOException("the topic " + topics.events() + " has events, and the topic "
                    + topics.state().topic()
                    + " that belongs to it was deleted: restore it, or delete both topics to begin"
                    + " anew, and what was not delivered is lost then");
        }
    }

    private void readState(long least) throws IOException {
        Instant now = clock.instant();
        if (Duration.between(stateRead, now).abs().compareTo(STATE_KNOWN) > 0) {
            // This process was suspended, or this is the first time. Brokers may have forgotten what was deleted
            // meanwhile.
            values.clear();
            WriterState.begin(topics.state(), stateReader());
        }
        WriterState.readOn(topics.state(), stateReader(), least, WriterState.Entries.into(values));
        stateRead = now;
    }

    private Consumer<byte[], byte[]> stateReader() {
        Consumer<byte[], byte[]> known = stateReader;
        if (known == null) {
            known = topics.consumer();
            stateReader = known;
        }
        return known;
    }

    private void read(long next, boolean isAhead, BooleanSupplier isEnough) throws IOException, InterruptedException {
        Position from = at;
        if (from == null || !isAhead && from.sequence() < next - window) {
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
            if (isAhead && (batch.isEmpty() || isEnough.getAsBoolean())) {
                return;
            }
        }
    }

    Topics topics() {
        return topics;
    }

    private void check(JournalSettings settings) throws InterruptedException {
        complaint = new IOException("the topics of the journal " + topics.name() + " were not checked");
        try {
            complaint = topics.areStill(topics.anew(settings)) ? null : new Replaced(topics.name());
        } catch (IOException e) {
            complaint = e;
        }
    }

    /**
     * Waits until {@link #begin}, which another thread calls, has checked the topics. Thread-safe.
     *
     * @throws Replaced if other topics have the names of those that were read ahead: nothing of it can be used
     * @throws IOException if the topics cannot keep a journal any more
     */
    void requireChecked() throws IOException, InterruptedException {
        checked.await();
        IOException wrong = complaint;
        if (wrong != null) {
            throw wrong;
        }
    }

    /** The topics are not those any more that were read ahead. */
    static final class Replaced extends IOException {
        private static final long serialVersionUID = 1;

        Replaced(String journal) {
            super("the topics of the journal " + journal + " were replaced");
        }
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
