package io.github.dtstream.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a second owner out of a journal's folder; the operating system frees it when the process ends. */
final class FolderLock implements Closeable {
    /**
     * The folders that this process holds. Static because the operating system's lock belongs to the process: merely
     * opening and closing the lock file a second time would free it for everybody.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private FolderLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock of an existing folder.
     *
     * @throws IOException if somebody else holds it
     */
    static FolderLock acquire(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            throw inUse(real, "this process has it open already: close it first");
        }
        try {
            return new FolderLock(real, lock(real));
        } catch (IOException | RuntimeException e) {
            HELD.remove(real);
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw inUse(directory, "end the other process that runs with this data folder, or choose another folder");
        }
        return channel;
    }

    private static IOException inUse(Path directory, String remedy) {
        return new IOException("the journal in " + directory + " is in use: " + remedy);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(directory);
        }
    }
}
