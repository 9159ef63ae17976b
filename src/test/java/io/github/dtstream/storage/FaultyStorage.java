package io.github.dtstream.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Real files, with operations that fail, wait or are watched on request, and that lose unsynced data in a power cut.
 *
 * <p>A failed write has written half. A failed force has dropped the data since the last one, as a kernel may. Nothing
 * is really synced; this class computes what a power cut leaves. Thread-safe: one lock, not held while a watcher runs.
 */
public final class FaultyStorage implements Storage {
    private final Storage files = new SystemStorage(new FolderSync(folder -> {}));

    // All guarded by this.
    private long operations;
    private long failures;
    private long failFrom = Long.MAX_VALUE;
    private long failTo = Long.MAX_VALUE;
    private @Nullable Supplier<? extends Error> error;
    private long room = Long.MAX_VALUE;
    private Watcher watcher = (operation, file) -> {};
    /** By path: the changes since the last force. */
    private final Map<Path, Content> contents = new HashMap<>();
    /** The changes in folders since they were synced, oldest first. */
    private final List<Name> names = new ArrayList<>();

    /** The operations on files. */
    public enum Operation {
        CREATE_DIRECTORIES,
        LIST,
        READ,
        OPEN,
        CREATE,
        WRITE,
        TRUNCATE,
        FORCE,
        SIZE,
        CLOSE,
        MOVE,
        DELETE,
        SYNC
    }

    /** What a power cut takes of unsynced data; a killed process loses none of it. */
    public enum Loss {
        CONTENTS,
        NAMES,
        BOTH
    }

    /** Ends the process. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1;

        public Crash() {
            super("the process is gone, by intent");
        }
    }

    /** Watches each operation before it is done; may make it wait or fail. */
    @FunctionalInterface
    public interface Watcher {
        void before(Operation operation, Path file) throws IOException;
    }

    @FunctionalInterface
    private interface Undo {
        void run() throws IOException;
    }

    private record Name(Path folder, Undo undo) {}

    private record Change(long position, byte[] bytes, long size) {}

    /** The difference of a file on the device from its present content. */
    private static final class Content {
        private final List<Change> unsynced = new ArrayList<>();
        private long shortest;
        private long forced;

        Content(long size) {
            synced(size);
        }

        void synced(long size) {
            unsynced.clear();
            shortest = size;
            forced = size;
        }
    }

    /** Makes operations fail, counted from 1, from one to another, both included. */
    public synchronized void failOperations(long from, long to) {
        operations = 0;
        failures = 0;
        failFrom = from;
        failTo = to;
        error = null;
    }

    /** The same, with an {@link Error} instead of an error of a disk. */
    public synchronized void failOperations(long from, long to, Supplier<? extends Error> by) {
        failOperations(from, to);
        error = by;
    }

    /** Kills the process at an operation, counted from 1: that one and all later ones fail. */
    public synchronized void crashAt(long operation) {
        failOperations(operation, Long.MAX_VALUE, Crash::new);
    }

