package io.github.dtstream.journal.local;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.buffer.AppendQueue;
import io.github.dtstream.journal.buffer.Held;
import io.github.dtstream.journal.buffer.JournalSubscription;
import io.github.dtstream.journal.buffer.OpenSubscriptions;
import io.github.dtstream.journal.buffer.Tail;
import io.github.dtstream.journal.buffer.TransientCursor;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.EventDecoder;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.record.RecentEventIds;
import io.github.dtstream.journal.segment.CorruptRecords;
import io.github.dtstream.journal.segment.RecordReader;
import io.github.dtstream.journal.segment.Recovery;
import io.github.dtstream.journal.segment.Segment;
import io.github.dtstream.journal.segment.SegmentLines;
import io.github.dtstream.journal.segment.SegmentSearch;
import io.github.dtstream.journal.segment.SegmentWriter;
import io.github.dtstream.journal.segment.Segments;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.storage.FolderLock;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadEnd;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal in a folder of the local disk. Thread-safe.
 *
 * <p>The folder has {@code segments/<first number>-<UTC date>.ndjson}, one JSON object per line, {@code
 * cursors/<subscriber>.ndjson}, and a {@code lock} that keeps a second process out. The journal's thread writes: it
 * takes the appended records, writes them, waits for the device (fsync), and only then shows them to subscribers.
 */
public final class LocalJournal implements Journal {

    /** The folder of a journal's segments, and that of its cursors. */
    static final String SEGMENTS = "segments";

    static final String CURSORS = "cursors";

