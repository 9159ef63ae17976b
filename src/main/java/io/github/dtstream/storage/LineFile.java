package io.github.dtstream.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A growing file of lines in UTF-8. Added lines are on disk; a line that a crash has torn is skipped and overwritten.
 * The owner makes sure that only one thread at a time uses it.
 */
public final class LineFile {
    private final Path file;
    private final Path folder;
    private final Storage storage;
    private long length;

    /** @param file created with its folder when the first line is added */
    public LineFile(Path file, Storage storage) {
        this.file = file;
        this.folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
        this.storage = storage;
    }

    /** Its complete lines, to be read at the beginning; empty if there is no file. */
    public List<String> read() throws IOException {
        try {
            byte[] content = storage.read(file);
            int whole = content.length;
            while (whole > 0 && content[whole - 1] != '\n') {
                whole--;
            }
            // In bytes as they are: an invalid one becomes three if the text is encoded again.
            length = whole;
            return new String(content, 0, whole, StandardCharsets.UTF_8).lines().toList();
        } catch (NoSuchFileException e) {
            length = 0;
            return List.of();
        }
    }

    /**
     * Adds complete lines.
     *
     * @throws IOException if they cannot be written; the next lines overwrite what was written of them
     */
    public void append(byte[] lines) throws IOException {
        storage.createDirectories(folder);
        try (Storage.OpenFile open = storage.openOrCreate(file)) {
            open.truncate(length);
            open.write(lines, 0, lines.length, length);
            open.force();
        }
        storage.syncDirectory(folder);
        length += lines.length;
    }

    /** Replaces all lines in one step. */
    public void replace(byte[] lines) throws IOException {
        AtomicFile.of(file, storage).save(lines);
        length = lines.length;
    }

    /** Deletes the file. */
    public void delete() throws IOException {
        storage.delete(file);
        length = 0;
    }
}
