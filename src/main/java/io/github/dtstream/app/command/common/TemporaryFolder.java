package io.github.dtstream.app.command.common;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is deleted with its content when it is closed. Thread-safe: two threads may close it at once while the
 * process ends; for both of them the folder is gone when {@code close} returns.
 */
public final class TemporaryFolder implements AutoCloseable {
    /** A thread that is still ending may create a file in a folder that is being emptied, so deleting is repeated. */
    private static final int ATTEMPTS = 5;

    private final Path path;

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    public static TemporaryFolder create(String prefix) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(prefix));
    }

    public Path path() {
        return path;
    }

    @Override
    public synchronized void close() {
        IOException last = null;
        for (int attempt = 0; attempt < ATTEMPTS && Files.exists(path); attempt++) {
            try {
                Files.walkFileTree(path, new Delete());
            } catch (NoSuchFileException e) {
                // Another thread has deleted it.
            } catch (IOException e) {
                last = e;
            }
        }
        if (last != null && Files.exists(path)) {
            System.err.println("The temporary folder " + path + " could not be deleted: " + last.getMessage());
        }
    }

    private static final class Delete extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
