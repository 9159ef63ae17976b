package io.github.dtstream.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second owner out of a folder; the operating system releases it when the process ends. If the file system does
 * not support locks, nothing keeps a second process out; this is logged once.
 */
public final class FolderLock implements Closeable {
    /**
     * The folders that this process has locked. Static because the operating system's lock belongs to the process: to
     * open and close the lock file a second time would release it for all.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Whether it was logged that there are no locks; static, as it is logged once for all folders. */
    private static final AtomicBoolean SAID = new AtomicBoolean();

    private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);
    private static final int MAX_OWNER_BYTES = 100;

    private final Path directory;
    private final FileChannel channel;

    private FolderLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Locks a file; a test passes a locker that fails. */
    @FunctionalInterface
    interface Locker {
        /**
         * @return false if another owner has locked it
         * @throws IOException if the file system does not support locks
         */
        boolean tryLock(FileChannel file) throws IOException;
    }

    /**
     * Locks an existing folder.
     *
     * @param what the purpose of the folder, for messages, such as "the journal in"
     * @throws FolderInUseException if another owner has locked it
     */
    public static FolderLock acquire(String what, Path directory) throws IOException {
        return acquire(what, directory, file -> file.tryLock() != null);
    }

    static FolderLock acquire(String what, Path directory, Locker locker) throws IOException {
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            throw inUse(what, real, "this process has it open already: close it first");
        }
        try {
            return new FolderLock(real, lock(what, real, locker));
        } catch (IOException | RuntimeException e) {
            HELD.remove(real);
            throw e;
        }
    }

    private static FileChannel lock(String what, Path directory, Locker locker) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = isLocked(directory, channel, locker);
            if (!locked) {
                throw inUse(
                        what,
                        directory,
                        "end the other process" + owner(channel) + " that runs with it, or choose another data folder");
            }
            note(channel);
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return channel;
    }

    private static boolean isLocked(Path directory, FileChannel channel, Locker locker) {
        try {
            return locker.tryLock(channel);
        } catch (IOException e) {
            if (!SAID.getAndSet(true)) {
                LOG.warn(
                        "{} is on a file system that has no locks ({}): nothing keeps a second router out of it, which would"
                                + " spoil what both of them write. See that there is none, or choose a folder on a local"
                                + " disk",
                        directory,
                        String.valueOf(e.getMessage()));
            }
            return true;
        }
    }

    /** Writes the owner into the file, for the message of a refused process. */
    private static void note(FileChannel channel) {
        try {
            byte[] owner = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(owner), 0);
        } catch (IOException e) {
            LOG.debug("The owner of a lock is not noted: {}", e.toString());
        }
    }

    private static String owner(FileChannel channel) {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(MAX_OWNER_BYTES);
            channel.read(buffer, 0);
            String owner = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).strip();
            return owner.matches("\\d+") ? " (" + owner + ")" : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static FolderInUseException inUse(String what, Path directory, String remedy) {
        return new FolderInUseException(what + " " + directory + " is in use: " + remedy);
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
