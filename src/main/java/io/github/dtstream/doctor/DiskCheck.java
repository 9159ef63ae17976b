package io.github.dtstream.doctor;

import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.Storage.OpenFile;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Checks the disk of the data folder: that it is writable, how long a sync takes, its free room, and that it is local.
 */
public final class DiskCheck {
    private static final int SYNCS = 20;
    private static final int BLOCK_BYTES = 4096;
    private static final Duration SLOW = Duration.ofMillis(100);
    private static final long LITTLE_ROOM = 1L << 30;
    private static final long NO_ROOM = 100L << 20;
    private static final Set<String> OVER_THE_NETWORK =
            Set.of("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs");
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private final Storage storage;
    private final LongSupplier nanos;
    private final boolean journalIsElsewhere;
    private final Consumer<Diagnosis> found;

    /**
     * @param nanos a clock that only moves forward
     * @param journalIsElsewhere whether no journal is on this disk
     * @param found gets each result at once
     */
    public DiskCheck(Storage storage, LongSupplier nanos, boolean journalIsElsewhere, Consumer<Diagnosis> found) {
        this.storage = storage;
        this.nanos = nanos;
        this.journalIsElsewhere = journalIsElsewhere;
        this.found = found;
    }

    /** @param name the name of the folder's setting, for messages */
    public void run(Path folder, String name) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            found.accept(Diagnosis.error(
                    "disk",
                    folder.toAbsolutePath() + " is a file where a folder is needed: move it away, or set " + name));
            return;
        }
        Path there = nearest(folder.toAbsolutePath());
        try {
            lookAtSync(there, folder, name);
            lookAtKind(Files.getFileStore(there), folder, name);
        } catch (IOException | UnsupportedOperationException e) {
            found.accept(Diagnosis.error(
                    "disk",
                    folder.toAbsolutePath() + " cannot be written: " + e + "; make it writable for this user, or set "
                            + name));
        }
    }

    /** The folder, or the nearest existing parent: the router makes the rest. */
    private static Path nearest(Path folder) {
        Path there = folder;
        while (there.getParent() != null && !Files.isDirectory(there)) {
            there = there.getParent();
        }
        return there;
    }

    private void lookAtSync(Path there, Path folder, String name) throws IOException {
        Path probe = there.resolve(".doctor-" + ProcessHandle.current().pid());
        long[] took = new long[SYNCS];
        try (OpenFile file = storage.create(probe)) {
            byte[] block = new byte[BLOCK_BYTES];
            for (int i = 0; i < SYNCS; i++) {
                long begin = nanos.getAsLong();
                file.write(block, 0, block.length, (long) i * BLOCK_BYTES);
                file.force();
                took[i] = nanos.getAsLong() - begin;
            }
        } finally {
            storage.delete(probe);
        }
        Arrays.sort(took);
        Duration median = Duration.ofNanos(took[SYNCS / 2]);
        String said = String.format(
                Locale.ROOT,
                "%s can be written; a sync takes %s, the slowest of %d took %s",
                folder.toAbsolutePath(),
                milliseconds(took[SYNCS / 2]),
                SYNCS,
                milliseconds(took[SYNCS - 1]));
        found.accept(
                median.compareTo(SLOW) > 0 && !journalIsElsewhere
                        ? Diagnosis.warning(
                                "disk",
                                said + ": events reach routes that much later; put " + name
                                        + " on a faster, local disk")
                        : Diagnosis.ok("disk", said));
    }

    private static String milliseconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }

    private void lookAtKind(FileStore store, Path folder, String name) throws IOException {
        if (OVER_THE_NETWORK.contains(store.type()) && !journalIsElsewhere) {
            found.accept(Diagnosis.warning(
                    "disk",
                    "it is reached over the network (" + store.type()
                            + "): when that is away the stream is held, and locks may not keep a second router out; put "
                            + name
                            + " on a local disk"));
        } else if (IN_MEMORY.contains(store.type())) {
            found.accept(Diagnosis.warning(
                    "disk",
                    "it is memory (" + store.type() + "), and gone after a restart of the machine; put " + name
                            + " on a disk"));
        }
        long free = store.getUsableSpace();
        String room = (free >> 20) + " MB are free for " + folder;
        if (free < NO_ROOM) {
            found.accept(Diagnosis.error(
                    "room",
                    room
                            + (journalIsElsewhere
                                    ? ": routes to files wait when nothing is left; make room"
                                    : ": the stream is held when nothing is left; make room")));
        } else if (free < LITTLE_ROOM && !journalIsElsewhere) {
            found.accept(Diagnosis.warning(
                    "room", room + ": a journal takes up to 2 GiB a stream (journalMaxSize); make room, or lower it"));
        } else {
            found.accept(Diagnosis.ok("room", room));
        }
    }
}
