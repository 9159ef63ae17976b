package io.github.dtstream.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operating system's files. Uses {@link RandomAccessFile}, as a channel is closed when its thread is interrupted,
 * and subscribers are interrupted whenever a route is stopped.
 */
public final class SystemStorage implements Storage {
    private final FolderSync folders;

    public SystemStorage() {
        this(FolderSync.SYSTEM);
    }

    SystemStorage(FolderSync folders) {
        this.folders = folders;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path each = directory.toAbsolutePath(); each != null && !Files.exists(each); each = each.getParent()) {
            missing.push(each);
        }
        Files.createDirectories(directory);
        for (Path made : missing) {
            // Without this, the folder with its content may be lost in a power cut.
            folders.sync(made.resolveSibling(""));
        }
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file);
    }

    @Override
    public byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return new SystemFile(new RandomAccessFile(file.toFile(), "rw"));
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw");
        try {
            created.setLength(0);
        } catch (IOException e) {
            created.close();
            throw e;
        }
        return new SystemFile(created);
    }

    @Override
    public OpenFile openOrCreate(Path file) throws IOException {
        return new SystemFile(new RandomAccessFile(file.toFile(), "rw"));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        folders.sync(directory);
    }

    private static final class SystemFile implements OpenFile {
        private final RandomAccessFile file;

        SystemFile(RandomAccessFile file) {
            this.file = file;
        }

        @Override
        public int read(byte[] into, int offset, int length, long position) throws IOException {
            file.seek(position);
            return file.read(into, offset, length);
        }

        @Override
        public void write(byte[] bytes, int offset, int length, long position) throws IOException {
            file.seek(position);
            file.write(bytes, offset, length);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.setLength(size);
        }

        @Override
        public void force() throws IOException {
            file.getFD().sync();
        }

        @Override
        public long size() throws IOException {
            return file.length();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
