package io.github.dtstream.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the entries of folders durable, if their file system supports that: network, Windows and FUSE file systems
 * often do not, with various errors. If the first sync of a folder fails, it is not synced any more, which is logged
 * once. If a later sync fails, the disk is failing. An interrupt does not end a sync. Thread-safe.
 */
public final class FolderSync {
    /**
     * The instance of this process. Static because a file system's support is the same for all users, and is logged
     * once.
     */
    public static final FolderSync SYSTEM = new FolderSync(FolderSync::force);

    private static final Logger LOG = LoggerFactory.getLogger(FolderSync.class);
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    private final Force force;
    private final Map<Path, Boolean> able = new ConcurrentHashMap<>();
    private final AtomicBoolean said = new AtomicBoolean();

    /** Syncs one folder. */
    @FunctionalInterface
    public interface Force {
        /** @throws IOException if the sync is not supported, or fails */
        void sync(Path folder) throws IOException;
    }

    public FolderSync(Force force) {
        this.force = force;
    }

    /** @throws IOException if the sync of a folder fails that succeeded before */
    public void sync(Path folder) throws IOException {
        Path key = folder.toAbsolutePath().normalize();
        if (Boolean.FALSE.equals(able.get(key))) {
            return;
        }
        try {
            force.sync(folder);
            able.put(key, true);
        } catch (IOException e) {
            if (able.putIfAbsent(key, false) != null) {
                throw e;
            }
            if (!said.getAndSet(true)) {
                LOG.warn(
                        "{} is on a file system that cannot sync folders ({}), as network, Windows and FUSE file systems often"
                                + " cannot. The router works on it, and its own crash loses nothing; but a power failure"
                                + " may take the newest files. A folder on a local disk is safer",
                        key,
                        String.valueOf(e.getMessage()));
            }
        }
    }

    static void force(Path folder) throws IOException {
        // Windows cannot open folders, and does not need this.
        if (WINDOWS) {
            return;
        }
        boolean interrupted = false;
        try {
            while (true) {
                // An interrupt closes the channel, which says nothing about the disk.
                interrupted |= Thread.interrupted();
                try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
                    entries.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
