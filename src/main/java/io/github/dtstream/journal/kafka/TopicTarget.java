package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalSnapshot;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.buffer.Chunk;
import io.github.dtstream.journal.buffer.Chunks;
import io.github.dtstream.journal.kafka.Writer.KeyedValue;
import io.github.dtstream.journal.kafka.Writer.Superseded;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Writes a journal into its topics, in transactions of records. From the first one on an {@link ImportMark} keeps routers
 * out; the last one has cursors and state, and completes the mark. An attempt after a crash continues behind the last
 * transaction that was committed. Used by one thread.
 *
 * <p>The brokers delete by age. So that they keep what a subscriber has not read yet, such a record counts as received at
 * the import.
 */
final class TopicTarget implements StoredJournals.Target {
    private static final long FLUSH_BYTES = 4 << 20;
    private static final int ATTEMPTS = 10;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final StoredJournals.Name name;
    private final Topics topics;
    private final JournalSnapshot snapshot;
    private final String export;
    private final Sleeper sleeper;
    private final Writer writer;
    private final Chunks chunks = new Chunks();
    /** The number of the first record that is not committed yet. */
    private long next;

    private TopicTarget(
            StoredJournals.Name name,
            Topics topics,
            JournalSnapshot snapshot,
            String export,
            Clock clock,
            Sleeper sleeper) {
        this.name = name;
        this.topics = topics;
        this.snapshot = snapshot;
        this.export = export;
        this.sleeper = sleeper;
        long begun = clock.millis();
        long undelivered = snapshot.undelivered();
        writer = new Writer(topics, UUID.randomUUID().toString(), record -> {
            long received = record.received().toEpochMilli();
            return record.sequence() < undelivered ? received : Math.max(received, begun);
        });
    }

    static TopicTarget open(
            StoredJournals.Name name,
            KafkaSettings where,
            JournalSettings settings,
            JournalSnapshot snapshot,
            String export,
            Clock clock,
            Sleeper sleeper)
            throws IOException, InterruptedException {
        Optional<Topics> existing = Topics.existing(where);
        if (existing.isPresent()) {
            // Before anything is written, as that would take the journal from a router.
            requireOwn(name, existing.get(), WriterState.read(existing.get()), export);
        }
        TopicTarget target = new TopicTarget(name, Topics.open(where, settings), snapshot, export, clock, sleeper);
        try {
            target.begin();
            return target;
        } catch (IOException | InterruptedException | RuntimeException e) {
            target.close();
            throw e;
        }
    }

    /** Requires that the journal is empty, or comes from the same export. */
    private static Optional<ImportMark> requireOwn(
            StoredJournals.Name name, Topics topics, Map<String, byte[]> values, String export) throws IOException {
        Optional<ImportMark> mark = ImportMark.in(values);
        if (mark.filter(one -> one.export().equals(export)).isPresent()) {
            return mark;
        }
        if (mark.filter(one -> !one.isComplete()).isPresent()) {
            throw new IOException("the import of another file into " + topics.name()
                    + " was begun and has not ended: repeat it with that file, or delete " + topics.described()
                    + " to begin anew");
        }
        if (!isEmpty(topics, values)) {
            throw new IOException(
                    name + " is in Kafka already, and an import does not mix journals: to replace it, stop"
                            + " the routers that stream it, and delete " + topics.described());
        }
        return Optional.empty();
    }

    private static boolean isEmpty(Topics topics, Map<String, byte[]> values) {
        boolean hasState = values.keySet().stream()
                .anyMatch(key -> key.equals(WriterState.KEY)
                        || key.startsWith(WriterState.CURSOR)
                        || key.startsWith(TopicState.KEY));
        if (hasState) {
            return false;
        }
        try (Consumer<byte[], byte[]> consumer = topics.consumer()) {
            Map<TopicPartition, Long> begin = consumer.beginningOffsets(topics.partitions());
            return consumer.endOffsets(topics.partitions()).equals(begin);
        }
    }

    private void begin() throws IOException, InterruptedException {
        Map<String, byte[]> values = writer.takeOver();
        if (requireOwn(name, topics, values, export).isEmpty()) {
            next = snapshot.first();
            put(List.of(), List.of(new ImportMark(export, false).record()));
        } else {
            next = isComplete(values)
                    ? Long.MAX_VALUE
                    : Math.max(snapshot.first(), writer.state().next());
        }
    }

