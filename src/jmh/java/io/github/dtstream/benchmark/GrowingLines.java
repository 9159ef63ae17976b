package io.github.dtstream.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Follows the growing files of a folder and counts their lines. Not thread-safe. */
final class GrowingLines implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path folder;
    private final Map<Path, FileChannel> files = new HashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long count;

    GrowingLines(Path folder) {
        this.folder = folder;
    }

    /** Reads new content; returns the number of complete lines so far. */
    long count() throws IOException {
        for (FileChannel file : open()) {
            while (file.read(buffer.clear()) > 0) {
                byte[] bytes = buffer.array();
                for (int i = 0; i < buffer.position(); i++) {
                    if (bytes[i] == '\n') {
                        count++;
                    }
                }
            }
        }
        return count;
    }

    /** Reads new content and hands over each part, which may end within a line. */
    void read(Consumer<ByteBuffer> consumer) throws IOException {
        for (FileChannel file : open()) {
            while (file.read(buffer.clear()) > 0) {
                consumer.accept(buffer.flip());
            }
        }
    }

    private Iterable<FileChannel> open() throws IOException {
        if (files.isEmpty() && Files.isDirectory(folder)) {
            try (Stream<Path> found = Files.list(folder)) {
                List<Path> paths = found.filter(Files::isRegularFile).toList();
                for (Path path : paths) {
                    files.put(path, FileChannel.open(path, StandardOpenOption.READ));
                }
            }
        }
        return files.values();
    }

    @Override
    public void close() throws IOException {
        for (FileChannel file : files.values()) {
            file.close();
        }
    }
}
