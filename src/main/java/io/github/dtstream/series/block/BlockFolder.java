package io.github.dtstream.series.block;

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

    /**
     * Reads the folder, and deletes files that are not complete blocks of this version.
     *
     * @param consumer gets the directory entries of all blocks that are kept
     */
    public void load(BlockReader.EntryConsumer consumer) throws IOException {
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

    private @Nullable Block checked(String name, long next, BlockReader.EntryConsumer consumer) {
        if (!name.endsWith(SUFFIX)) {
            return null;
        }
        try (BlockReader reader = new BlockReader(folder.resolve(name), storage)) {
            Block block = reader.block();
            if (!name.equals(name(block)) || block.first() < next || block.last() < block.first()) {
                throw new SpoiltBlockException("its name or its place among the others is wrong");
            }
            List<Runnable> told = new ArrayList<>();
            reader.check((series, entry) -> told.add(() -> consumer.accept(series, entry)));
            told.forEach(Runnable::run);
            return block;
        } catch (IOException e) {
            LOG.info("{} is made again from the journal: {}", folder.resolve(name), e.getMessage());
            return null;
        }
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
