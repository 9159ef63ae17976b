package io.github.dtstream.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Real files, of which chosen operations fail. A write that fails has written half; a
 * force that fails has dropped what was appended since the last one, as a kernel may. Thread-safe: one lock. */
public final class FaultyStorage implements Storage {
    private final Storage files = new SystemStorage();
    private long operations;
    private long failFrom = Long.MAX_VALUE;
    private long failTo = Long.MAX_VALUE;
    private @Nullable Supplier<Error> error;
    private long room = Long.MAX_VALUE;

    /** Lets operations fail, counted from 1, from one to another, both included. */
    public synchronized void failOperations(long from, long to) {
        operations = 0;
        failFrom = from;
        failTo = to;
    }

    /** The same, by an Error rather than by what a disk may answer. */
    public synchronized void failOperations(long from, long to, Supplier<Error> by) {
        failOperations(from, to);
        error = by;
    }

    /** How many more bytes the disk takes. */
    public synchronized void room(long bytes) {
        room = bytes;
    }

    public synchronized long operations() {
        return operations;
    }

    private synchronized void operation(String what, Path file) throws IOException {
        operations++;
        if (operations >= failFrom && operations <= failTo) {
            if (error != null) {
                throw error.get();
            }
            throw new IOException(what + " of " + file.getFileName() + " failed by intent");
        }
    }

    private synchronized int take(int length) {
        int taken = (int) Math.min(length, room);
        room -= taken;
        return taken;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        files.createDirectories(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        operation("open", file);
        return new FaultyFile(file, files.open(file));
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        operation("create", file);
        return new FaultyFile(file, files.create(file));
    }

    @Override
    public void delete(Path file) throws IOException {
        operation("delete", file);
        files.delete(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        operation("sync", directory);
        files.syncDirectory(directory);
    }

    private final class FaultyFile implements OpenFile {
        private final Path path;
        private final OpenFile file;
        private long forced;

        FaultyFile(Path path, OpenFile file) throws IOException {
            this.path = path;
            this.file = file;
            forced = file.size();
        }

        @Override
        public int read(byte[] into, int offset, int length, long position) throws IOException {
            operation("read", path);
            return file.read(into, offset, length, position);
        }

        @Override
        public void write(byte[] bytes, int offset, int length, long position) throws IOException {
            try {
                operation("write", path);
            } catch (IOException | Error e) {
                file.write(bytes, offset, length / 2, position);
                throw e;
            }
            int fits = position + length <= file.size() ? length : take(length);
            file.write(bytes, offset, fits, position);
            if (fits < length) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            operation("truncate", path);
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            try {
                operation("force", path);
            } catch (IOException | Error e) {
                file.truncate(Math.min(file.size(), forced));
                throw e;
            }
            file.force();
            forced = file.size();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
