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
 * Makes the entries of folders durable, where their file system can do that: network, Windows and FUSE file systems often
 * cannot, and say so in many ways. A folder that could not the first time is left alone from then on, which is said once;
 * one that could and then cannot is a disk that fails. An interrupt does not end a sync. Thread-safe.
 */
public final class FolderSync {
    /**
     * The one of this process. Static because what a file system can do is the same for all who use it, and is to be said
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
        /** @throws IOException if that is not possible, or fails */
        void sync(Path folder) throws IOException;
    }

    public FolderSync(Force force) {
        this.force = force;
    }

    /** @throws IOException if a folder cannot be synced any more that could be before */
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
        // Windows opens no folders, and needs no such thing.
        if (WINDOWS) {
            return;
        }
        boolean interrupted = false;
        try {
            while (true) {
                // An interrupt closes a channel, which says nothing about the disk.
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