    private static boolean isComplete(Map<String, byte[]> values) {
        return ImportMark.in(values).filter(ImportMark::isComplete).isPresent();
    }

    @Override
    public long next() {
        return next;
    }

    @Override
    public void write(JournalRecord record) throws IOException, InterruptedException {
        chunks.add(record);
        if (chunks.bytes() >= FLUSH_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException, InterruptedException {
        List<Chunk> taken = chunks.take();
        if (!taken.isEmpty()) {
            put(taken, List.of());
            next = last(taken) + 1;
        }
    }

    private static long last(List<Chunk> taken) {
        return taken.get(taken.size() - 1).last().sequence();
    }

    private void put(List<Chunk> taken, List<KeyedValue> values) throws IOException, InterruptedException {
        boolean isSuperseded = false;
        boolean isOwn = true;
        for (int attempt = 1; isOwn; attempt++) {
            try {
                isOwn = !isSuperseded || takesBack(taken);
                if (isOwn) {
                    writer.write(taken, values);
                    return;
                }
            } catch (KafkaException | IOException e) {
                isSuperseded |= e instanceof Superseded;
                if (attempt == ATTEMPTS) {
                    throw KafkaFailure.exception(
                            "the import of " + name + " has stopped in the middle, repeat it with the same file",
                            e,
                            topics.servers());
                }
                sleeper.sleep(PAUSE);
            }
        }
        throw new IOException("another import writes " + topics.name() + " at the same time, or has completed it");
    }

    /** A router that tries to open the journal takes it over before it finds out that it is being imported. Returns
     * false if the journal is not as this import has left it. */
    private boolean takesBack(List<Chunk> taken) throws IOException, InterruptedException {
        Map<String, byte[]> values = writer.takeOver();
        boolean isOwn = ImportMark.in(values)
                .map(mark -> mark.export().equals(export) && !mark.isComplete())
                .orElse(next == snapshot.first());
        long there = Math.max(snapshot.first(), writer.state().next());
        return isOwn && (there == next || !taken.isEmpty() && there == last(taken) + 1);
    }

    @Override
    public void complete() throws IOException, InterruptedException {
        flush();
        List<KeyedValue> values = new ArrayList<>();
        for (JournalSnapshot.Cursor cursor : snapshot.cursors()) {
            values.add(new TopicCursors.Change(
                            cursor.subscriber(), TopicCursors.text(cursor.next(), cursor.idle()), cursor.next(), 0)
                    .record());
        }
        byte[] content = snapshot.state();
        if (content != null) {
            TopicState state = new TopicState(topics.state().topic(), Map::of, () -> {});
            state.saveInOrder(content);
            values.addAll(state.records(Objects.requireNonNull(state.change())));
        }
        WriterState end = new WriterState(snapshot.next(), snapshot.lastReceived(), snapshot.lastLive(), writer.ends());
        values.add(new KeyedValue(WriterState.KEY, end.text().getBytes(StandardCharsets.UTF_8)));
        values.add(new ImportMark(export, true).record());
        put(List.of(), values);
    }

    /**
     * Says in the state topic which export a journal comes from, and whether the import has ended. No router opens a journal
     * whose import has not ended.
     *
     * @param export identifies the export
     */
    record ImportMark(String export, boolean isComplete) {
        private static final String COMPLETE = "complete";
        private static final String BEGUN = "begun";

        /** The mark in the values of the state topic; empty if the journal does not come from an export. */
        static Optional<ImportMark> in(Map<String, byte[]> values) {
            byte[] text = values.get(WriterState.IMPORT);
            if (text == null) {
                return Optional.empty();
            }
            String[] words = new String(text, StandardCharsets.UTF_8).split(" ", -1);
            return Optional.of(new ImportMark(words[0], words.length > 1 && words[1].equals(COMPLETE)));
        }

        static void requireNoneUnderWay(Topics topics, Map<String, byte[]> values) throws IOException {
            if (in(values).filter(mark -> !mark.isComplete()).isPresent()) {
                throw new IOException("the journal " + topics.name()
                        + " is being imported, or its import has failed: repeat the import with the same file, or delete "
                        + topics.described());
            }
        }

        /** The record that writes the mark. */
        KeyedValue record() {
            return new KeyedValue(
                    WriterState.IMPORT,
                    (export + " " + (isComplete ? COMPLETE : BEGUN)).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        writer.close();
    }
}
