package io.github.dtstream.journal.kafka;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Journals.Surroundings;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.buffer.AppendQueue;
import io.github.dtstream.journal.buffer.Held;
import io.github.dtstream.journal.buffer.JournalSubscription;
import io.github.dtstream.journal.buffer.OpenSubscriptions;
import io.github.dtstream.journal.buffer.Tail;
import io.github.dtstream.journal.buffer.TransientCursor;
import io.github.dtstream.journal.kafka.TopicTarget.ImportMark;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadEnd;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal in two topics of Kafka. Thread-safe.
 *
 * <p>A router that opens the journal takes it over from the router that had it open: Kafka refuses that router's next
 * transaction, and that router closes the journal. Subscriptions read the newest records from memory and older ones from
 * the topic, by number.
 */
public final class KafkaJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaJournal.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    /** Longer than the calls of a consumer take. */
    private static final Duration OPENING = Duration.ofMinutes(1);

    private static final long PENDING_FLOOR = 256 << 10;
    private static final int SCAN_BATCH = 1000;
    private static final long SCAN_BYTES = 1 << 20;

    private final Topics topics;
    private final TopicSizes sizes;
    private final Writer writer;
    private final SkippedRecords skipped;
    private final TopicCursors cursors;
    private final TopicState state;
    private final Tail tail;
    private final AppendQueue queue;
    private final MemoryShare identifiers;
    private final TopicCommits commits;
    private final Thread thread;
    private final Optional<Instant> lastLive;
    private final Duration subscriberRetention;
    private final OpenSubscriptions subscriptions = new OpenSubscriptions();

    private KafkaJournal(JournalOpening opening, JournalSettings settings, TopicSizes sizes, Surroundings surroundings)
            throws IOException, InterruptedException {
        MemoryBudget memory = surroundings.memory();
        topics = opening.topics();
        this.sizes = sizes;
        skipped = opening.skipped();
        writer = new Writer(topics, UUID.randomUUID().toString());
        subscriberRetention = settings.subscriberRetention();
        identifiers = opening.identifiers();
        List<Runnable> undo = new ArrayList<>();
        undo.add(opening::close);
        undo.add(writer::close);
        try {
            takeOver(opening, writer, surroundings.supervisor(), settings);
            Map<String, byte[]> values = opening.values();
            ImportMark.requireNoneUnderWay(topics, values);
            WriterState found = writer.state();
            lastLive = Optional.ofNullable(found.lastLive());
            TopicReader reader = opening.reader(writer::ends);
            TopicCommits.Oldest oldest = TopicCommits.Oldest.of(reader, found.next() - 1);
            tail = new Tail(settings.tailBytes(), Position.before(found.next()), memory);
            undo.add(tail::close);
            tail.recall(opening.newest());
            queue = new AppendQueue(
                    opening.recent(),
                    found.next(),
                    found.lastReceived(),
                    settings,
                    memory.share(Holder.PENDING, PENDING_FLOOR));
            undo.add(queue::close);
            cursors = new TopicCursors(queue::wakeTaker);
            cursors.load(values);
            state = new TopicState(topics.state().topic(), () -> WriterState.read(topics), queue::wakeTaker);
            state.open(values);
            commits = new TopicCommits(
                    topics.name(),
                    queue,
                    writer,
                    tail,
                    cursors,
                    state,
                    reader,
                    sizes,
                    oldest,
                    surroundings.clock(),
                    Ticker.SYSTEM,
                    subscriberRetention,
                    RETRY);
            opening.end();
        } catch (IOException | InterruptedException | RuntimeException e) {
            undo.forEach(Runnable::run);
            throw e;
        }
        thread = surroundings
                .supervisor()
                .thread(
                        "journal-" + topics.name(),
                        "nothing is written to the journal " + topics.name(),
                        AfterFailure.END_PROCESS,
                        commits);
    }

    /** The same with nothing that was read ahead. */
    public static KafkaJournal open(
            KafkaSettings where, JournalSettings settings, TopicSizes sizes, Surroundings surroundings)
            throws IOException, InterruptedException {
        return open(where, settings, sizes, surroundings, null);
    }

    /**
     * Takes the journal over, and creates its topics if they do not exist.
     *
     * @param sizes knows the sizes of topics
     * @param ahead what was read ahead, which this closes or goes on with; null if there is nothing
     * @throws IOException if Kafka does not answer, Kafka refuses, or another router takes the journal over at the same
     * time
     */
    static KafkaJournal open(
            KafkaSettings where,
            JournalSettings settings,
            TopicSizes sizes,
            Surroundings surroundings,
            @Nullable JournalOpening ahead)
            throws IOException, InterruptedException {
        try {
            KafkaJournal journal = takenOver(where, settings, sizes, surroundings, ahead);
            journal.thread.start();
            return journal;
        } catch (KafkaException e) {
            throw KafkaFailure.exception("the journal " + where.name() + " cannot be opened", e, where.servers());
        }
    }

    private static KafkaJournal takenOver(
            KafkaSettings where,
            JournalSettings settings,
            TopicSizes sizes,
            Surroundings surroundings,
            @Nullable JournalOpening ahead)
            throws IOException, InterruptedException {
        if (ahead != null) {
            try {
                return new KafkaJournal(ahead, settings, sizes, surroundings);
            } catch (JournalOpening.Replaced e) {
                LOG.info("{}: it is opened anew", e.getMessage());
            }
        }
        JournalOpening opening = new JournalOpening(Topics.open(where, settings), settings, surroundings);
        return new KafkaJournal(opening, settings, sizes, surroundings);
    }

    /** Fences the earlier writer, while another thread reads what does not depend on that. Then reads the rest. */
    private static void takeOver(JournalOpening opening, Writer writer, Supervisor supervisor, JournalSettings settings)
            throws IOException, InterruptedException {
        String name = opening.topics().name();
        Thread beginning = supervisor.thread(
                "journal-opening-" + name,
                "the journal " + name + " is not opened",
                AfterFailure.END_PROCESS,
                () -> opening.begin(settings));
        beginning.start();
        boolean isFenced = false;
        try {
            writer.fence(opening::requireChecked);
            isFenced = true;
        } finally {
            if (!isFenced) {
                beginning.interrupt();
            }
            // one thread at a time may use the opening
            if (ThreadEnd.awaitUninterruptibly(beginning, OPENING, Ticker.SYSTEM)) {
                Thread.currentThread().interrupt();
            }
        }
        long[] ends = opening.readRest(writer.fenced());
        writer.begin(WriterState.in(opening.values()), ends);
    }

    private TopicReader reader() {
        return reader(missing -> {});
    }

    private TopicReader reader(LongConsumer gone) {
        return new TopicReader(topics, writer::ends, new EnvelopeDecoder()::decodeEvent, skipped, gone);
    }

    @Override
    public int append(List<Event> events, Source source, Instant received, IntConsumer known)
            throws InterruptedException {
        return queue.append(events, source, received, known);
    }

    @Override
    public int remembered() {
        return queue.remembered();
    }

    @Override
    public void flush() throws InterruptedException {
        long last = queue.figures().nextSequence() - 1;
        commits.hurry();
        tail.await(last, Long.MAX_VALUE, () -> false);
        if (tail.durable() < last) {
            throw new IllegalStateException(
                    "the journal closed before records " + (tail.durable() + 1) + " to " + last + " were written");
        }
    }

    @Override
    public Subscription subscribe(String name, Start start, int maxRepeated) throws IOException {
        long begin = start == Start.BEGINNING ? commits.oldest().sequence() : tail.durable() + 1;
        JournalSubscription.Cursor cursor = cursors.activate(name, begin, maxRepeated);
        return subscriptions.add(closed ->
                new JournalSubscription(name, tail, reader(missing -> cursors.lost(name, missing)), cursor, () -> {
                    closed.run();
                    cursors.deactivate(name);
                }));
    }

    @Override
    public Subscription follow(long sequence) {
        return subscriptions.add(closed -> JournalSubscription.unhurried(
                "follow from " + sequence, tail, reader(), new TransientCursor(Position.before(sequence)), closed));
    }

    @Override
    public Subscription read(Instant receivedFrom) throws IOException {
        long begin = numberOf(receivedFrom, tail.durable());
        return subscriptions.add(closed -> new JournalSubscription(
                "read from " + receivedFrom, tail, reader(), new TransientCursor(Position.before(begin)), closed));
    }

    private long numberOf(Instant received, long durable) throws IOException {
        try (TopicReader reader = reader()) {
            return reader.numberOf(received, durable);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the journal was searched", e);
        }
    }

    @Override
    public boolean removeSubscriber(String name) throws IOException {
        return cursors.remove(name);
    }

    @Override
    public void scan(Instant receivedFrom, Predicate<JournalRecord> consumer) throws IOException {
        long durable = tail.durable();
        try (TopicReader reader = reader()) {
            Position at = Position.before(reader.numberOf(receivedFrom, durable));
            while (at.sequence() <= durable) {
                Batch batch = reader.read(at, SCAN_BATCH, SCAN_BYTES, durable);
                for (JournalRecord record : batch.records()) {
                    if (!consumer.test(record)) {
                        return;
                    }
                }
                at = batch.end();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the journal was read", e);
        }
    }

    @Override
    public Optional<Instant> lastLive() {
        return lastLive;
    }

    /** The state that is kept with the events. */
    DurableState state() {
        return state;
    }

    @Override
    public void onTakenOver(Consumer<String> listener) {
        commits.onTakenOver(listener);
    }

    /**
     * An upper bound for the number of events: commit markers take offsets too, and deletion leaves holes in the numbers.
     */
    private long events(TopicCommits.Oldest oldest, long durable) {
        long[] ends = writer.ends();
        long offsets = 0;
        for (int partition = 0; partition < ends.length; partition++) {
            offsets += ends[partition] - oldest.offsets()[partition];
        }
        return Math.max(0, Math.min(offsets, durable + 1 - oldest.sequence()));
    }

    @Override
    public JournalStatus status() {
        long durable = tail.durable();
        TopicCommits.Oldest oldest = commits.oldest();
        AppendQueue.Figures figures = queue.figures();
        Held held = commits.held();
        return new JournalStatus(
                oldest.sequence(),
                figures.nextSequence(),
                durable,
                events(oldest, durable),
                sizes.of(topics.events()),
                OptionalLong.empty(),
                figures.lastReceived(),
                figures.duplicates(),
                skipped.count(),
                cursors.lost(),
                held == null ? null : held.since(),
                held == null ? null : held.reason(),
                commits.takenOver(),
                cursors.status(durable, subscriberRetention));
    }

    @Override
    public void close() {
        subscriptions.close();
        queue.close();
        boolean interrupted = join();
        if (thread.isAlive()) {
            commits.giveUp();
            interrupted |= join();
        }
        identifiers.close();
        if (thread.isAlive() && Thread.currentThread() != thread) {
            LOG.error("journal {}: Kafka does not answer; events not written yet are dropped", topics.name());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the commit thread to end; returns whether the wait was interrupted. */
    private boolean join() {
        if (Thread.currentThread() == thread) {
            // called by a listener for a take-over, which the commit thread calls last
            return false;
        }
        return ThreadEnd.awaitUninterruptibly(thread, CLOSE, Ticker.SYSTEM);
    }
}
