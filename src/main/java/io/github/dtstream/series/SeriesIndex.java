package io.github.dtstream.series;

import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.series.block.Block;
import io.github.dtstream.series.block.BlockFolder;
import io.github.dtstream.series.block.OpenBlock;
import io.github.dtstream.series.value.PointConsumer;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadEnd;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The values of one stream, for graphs and viewers. A thread follows the stream's journal, puts the values into a block
 * in memory, and writes that to disk when it is full. It may lag behind fast events; while it is far behind, it takes at
 * most a quarter of one processor. Nobody waits for it, and it does not keep the journal from deleting records.
 *
 * <p>All data is derived: a start continues after the newest block, and missing or spoilt blocks are made again from
 * the journal.
 *
 * <p>Thread-safe.
 */
public final class SeriesIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SeriesIndex.class);

    private static final int BATCH = 250;
    private static final long BATCH_BYTES = 128 << 10;
    /** The guaranteed memory, for 8,192 values of a block; with fewer, many devices would make many small blocks. */
    private static final long FLOOR = 8_192L * OpenBlock.POINT_BYTES;
    /** The ratio of rest to work while it is far behind, or repairs holes. */
    private static final int REST = 3;
    /**
     * With a lag of at most so many records it does not rest. Records that the journal still has in memory take half
     * the time of those in its files, so they are read while they are there.
     */
    private static final long NEAR = 50_000;

    private static final Duration LONGEST_REST = Duration.ofMillis(5);

    private static final Duration IDLE = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Setup setup;
    private final MemoryShare memory;
    /** A share of its own, so that a large table of devices does not make blocks small. */
    private final MemoryShare tableMemory;

    private final BlockFolder folder;
    private final HeldValues held;
    private final BlockFiller filler;
    private final HoleRepair repair;
    private final GraphReader graphs;
    private final Queue<Block> spoilt = new ConcurrentLinkedQueue<>();

    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Subscription source;
    /** The sequence number of the next record. Written by the thread. */
    private volatile long next;

    private volatile @Nullable Instant until;

    /** Owned by the thread. */
    private Deadline look;

    /**
     * The parts that an index works with.
     *
     * @param stream the stream's name, for messages
     * @param journal the stream's journal; the index does not close it
     * @param folder holds the blocks
     * @param memory the budget from which it acquires memory
     * @param versions counts the changes of all streams
     */
    public record Setup(
            String stream,
            Journal journal,
            Path folder,
            Storage storage,
            MemoryBudget memory,
            Versions versions,
            Ticker ticker,
            Sleeper sleeper) {}

    public SeriesIndex(Setup setup) {
        this(setup, OpenBlock.MOST_POINTS);
    }

    /** @param blockPoints the limit of values of a block */
    SeriesIndex(Setup setup, int blockPoints) {
        this.setup = setup;
        this.memory = setup.memory().share(Holder.SERIES, FLOOR);
        this.tableMemory = setup.memory().share(Holder.SERIES, 0);
        this.folder = new BlockFolder(setup.folder(), setup.storage());
        this.held = new HeldValues(setup.versions(), folder, new OpenBlock(1, blockPoints));
        this.filler = new BlockFiller(setup.stream(), folder, held, memory, blockPoints, setup.sleeper());
        this.repair = new HoleRepair(setup.journal(), folder, filler);
        this.graphs = new GraphReader(setup.stream(), held, folder, spoilt::add);
        this.look = Deadline.after(Duration.ZERO, setup.ticker());
    }

    /** Starts the thread. */
    public void start(Supervisor supervisor) {
        Thread made = supervisor.thread(
                "dt-series-" + setup.stream(), "graphs show nothing new", AfterFailure.RESTART, this::run);
        thread = made;
        made.start();
    }

    private void run() {
        try {
            restore();
            while (!stopping) {
                step(IDLE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            if (!stopping && setup.journal().status().takenOver() == null) {
                throw new UncheckedIOException(e);
            }
            // Another router may have the stream now.
        }
    }

    /** Loads the blocks, and continues after the newest one. */
    void restore() throws IOException, InterruptedException {
        closeReader();
        repair.clear();
        spoilt.clear();
        SeriesTable known = new SeriesTable();
        folder.load((name, entry, time, newest) ->
                SeriesKey.of(name).ifPresent(key -> held.known(known, key, entry, time, newest)));
        SeriesTable restored = known;
        if (isOfAnotherJournal()) {
            LOG.info("Graphs of {} begin again, as the journal was replaced by a new one", setup.stream());
            folder.blocks().forEach(folder::delete);
            restored = new SeriesTable();
        }
        JournalStatus journal = setup.journal().status();
        // The first records of a new journal have sequence numbers before they are on disk in a segment.
        long oldest = journal.firstSequence() == journal.nextSequence() ? 1 : journal.firstSequence();
        long reached = oldest;
        for (Block block : folder.blocks()) {
            repair.add(reached, block.first() - 1);
            reached = Math.max(reached, block.last() + 1);
        }
        held.restore(restored, filler.block(reached));
        next = reached;
        until = folder.blocks().isEmpty() ? null : lastOf(folder.blocks()).lastReceived();
        filler.restore();
        look = Deadline.after(Duration.ZERO, setup.ticker());
        source = setup.journal().follow(reached);
        countMemory();
    }

    /** Whether the journal was deleted and begun again, with the same sequence numbers. */
    private boolean isOfAnotherJournal() throws IOException, InterruptedException {
        List<Block> blocks = folder.blocks();
        JournalStatus journal = setup.journal().status();
        if (blocks.isEmpty() || journal.firstSequence() > lastOf(blocks).last()) {
            return false;
        }
        Block newest = lastOf(blocks);
        if (newest.last() >= journal.nextSequence()) {
            return true;
        }
        try (Subscription records = setup.journal().follow(newest.last())) {
            Batch batch = records.poll(1, PATIENCE);
            if (batch.isEmpty()) {
                throw new IOException("the journal of " + setup.stream() + " does not have record " + newest.last()
                        + " at hand, with which graphs continue");
            }
            return isOther(batch.records().get(0), newest);
        }
    }

    private static boolean isOther(JournalRecord record, Block newest) {
        Instant received = record.received().truncatedTo(ChronoUnit.MICROS);
        return record.sequence() == newest.last()
                ? !received.equals(newest.lastReceived())
                : received.isBefore(newest.lastReceived());
    }

    private static Block lastOf(List<Block> blocks) {
        return blocks.get(blocks.size() - 1);
    }

    /** One round: reads the next records, or, if there are none, repairs a hole. */
    void step(Duration patience) throws IOException, InterruptedException {
        long begun = setup.ticker().nanos();
        dropSpoilt();
        Subscription records = source;
        if (records == null) {
            return;
        }
        boolean isWhole = repair.isWhole();
        Batch batch = records.poll(BATCH, BATCH_BYTES, isWhole ? patience : Duration.ZERO);
        for (JournalRecord record : batch.records()) {
            take(record);
        }
        if (batch.isEmpty() && !isWhole) {
            repair.step(BATCH, BATCH_BYTES);
            countMemory();
        }
        if (look.isOver()) {
            retire();
        }
        records.commit(batch.end());
        if (!isWhole || records.lag() > NEAR) {
            setup.sleeper().sleep(rest(setup.ticker().nanos() - begun));
        }
    }

    /** The rest after some work. It has a limit, as on a busy machine other threads delay this one anyway. */
    private static Duration rest(long workedNanos) {
        return Duration.ofNanos(Math.min(workedNanos * REST, LONGEST_REST.toNanos()));
    }

    private void take(JournalRecord record) throws InterruptedException {
        filler.put(record, held.open(), true, this::seal);
        next = record.sequence() + 1;
        until = record.received();
    }

    private OpenBlock seal(OpenBlock full) throws InterruptedException {
        Block block = filler.write(full);
        held.sealed(block, filler.block(full.next()), !repair.isUnderWay());
        countMemory();
        return held.open();
    }

    private void countMemory() {
        memory.set(held.open().bytes() + repair.bytes());
        tableMemory.set(held.tableBytes());
    }

    /** Deletes blocks that readers found spoilt, so that they are made again. */
    private void dropSpoilt() {
        for (Block block = spoilt.poll(); block != null; block = spoilt.poll()) {
            if (folder.blocks().contains(block)) {
                folder.delete(block);
                repair.add(block.first(), block.last());
            }
        }
    }

    /** Deletes the blocks of records that the journal has deleted. */
    private void retire() {
        look = Deadline.after(LOOK, setup.ticker());
        long oldest = setup.journal().status().firstSequence();
        for (Block block : folder.blocks()) {
            if (block.last() < oldest) {
                folder.delete(block);
            }
        }
        repair.retire(oldest);
    }

    private long lag() {
        return Math.max(0, setup.journal().status().nextSequence() - next);
    }

    /**
     * Takes over a complete device list. A device that has left is forgotten when the journal has no events of it any
     * more.
     */
    public void devicesListed(Set<String> devices, Set<String> left) {
        held.devicesListed(devices, left);
    }

    /**
     * Shows all changes after a version. Read {@link Versions#newest} before the call: later changes may be shown, too.
     */
    public void changes(long after, SeriesViewer viewer) {
        held.changes(after, viewer);
    }

    /** Whether there are values of a series. */
    public boolean knows(SeriesKey key) {
        return held.knows(key);
    }

    /**
     * The lines of some series over a span.
     *
     * @param from the begin of the span, in milliseconds since 1970
     * @param to the end of the span, exclusive
     *
     * @param width the width of the graph in pixels; a line of numbers has at most two values for each pixel
     */
    public Graph graph(List<SeriesKey> keys, long from, long to, int width) {
        return graphs.graph(keys, from, to, width);
    }

    /** Hands over every value of a series in a span, the end excluded, by time. */
    public void values(SeriesKey key, long from, long to, PointConsumer consumer) {
        graphs.values(key, from, to, consumer);
    }

    /** The current status; cheap. */
    public SeriesStatus status() {
        HeldValues.Counts counts = held.counts();
        return new SeriesStatus(
                setup.stream(),
                counts.devices(),
                counts.series(),
                lag(),
                until,
                repair.missing(),
                folder.blocks().size(),
                folder.bytes(),
                filler.problem());
    }

    private void closeReader() {
        Subscription following = source;
        if (following != null) {
            following.close();
            source = null;
        }
    }

    /** Ends the thread. Values that are not on disk are read again at the next start. */
    @Override
    public void close() {
        stopping = true;
        filler.stop();
        Thread running = thread;
        if (running != null) {
            // first, as a subscription that is reading closes when that has ended
            running.interrupt();
        }
        Subscription following = source;
        if (following != null) {
            following.close();
        }
        if (running != null) {
            ThreadEnd.await(running, PATIENCE);
        }
        closeReader();
        repair.close();
        memory.close();
        tableMemory.close();
    }
}
