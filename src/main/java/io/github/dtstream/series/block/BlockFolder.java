package io.github.dtstream.series.block;

import io.github.dtstream.series.block.BlockFormat.Entry;
import io.github.dtstream.series.value.ClaimedTime;
import io.github.dtstream.series.value.Points;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sealed blocks of a stream, a file each. One thread writes; any thread may read. */
public final class BlockFolder {
    private static final Logger LOG = LoggerFactory.getLogger(BlockFolder.class);
    private static final String SUFFIX = ".block";

    private final Path folder;
    private final Storage storage;
    /** Immutable, the oldest first. Replaced by the writing thread. */
    private volatile List<Block> blocks = List.of();

    public BlockFolder(Path folder, Storage storage) {
        this.folder = folder;
        this.storage = storage;
    }

    /** All blocks, the oldest first. */
    public List<Block> blocks() {
        return blocks;
    }

    public long bytes() {
        return blocks.stream().mapToLong(Block::bytes).sum();
    }

    /** Gets what a block has of each series. */
    public interface SeriesConsumer {
        /**
         * @param time the believed time of the newest value, in milliseconds since 1970
         * @param newest the newest value of those whose times are believed; of the others if there is none
         */
        void accept(String name, Entry entry, long time, double newest);
    }

    /**
     * Reads the folder, and deletes files that are not complete blocks of this version.
     *
     * @param consumer gets the series of all blocks that are kept
     */
    public void load(SeriesConsumer consumer) throws IOException {
        storage.createDirectories(folder);
        List<Block> found = new ArrayList<>();
        long next = 0;
        for (String name : storage.list(folder)) {
            Block block = checked(name, next, consumer);
            if (block == null) {
                storage.delete(folder.resolve(name));
            } else {
                found.add(block);
                next = block.last() + 1;
            }
        }
        blocks = List.copyOf(found);
    }

    private @Nullable Block checked(String name, long next, SeriesConsumer consumer) {
        if (!name.endsWith(SUFFIX)) {
            return null;
        }
        try (BlockReader reader = new BlockReader(folder.resolve(name), storage)) {
            Block block = reader.block();
            if (!name.equals(name(block)) || block.first() < next || block.last() < block.first()) {
                throw new SpoiltBlockException("its name or its place among the others is wrong");
            }
            List<Directed> directory = new ArrayList<>();
            reader.check((series, entry) -> directory.add(new Directed(series, entry)));
            List<Runnable> told = new ArrayList<>();
            for (Directed each : directory) {
                told.add(told(each, reader, consumer));
            }
            told.forEach(Runnable::run);
            return block;
        } catch (IOException e) {
            LOG.info("{} is made again from the journal: {}", folder.resolve(name), e.getMessage());
            return null;
        }
    }

    /** A line of a block's directory. */
    private record Directed(String series, Entry entry) {}

    /** Values are read only where the newest one cannot be believed, which is rare. */
    private static Runnable told(Directed line, BlockReader reader, SeriesConsumer consumer) throws IOException {
        Entry entry = line.entry();
        long time = ClaimedTime.believed(entry.maxTime(), reader.block().lastReceived());
        if (time == entry.maxTime()) {
            return () -> consumer.accept(line.series(), entry, time, entry.newest());
        }
        Points believed = new Points();
        reader.read(entry, Long.MIN_VALUE, time + 1, believed);
        int last = believed.size() - 1;
        return last < 0
                ? () -> consumer.accept(line.series(), entry, time, entry.newest())
                : () -> consumer.accept(line.series(), entry, believed.time(last), believed.value(last));
    }

    private static String name(Block block) {
        return String.format(Locale.ROOT, "%016d", block.first()) + SUFFIX;
    }

    private Path path(Block block) {
        return folder.resolve(name(block));
    }

    public BlockReader open(Block block) throws IOException {
        return new BlockReader(path(block), storage);
    }

    /** Writes a block to disk; {@link #add} makes it visible. */
    public void write(BlockWriter writer) throws IOException {
        AtomicFile.of(path(writer.block()), storage).save(writer::writeTo);
    }

    public void add(Block block) {
        List<Block> more = new ArrayList<>(blocks);
        more.add(block);
        more.sort(Comparator.comparingLong(Block::first));
        blocks = List.copyOf(more);
    }

    /** Removes a block and deletes its file. If deleting fails, the next start finds the file again. */
    public void delete(Block block) {
        List<Block> fewer = new ArrayList<>(blocks);
        if (!fewer.remove(block)) {
            return;
        }
        blocks = List.copyOf(fewer);
        try {
            storage.delete(path(block));
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", path(block), e.toString());
        }
    }
}
