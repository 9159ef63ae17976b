package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalSnapshot;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.StoredState;
import io.github.dtstream.journal.kafka.TopicTarget.ImportMark;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The journals in the topics of one Kafka. Reading a journal leaves it to the router that has it open, if there is one;
 * that is noticed when it writes. Writing one takes it over.
 *
 * <p>It is created by reflection, as {@link KafkaJournals} is.
 */
public final class KafkaStoredJournals implements StoredJournals {
    private final KafkaSettings.Names names;
    private final Journals.Surroundings surroundings;

    /**
     * @param client as for {@link KafkaJournals}, and so are the next two
     * @param surroundings its parts are used for reading and writing
     */
    public KafkaStoredJournals(
            Map<String, String> client, String prefix, int replication, Journals.Surroundings surroundings) {
        names = new KafkaSettings.Names(client, prefix, (short) replication);
        this.surroundings = surroundings;
    }

    @Override
    public List<Name> list() throws IOException {
        Map<String, Object> options = new HashMap<>(names.client());
        options.put("client.id", names.prefix() + ".list");
        try (Admin admin = Admin.create(options)) {
            return names.in(admin.listTopics().names().get());
        } catch (KafkaException | ExecutionException e) {
            throw KafkaFailure.exception("the journals cannot be listed", e, names.servers());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted", cause);
    }

    private KafkaSettings settings(Name name) {
        return names.settings(name.kind(), name.stream());
    }

    @Override
    public Source read(Name name, DurableState.Reader<?> state) throws IOException {
        try {
            return TopicSource.open(name, settings(name), state, surroundings.rejects(), Sleeper.SYSTEM);
        } catch (KafkaException e) {
            throw KafkaFailure.exception(name + " cannot be read", e, names.servers());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public Target write(Name name, JournalSnapshot snapshot, String export, JournalSettings settings)
            throws IOException, InterruptedException {
        try {
            return TopicTarget.open(
                    name, settings(name), settings, snapshot, export, surroundings.clock(), Sleeper.SYSTEM);
        } catch (KafkaException e) {
            throw KafkaFailure.exception(name + " cannot be imported", e, names.servers());
        }
    }

    /** Reads all that was committed to a journal, without taking it over. Used by one thread. */
    static final class TopicSource implements StoredJournals.Source {
        private static final int BATCH = 1000;
        private static final long BATCH_BYTES = 1 << 20;
        private static final int MOST_LOOKS = 90;
        private static final Duration PAUSE = Duration.ofSeconds(1);

        private final StoredJournals.Name name;
        private final Topics topics;
        private final JournalSnapshot snapshot;
        private final long stateEnd;
        private final SkippedRecords skipped;
        private final TopicReader reader;

        private TopicSource(
                StoredJournals.Name name,
                Topics topics,
                JournalSnapshot snapshot,
                long stateEnd,
                SkippedRecords skipped,
                TopicReader reader) {
            this.name = name;
            this.topics = topics;
            this.snapshot = snapshot;
            this.stateEnd = stateEnd;
            this.skipped = skipped;
            this.reader = reader;
        }

        /** @throws IOException if the journal does not exist, Kafka does not answer, or the journal's import has not ended */
        static TopicSource open(
                StoredJournals.Name name,
                KafkaSettings where,
                DurableState.Reader<?> check,
                RejectFile rejects,
                Sleeper sleeper)
                throws IOException, InterruptedException {
            Topics topics = Topics.existing(where)
                    .orElseThrow(() -> new IOException(name + " is not in Kafka at " + where.servers()
                            + ": there is no topic " + where.name() + ".events, or none " + where.name() + ".state"));
            awaitNoTransaction(name, topics, sleeper);
            long stateEnd = stateEnd(topics);
            Map<String, byte[]> values = WriterState.read(topics);
            ImportMark.requireNoneUnderWay(topics, values);
            long[] ends = ends(topics, WriterState.in(values), sleeper);
            SkippedRecords skipped = new SkippedRecords(rejects);
            TopicReader reader =
                    new TopicReader(topics, () -> ends, new EnvelopeDecoder()::decodeEvent, skipped, missing -> {});
            try {
                JournalSnapshot snapshot = snapshot(name, topics, values, reader, check);
                return new TopicSource(name, topics, snapshot, stateEnd, skipped, reader);
            } catch (IOException | InterruptedException | RuntimeException e) {
                reader.close();
                throw e;
            }
        }

        private static JournalSnapshot snapshot(
                StoredJournals.Name name,
                Topics topics,
                Map<String, byte[]> values,
                TopicReader reader,
                DurableState.Reader<?> check)
                throws IOException, InterruptedException {
            WriterState found = WriterState.in(values);
            TopicCursors cursors = new TopicCursors(() -> {});
            cursors.load(values);
            TopicState state = new TopicState(topics.state().topic(), () -> values, () -> {});
            state.open(values);
            List<JournalSnapshot.Cursor> unshared =
                    JournalSnapshot.cursors(cursors.status(found.next() - 1, Duration.ZERO));
            return new JournalSnapshot(
                    reader.oldest(found.next() - 1),
                    found.next(),
                    found.lastReceived(),
                    found.lastLive(),
                    SharedCursors.added(topics, values, reader, unshared, found.next()),
                    StoredState.read(name, state, check));
        }

        /**
         * Waits while a transaction is under way, such as one of a router that was killed: the brokers abort it after a minute.
         * The markers of a committed one reach the partitions one after the other.
         */
        private static void awaitNoTransaction(StoredJournals.Name name, Topics topics, Sleeper sleeper)
                throws IOException, InterruptedException {
            List<TopicPartition> all = new ArrayList<>(topics.partitions());
            all.add(topics.state());
            try (Consumer<byte[], byte[]> committed = topics.consumer();
                    Consumer<byte[], byte[]> uncommitted = topics.consumerOfUncommitted()) {
                for (int look = 0; !committed.endOffsets(all).equals(uncommitted.endOffsets(all)); look++) {
                    if (look == MOST_LOOKS) {
                        throw new IOException(name + " is being written: stop the routers that stream it");
                    }
                    sleeper.sleep(PAUSE);
                }
            }
        }

        private static long stateEnd(Topics topics) {
            try (Consumer<byte[], byte[]> consumer = topics.consumer()) {
                return consumer.endOffsets(List.of(topics.state())).getOrDefault(topics.state(), 0L);
            }
        }

        private static long[] ends(Topics topics, WriterState found, Sleeper sleeper) throws InterruptedException {
            try (Consumer<byte[], byte[]> consumer = topics.consumer()) {
                return topics.ends(consumer, found.ends(), sleeper);
            }
        }

        @Override
        public JournalSnapshot snapshot() {
            return snapshot;
        }

        @Override
        public long forEach(StoredJournals.RecordConsumer consumer) throws IOException {
            long durable = snapshot.next() - 1;
            Position at = Position.before(snapshot.first());
            try {
                while (at.sequence() <= durable) {
                    Batch batch = reader.read(at, BATCH, BATCH_BYTES, durable);
                    for (JournalRecord record : batch.records()) {
                        consumer.accept(record);
                    }
                    at = batch.end();
                }
                if (stateEnd(topics) != stateEnd) {
                    throw new IOException(
                            name
                                    + " was written meanwhile: stop the routers that stream it, and export again when they have ended");
                }
            } catch (KafkaException e) {
                throw KafkaFailure.exception(name + " cannot be read to its end", e, topics.servers());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            return skipped.count();
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