    /** Makes all operations succeed again. */
    public synchronized void mend() {
        failOperations(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** Sets how many more bytes the disk accepts. */
    public synchronized void room(long bytes) {
        room = bytes;
    }

    public synchronized void watch(Watcher by) {
        watcher = by;
    }

    public synchronized long operations() {
        return operations;
    }

    /** How many operations have failed since failures were last requested. */
    public synchronized long failures() {
        return failures;
    }

    /** Makes the files what a power cut would leave; open files must not be used any more. */
    public synchronized void powerCut(Loss loss) throws IOException {
        if (loss != Loss.NAMES) {
            for (Map.Entry<Path, Content> each : contents.entrySet()) {
                forget(each.getKey(), each.getValue(), loss);
            }
        }
        contents.clear();
        if (loss != Loss.CONTENTS) {
            Collections.reverse(names);
            for (Name name : names) {
                name.undo().run();
            }
        }
        names.clear();
    }

    private void forget(Path path, Content content, Loss loss) throws IOException {
        if (content.unsynced.isEmpty() || !files.exists(path)) {
            return;
        }
        try (OpenFile file = files.open(path)) {
            Collections.reverse(content.unsynced);
            for (Change change : content.unsynced) {
                file.write(change.bytes(), 0, change.bytes().length, change.position());
                file.truncate(change.size());
            }
            if (loss == Loss.CONTENTS) {
                // A file's length belongs to the names, so this cuts the file and loses what was written since.
                file.truncate(Math.min(file.size(), content.shortest));
            }
        }
    }

    private void operation(Operation what, Path file) throws IOException {
        Watcher looks;
        synchronized (this) {
            looks = watcher;
            operations++;
            if (operations >= failFrom && operations <= failTo) {
                failures++;
                if (error != null) {
                    throw error.get();
                }
                throw new IOException(what + " of " + file.getFileName() + " failed by intent");
            }
        }
        looks.before(what, file);
    }

    private synchronized int take(int length) {
        int taken = (int) Math.min(length, room);
        room -= taken;
        return taken;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        operation(Operation.CREATE_DIRECTORIES, directory);
        files.createDirectories(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        operation(Operation.LIST, directory);
        return files.list(directory);
    }

    @Override
    public boolean exists(Path file) {
        return files.exists(file);
    }

    @Override
    public byte[] read(Path file) throws IOException {
        operation(Operation.READ, file);
        return files.read(file);
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        operation(Operation.OPEN, file);
        return new FaultyFile(file, files.open(file));
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        operation(Operation.CREATE, file);
        OpenFile opened = openOrCreateHere(file);
        ((FaultyFile) opened).cut(0);
        return opened;
    }

    @Override
    public OpenFile openOrCreate(Path file) throws IOException {
        operation(Operation.OPEN, file);
        return openOrCreateHere(file);
    }

    private synchronized OpenFile openOrCreateHere(Path file) throws IOException {
        if (!files.exists(file)) {
            changed(file, () -> files.delete(file));
        }
        return new FaultyFile(file, files.openOrCreate(file));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        operation(Operation.MOVE, from);
        synchronized (this) {
            byte @Nullable [] replaced = files.exists(to) ? files.read(to) : null;
            // Some file systems sync a file that a move replaces, which takes long.
            files.delete(to);
            files.move(from, to);
            Content moved = contents.remove(key(from));
            contents.remove(key(to));
            if (moved != null) {
                contents.put(key(to), moved);
            }
            changed(to, () -> {
                files.move(to, from);
                if (replaced != null) {
                    Files.write(to, replaced);
                }
            });
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        operation(Operation.DELETE, file);
        synchronized (this) {
            if (files.exists(file)) {
                byte[] deleted = files.read(file);
                changed(file, () -> Files.write(file, deleted));
                contents.remove(key(file));
            }
            files.delete(file);
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        operation(Operation.SYNC, directory);
        synchronized (this) {
            names.removeIf(name -> name.folder().equals(key(directory)));
        }
    }

    private static Path key(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private void changed(Path file, Undo undo) {
        names.add(new Name(key(file).resolveSibling(""), undo));
    }

    private final class FaultyFile implements OpenFile {
        private final Path path;
        private final OpenFile file;
        private final Content content;

        FaultyFile(Path path, OpenFile file) throws IOException {
            this.path = path;
            this.file = file;
            long size = file.size();
            synchronized (FaultyStorage.this) {
                content = contents.computeIfAbsent(key(path), absent -> new Content(size));
            }
        }

        @Override
        public int read(byte[] into, int offset, int length, long position) throws IOException {
            operation(Operation.READ, path);
            return file.read(into, offset, length, position);
        }

        @Override
        public void write(byte[] bytes, int offset, int length, long position) throws IOException {
            try {
                operation(Operation.WRITE, path);
            } catch (IOException | Error e) {
                overwrite(bytes, offset, length / 2, position);
                throw e;
            }
            int fits = position + length <= file.size() ? length : take(length);
            overwrite(bytes, offset, fits, position);
            if (fits < length) {
                throw new IOException("No space left on device");
            }
        }

        private void overwrite(byte[] bytes, int offset, int length, long position) throws IOException {
            synchronized (FaultyStorage.this) {
                byte[] before = new byte[length];
                int count = Math.max(0, file.read(before, 0, length, position));
                content.unsynced.add(new Change(position, Arrays.copyOf(before, count), file.size()));
                file.write(bytes, offset, length, position);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            operation(Operation.TRUNCATE, path);
            cut(size);
        }

        private void cut(long size) throws IOException {
            synchronized (FaultyStorage.this) {
                if (size < file.size()) {
                    byte[] before = new byte[(int) (file.size() - size)];
                    file.readFully(before, size);
                    content.unsynced.add(new Change(size, before, file.size()));
                    content.shortest = Math.min(content.shortest, size);
                }
                file.truncate(size);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                operation(Operation.FORCE, path);
            } catch (IOException | Error e) {
                synchronized (FaultyStorage.this) {
                    cut(Math.min(file.size(), content.forced));
                }
                throw e;
            }
            synchronized (FaultyStorage.this) {
                content.synced(file.size());
            }
        }

        @Override
        public long size() throws IOException {
            operation(Operation.SIZE, path);
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
            operation(Operation.CLOSE, path);
        }
    }
}
