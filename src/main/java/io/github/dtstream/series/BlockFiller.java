package io.github.dtstream.series;

import io.github.dtstream.event.EventTime;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.reading.EventReader;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills blocks with what records say, and writes those that are full. Owned by one thread, but for {@link #problem} and {@link #stop}. */
final class BlockFiller {
    private static final Logger LOG = LoggerFactory.getLogger(BlockFiller.class);

    /** A block without many values ends, too, so that a start does not read for long. */
    private static final int MOST_RECORDS = 250_000;

    private static final Duration DISK_DELAY = Duration.ofSeconds(1);

    private final String stream;
    private final BlockFolder folder;
    private final HeldValues held;
    private final MemoryShare memory;
    private final int blockPoints;
    private final Sleeper sleeper;
    private final EventReader reader = new EventReader();
    private volatile boolean stopping;
    private volatile @Nullable String problem;

    /** Puts a block that is full away, and gives the one that takes its place. */
    interface Rotation {
        OpenBlock next(OpenBlock full) throws InterruptedException;
    }

    /**
     * @param memory what blocks grow by is taken from
     * @param blockPoints how many values a block has at most
     */
    BlockFiller(
            String stream, BlockFolder folder, HeldValues held, MemoryShare memory, int blockPoints, Sleeper sleeper) {
        this.stream = stream;
        this.folder = folder;
        this.held = held;
        this.memory = memory;
        this.blockPoints = blockPoints;
        this.sleeper = sleeper;
    }

    OpenBlock block(long first) {
        return new OpenBlock(first, blockPoints);
    }

    /** Puts what a record says into a block, or, if it is full, into the next one. */
    void put(JournalRecord record, OpenBlock block, boolean isNew, Rotation rotation) throws InterruptedException {
        Instant time = EventTime.of(record.event());
        reader.read(record.event(), time == null ? record.received().toEpochMilli() : time.toEpochMilli());
        OpenBlock into = block;
        if (!hasRoom(into)) {
            into = rotation.next(into);
            hasRoom(into);
        }
        held.put(record, reader, into, isNew);
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
            held.grow(block, capacity);
        }
        return true;
    }

    /**
     * Writes a block, as soon as the disk takes it.
     *
     * @throws InterruptedException if it is to stop before
     */
    Block write(OpenBlock sealed) throws InterruptedException {
        BlockWriter writer = new BlockWriter(sealed, held::key);
        while (!stopping) {
            try {
                folder.write(writer);
                problem = null;
                return writer.block();
            } catch (IOException e) {
                if (problem == null) {
                    LOG.warn("Graphs of {} cannot go on, which is tried again: {}", stream, e.toString());
                }
                problem = "values for graphs cannot be written (" + e + "); it is tried again";
                sleeper.sleep(DISK_DELAY);
            }
        }
        throw new InterruptedException("it is to stop");
    }

    /** What keeps it from writing; null while all is well. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Begins anew. */
    void restore() {
        problem = null;
    }

    /** It waits no more for the disk. */
    void stop() {
        stopping = true;
    }
}