    private static final Logger LOG = LoggerFactory.getLogger(LocalJournal.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    /** About the size of what one read of a connection brings. */
    private static final long PENDING_FLOOR = 256 << 10;

    /** For 8,192 identifiers: about as many as two connections both bring during a hand-over. */
    private static final long IDENTIFIERS_FLOOR = 8192L * RecentEventIds.BYTES_EACH;

    private static final int SCAN_BATCH = 1000;
    private static final long SCAN_BYTES = 1 << 20;

    private final Path directory;
    private final Storage storage;
    private final Supplier<EventDecoder> decoders;
    private final FolderLock folderLock;
    private final CorruptRecords corrupt;
    private final Segments segments;
    private final Cursors cursors;
    private final Tail tail;
    private final AppendQueue queue;
    private final MemoryShare identifiers;
    private final CommitLoop commits;
    private final Thread thread;
    private final Duration closeTimeout;
    private final Ticker ticker;
    private final Optional<Instant> lastLive;
    private final Duration subscriberRetention;
    private final long maxBytes;
    private final OpenSubscriptions subscriptions = new OpenSubscriptions();

    /** The parts that tests replace. */
    record Surroundings(
            Storage storage,
            Supplier<EventDecoder> decoders,
            Clock clock,
            Ticker ticker,
            Duration retry,
            Duration close,
            Supervisor supervisor,
            MemoryBudget memory) {
        static Surroundings system(Clock clock, Supervisor supervisor, MemoryBudget memory) {
            return new Surroundings(
                    new SystemStorage(),
                    () -> new EnvelopeDecoder()::decodeEvent,
                    clock,
                    Ticker.SYSTEM,
                    RETRY,
                    CLOSE,
                    supervisor,
                    memory);
        }
    }

    private LocalJournal(
            Path directory,
            JournalSettings settings,
            CorruptRecords corrupt,
            Surroundings surroundings,
            FolderLock folderLock)
            throws IOException {
        this.directory = directory;
        this.corrupt = corrupt;
        this.folderLock = folderLock;
        storage = surroundings.storage();
        decoders = surroundings.decoders();
        closeTimeout = surroundings.close();
        ticker = surroundings.ticker();
        subscriberRetention = settings.subscriberRetention();
        maxBytes = settings.retentionBytes();
        Path segmentFolder = directory.resolve(SEGMENTS);
        Path cursorFolder = directory.resolve(CURSORS);
        storage.createDirectories(segmentFolder);
        storage.createDirectories(cursorFolder);
        storage.syncDirectory(directory);

        Recovery recovery = new Recovery(storage, corrupt, decoders.get());
        segments = recovery.find(segmentFolder);
        recovery.repair(segments);
        lastLive = recovery.lastLive();
        cursors = Cursors.load(cursorFolder, storage, surroundings.clock(), oldest(segments, recovery.nextSequence()));
        // Numbers that a subscriber has seen are not used again, even if their segments are lost.
        long nextSequence = Math.max(recovery.nextSequence(), cursors.highest());
        identifiers = surroundings.memory().share(Holder.IDENTIFIERS, IDENTIFIERS_FLOOR);
        RecentEventIds recent =
                recovery.recentIds(segments, settings.deduplicationWindow(), identifiers::tryAcquire, decoders.get());
        cursors.skipTo(oldest(segments, nextSequence), 1, "their segments are not in " + segmentFolder);

        SegmentWriter writer = new SegmentWriter(storage, segmentFolder, segments, settings.segmentBytes());
        Position end = new Position(nextSequence, 0, 0);
        Segment newest = segments.newest();
        if (newest != null) {
            writer.resume(newest, storage.open(newest.path()));
            end = new Position(nextSequence, newest.first(), newest.durableBytes());
        }
        tail = new Tail(settings.tailBytes(), end, surroundings.memory());
        queue = new AppendQueue(
                recent,
                nextSequence,
                recovery.lastReceived(),
                settings,
                surroundings.memory().share(Holder.PENDING, PENDING_FLOOR));
        Retention retention = new Retention(storage, segmentFolder, segments, cursors, settings, surroundings.clock());
        commits = new CommitLoop(
                directory.toString(),
                queue,
                writer,
                tail,
                cursors,
                retention,
                surroundings.clock(),
                surroundings.ticker(),
                surroundings.retry());
        thread = surroundings
                .supervisor()
                .thread(
                        "journal-" + directory.getFileName(),
                        "nothing is written to the journal " + directory,
                        AfterFailure.END_PROCESS,
                        commits);
    }

    /**
     * Opens the journal in a folder, and creates it if it does not exist. Torn and corrupt records are written to the
     * reject file and counted.
     *
     * @param supervisor makes the writing thread; if that fails for good, the process must end
     * @param memory the budget for records in memory
     * @throws IOException if the folder cannot be used, or another process has it open
     */
    public static LocalJournal open(
            Path directory,
            JournalSettings settings,
            RejectFile rejects,
            Clock clock,
            Supervisor supervisor,
            MemoryBudget memory)
            throws IOException {
        return open(directory, settings, rejects, Surroundings.system(clock, supervisor, memory));
    }

    static LocalJournal open(Path directory, JournalSettings settings, RejectFile rejects, Surroundings surroundings)
            throws IOException {
        surroundings.storage().createDirectories(directory);
        FolderLock lock = FolderLock.acquire("the journal in", directory);
        try {
            LocalJournal journal =
                    new LocalJournal(directory, settings, new CorruptRecords(rejects), surroundings, lock);
            journal.thread.start();
            return journal;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Position oldest(Segments segments, long nextSequence) {
        Segment oldest = segments.oldest();
        return oldest == null ? new Position(nextSequence, 0, 0) : new Position(oldest.first(), oldest.first(), 0);
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
        tail.await(last, Long.MAX_VALUE, () -> false);
        if (tail.durable() < last) {
            throw new IllegalStateException(
                    "the journal closed before records " + (tail.durable() + 1) + " to " + last + " were on disk");
        }
    }

    @Override
    public Subscription subscribe(String name, Start start, int maxRepeated) throws IOException {
        Position begin = start == Start.BEGINNING ? oldest(segments, tail.durable() + 1) : tail.end();
        CursorFile file = cursors.activate(name, begin);
        return register(name, new DurableCursor(file, queue), () -> cursors.deactivate(name));
    }

    @Override
    public Subscription follow(long sequence) {
        return subscriptions.add(onClose -> JournalSubscription.unhurried(
                "follow from " + sequence, tail, past(), new TransientCursor(Position.before(sequence)), onClose));
    }

    @Override
    public Subscription read(Instant receivedFrom) throws IOException {
        long durable = tail.durable();
        Position begin;
        try (SegmentLines lines = new SegmentLines(storage)) {
            begin = new SegmentSearch(segments, lines).ofReceived(receivedFrom, durable);
        }
        return register("read from " + receivedFrom, new TransientCursor(begin), () -> {});
    }

    private Subscription register(String name, JournalSubscription.Cursor cursor, Runnable onClose) {
        return subscriptions.add(closed -> new JournalSubscription(name, tail, past(), cursor, () -> {
            closed.run();
            onClose.run();
        }));
    }

    private PastSegments past() {
        return new PastSegments(segments, reader());
    }

    private RecordReader reader() {
        return new RecordReader(segments, storage, decoders.get(), corrupt);
    }

    @Override
    public boolean removeSubscriber(String name) throws IOException {
        return cursors.remove(name);
    }

    @Override
    public void scan(Instant receivedFrom, Predicate<JournalRecord> consumer) throws IOException {
        long durable = tail.durable();
        try (SegmentLines lines = new SegmentLines(storage);
                RecordReader reader = reader()) {
            Position at = new SegmentSearch(segments, lines).ofReceived(receivedFrom, durable);
            while (at.sequence() <= durable) {
                Batch batch = reader.read(at, SCAN_BATCH, SCAN_BYTES, durable);
                for (JournalRecord record : batch.records()) {
                    if (record.sequence() > durable || !consumer.test(record)) {
                        return;
                    }
                }
                at = batch.end();
            }
        }
    }

    @Override
    public Optional<Instant> lastLive() {
        return lastLive;
    }

    @Override
    public JournalStatus status() {
        long durable = tail.durable();
        AppendQueue.Figures figures = queue.figures();
        Held held = commits.held();
        long first = oldest(segments, figures.nextSequence()).sequence();
        return new JournalStatus(
                first,
                figures.nextSequence(),
                durable,
                figures.nextSequence() - first,
                OptionalLong.of(segments.bytes()),
                OptionalLong.of(maxBytes),
                figures.lastReceived(),
                figures.duplicates(),
                corrupt.count(),
                cursors.lost(),
                held == null ? null : held.since(),
                held == null ? null : held.reason(),
                null,
                cursors.status(durable, subscriberRetention));
    }

    /**
     * Writes queued records, and closes the journal and its subscriptions. If the disk does not accept, this waits at
     * most five seconds. Threads that wait to append get an {@link IllegalStateException}.
     */
    @Override
    public void close() {
        subscriptions.close();
        queue.close();
        boolean interrupted = ThreadEnd.awaitUninterruptibly(thread, closeTimeout, ticker);
        if (thread.isAlive()) {
            commits.giveUp();
            interrupted |= ThreadEnd.awaitUninterruptibly(thread, CLOSE, ticker);
        }
        cursors.close();
        identifiers.close();
        if (thread.isAlive()) {
            // The commit thread hangs in a system call and may still write. The lock is kept, so that no second writer
            // comes in.
            LOG.error(
                    "journal {}: the disk does not answer; the folder stays locked until the process ends", directory);
        } else {
            unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void unlock() {
        try {
            folderLock.close();
        } catch (IOException e) {
            LOG.warn("the lock of journal {} could not be freed", directory, e);
        }
    }
}
