package io.github.dtstream.storage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file that is replaced as a whole. At any time, also after a crash or a power cut, it has one of the saved
 * contents; after {@code save} has returned, it has the newest. Not thread-safe.
 */
public final class AtomicFile implements DurableState {
    private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);
    private static final int BUFFER = 1 << 16;

    private final Path folder;
    private final Path file;
    private final Path next;
    private final @Nullable Path previous;
    private final Storage storage;

    private AtomicFile(Path file, boolean keepsPrevious, Storage storage) {
        this.file = file.toAbsolutePath();
        this.folder = this.file.resolveSibling("");
        this.next = beside(".next");
        this.previous = keepsPrevious ? beside(".previous") : null;
        this.storage = storage;
    }

    /** A file that can be made again if the disk damages it. */
    public static AtomicFile of(Path file, Storage storage) {
        return new AtomicFile(file, false, storage);
    }

    /** A file whose last but one content is kept in {@code FILE.previous}, in case that the disk damages the last. */
    public static AtomicFile keepingPrevious(Path file, Storage storage) {
        return new AtomicFile(file, true, storage);
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    public boolean exists() {
        return storage.exists(file);
    }

    /** The content; empty if nothing was saved yet. */
    public Optional<byte[]> read() throws IOException {
        try {
            return Optional.of(storage.read(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** {@inheritDoc} An invalid file is moved aside, never deleted. */
    @Override
    public <T> Content<T> load(Reader<T> reader) throws IOException {
        Copy<T> newest = copy(file, reader);
        boolean isGood = newest.value() != null;
        Copy<T> before = isGood || previous == null ? new Copy<>(null, null) : copy(previous, reader);
        if (newest.damage() != null) {
            Path aside = beside(".damaged");
            LOG.error("{} cannot be read and is moved to {}: {}", file, aside, newest.damage());
            storage.move(file, aside);
        }
        if (before.damage() != null) {
            LOG.error("{} cannot be read either: {}", previous, before.damage());
        }
        return new Content<>(
                Optional.ofNullable(isGood ? newest.value() : before.value()),
                newest.damage() != null || before.damage() != null);
    }

    /** The content of one of the two files: a value, or its damage, or neither if the file does not exist. */
    private record Copy<T>(@Nullable T value, @Nullable String damage) {}

    private <T> Copy<T> copy(Path path, Reader<T> reader) throws IOException {
        byte[] content;
        try {
            content = storage.read(path);
        } catch (NoSuchFileException e) {
            return new Copy<>(null, null);
        }
        try {
            return new Copy<>(reader.read(content), null);
        } catch (IOException e) {
            return new Copy<>(null, String.valueOf(e.getMessage()));
        }
    }

    /** {@inheritDoc} The content need not be in memory as a whole. */
    @Override
    public void save(Writer content) throws IOException {
        storage.createDirectories(folder);
        if (previous != null && exists()) {
            byte[] before = storage.read(file);
            replace(previous, out -> out.write(before));
        }
        replace(file, content);
    }

    /** {@inheritDoc} It is durable when this returns. */
    @Override
    public void saveInOrder(byte[] content) throws IOException {
        save(content);
    }

    @Override
    public Optional<String> problem() {
        return Optional.empty();
    }

    private void replace(Path replaced, Writer content) throws IOException {
        try {
            write(content);
            storage.move(next, replaced);
        } catch (IOException e) {
            freeTheDisk(e);
            throw e;
        }
        // Without this, the new name may be lost in a power cut.
        storage.syncDirectory(folder);
    }

    private void write(Writer content) throws IOException {
        try (Storage.OpenFile created = storage.create(next)) {
            // The stream is not closed: after a failure nothing more shall be written.
            OutputStream out = new BufferedOutputStream(new AppendingStream(created), BUFFER);
            content.writeTo(out);
            out.flush();
            created.force();
        }
    }

    /** Deletes what a failed save has left, so that a full disk has room again. */
    private void freeTheDisk(IOException failure) {
        try {
            storage.delete(next);
        } catch (IOException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    /** Deletes the file and its copies, if they exist. A power cut may bring them back. */
    public void delete() throws IOException {
        storage.delete(file);
        storage.delete(next);
        if (previous != null) {
            storage.delete(previous);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
