package io.github.dtstream.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file that is replaced as a whole: at any instant, and after a crash at any instant, it holds one of the contents
 * saved, and the copy before it is kept in case the disk spoils it. Not thread-safe.
 */
public final class AtomicFile {
    private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);

    private final Path file;
    private final Path previous;
    private final Path next;
    private final Disk disk;

    public AtomicFile(Path file, Disk disk) {
        this.file = file;
        this.previous = file.resolveSibling(file.getFileName() + ".previous");
        this.next = file.resolveSibling(file.getFileName() + ".next");
        this.disk = disk;
    }

    /** Reads what a content means. */
    @FunctionalInterface
    public interface Reader<T> {
        /** @throws IOException if it means nothing */
        T read(byte[] content) throws IOException;
    }

    /** What was found. */
    public record Content<T>(Optional<T> value, boolean damaged) {}

    /**
     * Reads the newest readable copy; a file that cannot be read is moved aside, never deleted.
     *
     * @return {@code damaged} if the file itself was there and unreadable
     */
    public <T> Content<T> load(Reader<T> reader) throws IOException {
        boolean there = Files.exists(file);
        if (there) {
            try {
                return new Content<>(Optional.of(reader.read(Files.readAllBytes(file))), false);
            } catch (IOException e) {
                Path aside = file.resolveSibling(file.getFileName() + ".damaged");
                LOG.error("{} cannot be read and is moved to {}: {}", file, aside, e.getMessage());
                Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        boolean copied = Files.exists(previous);
        if (copied) {
            try {
                return new Content<>(Optional.of(reader.read(Files.readAllBytes(previous))), there);
            } catch (IOException e) {
                LOG.error("{} cannot be read either: {}", previous, e.getMessage());
            }
        }
        return new Content<>(Optional.empty(), there || copied);
    }

    public void save(byte[] content) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        if (Files.exists(file)) {
            disk.write(next, Files.readAllBytes(file));
            disk.move(next, previous);
        }
        disk.write(next, content);
        disk.move(next, file);
    }
}
