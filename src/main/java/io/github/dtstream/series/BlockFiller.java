package io.github.dtstream.series;

import io.github.dtstream.event.EventTime;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.reading.EventReader;
import io.github.dtstream.series.block.Block;
import io.github.dtstream.series.block.BlockFolder;
import io.github.dtstream.series.block.BlockWriter;
import io.github.dtstream.series.block.OpenBlock;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills blocks with the values of records, and writes full blocks. Owned by one thread, except {@link #problem} and
 * {@link #stop}.
 */
final class BlockFiller {
    private static final Logger LOG = LoggerFactory.getLogger(BlockFiller.class);

    /** A block with few values ends after so many records, so that a start does not have to read many. */
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

    /** Seals a full block, and gives the next one. */
    interface Rotation {
        OpenBlock next(OpenBlock full) throws InterruptedException;
    }

    /**
     * @param memory from which blocks acquire memory when they grow
     * @param blockPoints the limit of values of a block
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

    /** Puts the values of a record into a block, or into the next one if it is full. */
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

    /** Whether the values that were read fit into the block, after it has grown if necessary. */
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
     * Writes a block; waits until the disk accepts it.
     *
     * @throws InterruptedException if a stop is requested before
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
                    LOG.warn("Values for graphs of {} cannot be written; trying again: {}", stream, e.toString());
                }
                problem = "values for graphs cannot be written (" + e + "); it is tried again";
                sleeper.sleep(DISK_DELAY);
            }
        }
        throw new InterruptedException("it is to stop");
    }

    /** Why blocks cannot be written; null while all is well. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Forgets an earlier problem. */
    void restore() {
        problem = null;
    }

    /** Ends the waiting for the disk. */
    void stop() {
        stopping = true;
    }
}
