package io.github.dtstream.series;

import io.github.dtstream.event.EventTime;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.reading.EventReader;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.reading.Reading;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The values of one stream, for graphs and for those who look. A thread follows the stream's journal, puts what it reads into a
 * block in memory, and seals that on disk when it is full. It may be late where events come fast, since it takes no more than a
 * quarter of one processor then; nobody waits for it, and it keeps nothing of the journal from being deleted.
 *
 * <p>All of it is derived: a start goes on behind the newest block, and what is missing or spoilt is read from the journal again.
 *
 * <p>Thread-safe. The lock guards the table, the open block and the step from the one to the next; files are read and written
 * without it.
 */
public final class SeriesIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SeriesIndex.class);

    private static final int BATCH = 250;
    private static final long BATCH_BYTES = 128 << 10;
    /** For 8,192 values of a block: with fewer, blocks are many where devices are. */
    private static final long FLOOR = 8_192L * OpenBlock.POINT_BYTES;
    /** A block without many values ends, too, so that a start does not read for long. */
    private static final int MOST_RECORDS = 250_000;
    /** How much longer it rests than it works while there is more to read. */
    private static final int REST = 3;

    private static final Duration LONGEST_REST = Duration.ofMillis(5);

    private static final Duration IDLE = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration DISK_DELAY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** What comes late within so many changes is told together. */
    private static final long LATE_TOGETHER = 100_000;

    private final Setup setup;
    private final int blockPoints;
    private final MemoryShare memory;
    /** What is known of devices is there, whatever it takes, and is not to make blocks small. */
    private final MemoryShare tableMemory;

    private final BlockFolder folder;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Block> spoilt = new ConcurrentLinkedQueue<>();

    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Subscription source;
    private volatile @Nullable String problem;
    /** The number of the record that is read next; written by the thread. */
    private volatile long next;

    private volatile @Nullable Instant until;
    private volatile long missing;

    // Guarded by the lock; only the thread writes.
    private SeriesTable table = new SeriesTable();
    private OpenBlock open;

    // Owned by the thread.
    private final EventReader reader = new EventReader();
    private final Deque<Span> holes = new ArrayDeque<>();
    private @Nullable Repair repair;
    private Deadline look;

    /**
     * What it works with.
     *
     * @param stream the stream's name, for what is said
     * @param journal not closed by it
     * @param folder where the blocks are
     * @param memory what is held is taken from
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

    /** Records that no block has, both ends included. */
    private record Span(long first, long last) {}

    /** A hole that is being closed. */
    private static final class Repair {
        private final Span hole;
        private final Subscription records;
        private OpenBlock block;

        Repair(Span hole, Subscription records, OpenBlock block) {
            this.hole = hole;
            this.records = records;
            this.block = block;
        }
    }

    public SeriesIndex(Setup setup) {
        this(setup, OpenBlock.MOST_POINTS);
    }

    /** @param blockPoints how many values a block has at most */
    SeriesIndex(Setup setup, int blockPoints) {
        this.setup = setup;
        this.blockPoints = blockPoints;
        this.open = new OpenBlock(1, blockPoints);
        this.memory = setup.memory().share(Holder.SERIES, FLOOR);
        this.tableMemory = setup.memory().share(Holder.SERIES, 0);
        this.folder = new BlockFolder(setup.folder(), setup.storage());
        this.look = Deadline.after(Duration.ZERO, setup.ticker());
    }

    /** Begins. */
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
            if (!stopping) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Begins behind the newest block that there is. */
    void restore() throws IOException, InterruptedException {
        closeReaders();
        SeriesTable known = new SeriesTable();
        folder.load((name, entry) -> SeriesKey.of(name).ifPresent(key -> known(known, key, entry)));
        SeriesTable restored = known;
        if (isOfAnotherJournal()) {
            LOG.info("Graphs of {}: the journal is another one than before; they begin anew", setup.stream());
            folder.blocks().forEach(folder::delete);
            restored = new SeriesTable();
        }
        JournalStatus journal = setup.journal().status();
        // What is on its way to the disk of a new journal has a number already, and no segment.
        long oldest = journal.firstSequence() == journal.nextSequence() ? 1 : journal.firstSequence();
        holes.clear();
        spoilt.clear();
        long reached = oldest;
        for (Block block : folder.blocks()) {
            addHole(reached, block.first() - 1);
            reached = Math.max(reached, block.last() + 1);
        }
        countMissing();
        lock.lock();
        try {
            table = restored;
            open = new OpenBlock(reached, blockPoints);
        } finally {
            lock.unlock();
        }
        next = reached;
        until = folder.blocks().isEmpty() ? null : lastOf(folder.blocks()).lastReceived();
        problem = null;
        look = Deadline.after(Duration.ZERO, setup.ticker());
        source = setup.journal().follow(reached);
        countMemory();
    }

    private void known(SeriesTable known, SeriesKey key, BlockFormat.Entry entry) {
        DeviceRow device = known.device(key.deviceId());
        device.known(key.quantity(), entry.minTime(), entry.maxTime(), entry.points());
        device.version = setup.versions().newest();
        known.series(device, key.quantity()).offer(entry.maxTime(), entry.newest(), device.version);
    }

    /** The journal may have been deleted and begun again, with the same numbers. */
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
            return batch.isEmpty() || isOther(batch.records().get(0), newest);
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

    private void addHole(long first, long last) {
        if (first <= last) {
            holes.add(new Span(first, last));
        }
    }

    private void countMissing() {
        long count =
                holes.stream().mapToLong(hole -> hole.last - hole.first + 1).sum();
        Repair under = repair;
        missing = count + (under == null ? 0 : under.hole.last - under.block.next() + 1);
    }

    /** One round: the next records; and where there are none, what is missing of older ones. */
    void step(Duration patience) throws IOException, InterruptedException {
        long begun = setup.ticker().nanos();
        dropSpoilt();
        Subscription records = source;
        if (records == null) {
            return;
        }
        boolean isWhole = holes.isEmpty() && repair == null;
        Batch batch = records.poll(BATCH, BATCH_BYTES, isWhole ? patience : Duration.ZERO);
        for (JournalRecord record : batch.records()) {
            take(record);
        }
        if (batch.isEmpty()) {
            repair();
        }
        if (look.isOver()) {
            retire();
        }
        records.commit(batch.end());
        if (!isWhole || records.lag() > 0) {
            setup.sleeper().sleep(rest(setup.ticker().nanos() - begun));
        }
    }

    /** Where the machine is busy, others hold it up enough. */
    private static Duration rest(long workedNanos) {
        return Duration.ofNanos(Math.min(workedNanos * REST, LONGEST_REST.toNanos()));
    }

    private void take(JournalRecord record) throws InterruptedException {
        read(record);
        if (!hasRoom(open)) {
            sealOpen();
            hasRoom(open);
        }
        lock.lock();
        try {
            put(record, open, true);
        } finally {
            lock.unlock();
        }
        next = record.sequence() + 1;
        until = record.received();
    }

    private void read(JournalRecord record) {
        Instant time = EventTime.of(record.event());
        reader.read(record.event(), time == null ? record.received().toEpochMilli() : time.toEpochMilli());
    }

    /** Whether what was read fits, if need be with more memory. */
    private boolean hasRoom(OpenBlock block) {
        int needed = block.size() + reader.readings().size();
        if (block.next() - block.first() >= MOST_RECORDS) {
            return false;
        }
        while (needed > block.capacity()) {
            int capacity = block.capacity() * 2;
            boolean isGranted = capacity <= blockPoints
                    && (block.size() == 0 || memory.tryAcquire((long) block.capacity() * OpenBlock.POINT_BYTES));
            if (!isGranted) {
                return block.size() == 0;
            }
            lock.lock();
            try {
                block.grow(capacity);
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    /** Puts what was read of a record into a block, and into the table. */
    private void put(JournalRecord record, OpenBlock block, boolean isNew) {
        String deviceId = record.event().deviceId();
        if (deviceId != null && !reader.readings().isEmpty()) {
            long now = setup.versions().next();
            DeviceRow device = table.device(deviceId);
            device.version = now;
            if (!reader.connectors().isEmpty()) {
                device.connector = reader.connectors().get(0);
            }
            int values = Math.min(reader.readings().size(), block.capacity() - block.size());
            for (int i = 0; i < values; i++) {
                put(reader.readings().get(i), device, block, now, isNew);
            }
        }
        block.advance(record.sequence(), record.received());
    }

    private void put(Reading reading, DeviceRow device, OpenBlock block, long now, boolean isNew) {
        double value = value(reading);
        if (Double.isNaN(value)) {
            return;
        }
        Series series = table.series(device, reading.quantity());
        block.add(series.number, reading.time(), value);
        device.sign(reading.time(), reading.quantity() == Quantity.SIGNAL);
        if (!series.offer(reading.time(), value, now) && isNew) {
            series.late(reading.time(), now, now - LATE_TOGETHER);
        }
    }

    private static double value(Reading reading) {
        if (reading.state() == null) {
            return reading.number();
        }
        int state = reading.quantity().states().indexOf(reading.state());
        return state < 0 ? Double.NaN : state;
    }

    private void sealOpen() throws InterruptedException {
        OpenBlock sealed = open;
        Block block = write(sealed);
        lock.lock();
        try {
            folder.add(block);
            open = new OpenBlock(sealed.next(), blockPoints);
            if (repair == null) {
                table.forget(oldestTime());
            }
        } finally {
            lock.unlock();
        }
        countMemory();
    }

    private long oldestTime() {
        return folder.blocks().stream()
                .filter(block -> block.points() > 0)
                .mapToLong(Block::minTime)
                .min()
                .orElse(Long.MIN_VALUE);
    }

    /**
     * Writes it, as soon as the disk takes it.
     *
     * @throws InterruptedException if it is to stop before
     */
    private Block write(OpenBlock sealed) throws InterruptedException {
        BlockWriter writer = new BlockWriter(sealed, number -> table.series(number).key);
        while (!stopping) {
            try {
                folder.write(writer);
                problem = null;
                return writer.block();
            } catch (IOException e) {
                if (problem == null) {
                    LOG.warn("Graphs of {} cannot go on, which is tried again: {}", setup.stream(), e.toString());
                }
                problem = "values for graphs cannot be written (" + e + "); it is tried again";
                setup.sleeper().sleep(DISK_DELAY);
            }
        }
        throw new InterruptedException("it is to stop");
    }

    private void countMemory() {
        Repair under = repair;
        memory.set(open.bytes() + (under == null ? 0 : under.block.bytes()));
        tableMemory.set(table.bytes());
    }

    /** What readers found spoilt is made anew. */
    private void dropSpoilt() {
        for (Block block = spoilt.poll(); block != null; block = spoilt.poll()) {
            if (folder.blocks().contains(block)) {
                folder.delete(block);
                addHole(block.first(), block.last());
                countMissing();
            }
        }
    }

    /** Goes on with the first hole, a batch of it. */
    private void repair() throws IOException, InterruptedException {
        Repair under = repair;
        if (under == null) {
            Span hole = holes.poll();
            if (hole == null) {
                return;
            }
            under = new Repair(hole, setup.journal().follow(hole.first), new OpenBlock(hole.first, blockPoints));
            repair = under;
        }
        Batch batch = under.records.poll(BATCH, BATCH_BYTES, Duration.ZERO);
        boolean isDone = batch.isEmpty();
        for (JournalRecord record : batch.records()) {
            isDone |= record.sequence() > under.hole.last;
            if (!isDone) {
                takeAgain(record, under);
            }
        }
        if (isDone || under.block.next() > under.hole.last) {
            endRepair(under);
        }
        countMissing();
    }

    private void takeAgain(JournalRecord record, Repair under) throws InterruptedException {
        read(record);
        if (!hasRoom(under.block)) {
            OpenBlock full = under.block;
            folder.add(write(full));
            under.block = new OpenBlock(full.next(), blockPoints);
            countMemory();
            hasRoom(under.block);
        }
        lock.lock();
        try {
            put(record, under.block, false);
        } finally {
            lock.unlock();
        }
    }

    private void endRepair(Repair under) throws InterruptedException {
        if (under.block.next() > under.block.first()) {
            under.block.advance(under.hole.last, under.block.lastReceived());
            folder.add(write(under.block));
        }
        under.records.close();
        repair = null;
        countMemory();
    }

    /** Deletes the blocks of what the journal does not have any more. */
    private void retire() {
        look = Deadline.after(LOOK, setup.ticker());
        long oldest = setup.journal().status().firstSequence();
        for (Block block : folder.blocks()) {
            if (block.last() < oldest) {
                folder.delete(block);
            }
        }
        List<Span> left = new ArrayList<>(holes);
        holes.clear();
        left.forEach(hole -> addHole(Math.max(oldest, hole.first), hole.last));
        countMissing();
    }

    private long lag() {
        return Math.max(0, setup.journal().status().nextSequence() - next);
    }

    /** A device list that is not doubted: what has left is forgotten when the journal has nothing of it. */
    public void devicesListed(Set<String> devices, Set<String> left) {
        lock.lock();
        try {
            table.listed(devices, left);
        } finally {
            lock.unlock();
        }
    }

    /** Shows all that changed behind a version; the newest version that is shown is asked for before. */
    public void changes(long after, SeriesViewer viewer) {
        lock.lock();
        try {
            for (DeviceRow device : table.devices()) {
                if (device.version > after) {
                    show(device, after, viewer);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static void show(DeviceRow device, long after, SeriesViewer viewer) {
        viewer.device(device.id, device.seen, device.rhythm(), device.connector);
        for (Series series : device.series) {
            if (series.version > after) {
                viewer.value(series.key, series.time, series.value);
            }
            if (series.lateVersion > after) {
                viewer.late(series.key, series.lateFrom, series.lateTo);
            }
        }
    }

    /** Whether there is anything of a series. */
    public boolean knows(SeriesKey key) {
        lock.lock();
        try {
            return table.find(key) != null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The lines of some series from one time to before another.
     *
     * @param width in how many pixels they are drawn: a line of numbers has no more than two values for each
     */
    public Graph graph(List<SeriesKey> keys, long from, long to, int width) {
        long step = Steps.of(to - from, width);
        List<LineBuilder> lines = keys.stream()
                .map(key -> new LineBuilder(key, from, to, step, 2 * width))
                .toList();
        collect(keys, from, to, lines);
        boolean isReduced = lines.stream().anyMatch(line -> !line.isState() && line.isReduced());
        if (isReduced) {
            lines.stream().filter(line -> !line.isState()).forEach(LineBuilder::reduce);
        }
        List<Line> built = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i).build();
            built.add(lines.get(i).isState() ? before(keys.get(i), from).putBefore(line) : line);
        }
        return new Graph(from, to, isReduced ? step : 0, built);
    }

    /** Every value of a series from one time to before another, by time. */
    public void values(SeriesKey key, long from, long to, PointConsumer consumer) {
        ValueRun.over(from, to, (begin, end, points) -> collect(List.of(key), begin, end, List.of(points)), consumer);
    }

    /** Hands over what there is of some series, in any order, to a consumer for each. */
    private void collect(List<SeriesKey> keys, long from, long to, List<? extends PointConsumer> consumers) {
        List<Points> newest = keys.stream().map(key -> new Points()).toList();
        for (Block block : snapshot(keys, newest)) {
            if (block.overlaps(from, to)) {
                read(block, blockReader -> {
                    for (int i = 0; i < keys.size(); i++) {
                        BlockFormat.Entry entry = blockReader.find(keys.get(i));
                        if (entry != null && entry.minTime() < to && entry.maxTime() >= from) {
                            blockReader.read(entry, from, to, consumers.get(i));
                        }
                    }
                });
            }
        }
        for (int i = 0; i < keys.size(); i++) {
            PointConsumer consumer = consumers.get(i);
            newest.get(i).forEach((time, value) -> {
                if (time >= from && time < to) {
                    consumer.accept(time, value);
                }
            });
        }
    }

    /** The blocks, and what is in the open one beside them. */
    private List<Block> snapshot(List<SeriesKey> keys, List<Points> into) {
        lock.lock();
        try {
            int[] slots = new int[table.seriesCount()];
            boolean isAny = false;
            for (int i = 0; i < keys.size(); i++) {
                Series series = table.find(keys.get(i));
                if (series != null) {
                    slots[series.number] = i + 1;
                    isAny = true;
                }
            }
            for (int i = 0; isAny && i < open.size(); i++) {
                int slot = slots[open.series(i)];
                if (slot > 0) {
                    into.get(slot - 1).accept(open.time(i), open.value(i));
                }
            }
            return folder.blocks();
        } finally {
            lock.unlock();
        }
    }

    /** Reads a block. */
    private interface BlockWork {
        void read(BlockReader reader) throws IOException;
    }

    private void read(Block block, BlockWork work) {
        try (BlockReader blockReader = folder.open(block)) {
            work.read(blockReader);
        } catch (IOException e) {
            if (folder.blocks().contains(block)) {
                LOG.info(
                        "Graphs of {}: the records {} to {} are read again from the journal, as a block is spoilt: {}",
                        setup.stream(),
                        block.first(),
                        block.last(),
                        e.toString());
                spoilt.add(block);
            }
        }
    }

    /** The newest value before a time. */
    private LastBefore before(SeriesKey key, long from) {
        LastBefore last = new LastBefore(from);
        Points newest = new Points();
        List<Block> blocks = new ArrayList<>(snapshot(List.of(key), List.of(newest)));
        newest.forEach(last);
        blocks.sort((one, other) -> Long.compare(other.maxTime(), one.maxTime()));
        for (Block block : blocks) {
            if (block.maxTime() > last.time() && block.overlaps(Long.MIN_VALUE, from)) {
                read(block, blockReader -> {
                    BlockFormat.Entry entry = blockReader.find(key);
                    if (entry != null && entry.maxTime() < from) {
                        last.accept(entry.maxTime(), entry.newest());
                    } else if (entry != null) {
                        blockReader.read(entry, Long.MIN_VALUE, from, last);
                    }
                });
            }
        }
        return last;
    }

    /** A snapshot; cheap. */
    public SeriesStatus status() {
        int devices;
        int series;
        lock.lock();
        try {
            devices = table.deviceCount();
            series = table.seriesCount();
        } finally {
            lock.unlock();
        }
        return new SeriesStatus(
                setup.stream(),
                devices,
                series,
                lag(),
                until,
                missing,
                folder.blocks().size(),
                folder.bytes(),
                problem);
    }

    private void closeReaders() {
        Subscription following = source;
        if (following != null) {
            following.close();
            source = null;
        }
        Repair under = repair;
        if (under != null) {
            under.records.close();
            repair = null;
        }
    }

    /** Ends. What is not on disk is read again at the next start. */
    @Override
    public void close() {
        stopping = true;
        Subscription following = source;
        if (following != null) {
            following.close();
        }
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            try {
                running.join(PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        closeReaders();
        memory.close();
        tableMemory.close();
    }
}
