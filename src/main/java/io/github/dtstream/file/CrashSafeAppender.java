package io.github.dtstream.file;

import io.github.dtstream.storage.AppendingStream;
import io.github.dtstream.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * Appends to files so that an append is complete or absent, as long as the process runs. A line that the end of an
 * earlier process cut short is removed before the next line is written.
 *
 * <p>The file is opened for each append, so that a file that was renamed, replaced or deleted in between (log rotation)
 * is not written to by mistake. Other processes must not append to the same file at the same time.
 *
 * <p>Thread-safe; appends to one path wait for each other. Two paths to the same file (links) count as two files.
 */
final class CrashSafeAppender {

    /** The content of an append. */
    @FunctionalInterface
    interface Content {
        /** Writes all of it; called once, under the file's lock. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Paths share a lock if their hashes match; with far more locks than threads, that is rare. */
    private static final int STRIPES = 64;

    private final Storage storage;
    private final TornLine tornLine;
    private final Stripe[] stripes =
            IntStream.range(0, STRIPES).mapToObj(i -> new Stripe()).toArray(Stripe[]::new);

    CrashSafeAppender(Storage storage, TornLineListener listener) {
        this.storage = storage;
        this.tornLine = new TornLine(listener);
    }

    /** Creates a folder and its missing parents; a power cut takes none of them when this returns. */
    void createDirectories(Path folder) throws IOException {
        storage.createDirectories(folder);
    }

    /**
     * Appends content.
     *
     * @param file the file; created if it does not exist, unlike its directory
     * @param lines whether the content ends in a newline, as the whole file should; then a torn line at the file's end
     *     is removed before the first append
     * @param sync whether to wait until everything is on disk
     * @throws IOException if the content could not be written; the file has its earlier length, or the next append cuts
     *     it to that
     */
    void append(Path file, Content content, boolean lines, boolean sync) throws IOException {
        Path path = file.toAbsolutePath().normalize();
        Stripe stripe = stripes[Math.floorMod(path.hashCode(), STRIPES)];
        stripe.lock.lock();
        try {
            appendLocked(path, stripe.files.computeIfAbsent(path, p -> new State()), content, lines, sync);
        } finally {
            stripe.lock.unlock();
        }
    }

    private void appendLocked(Path path, State state, Content content, boolean lines, boolean sync) throws IOException {
        try (Storage.OpenFile file = storage.openOrCreate(path)) {
            state.meet(identity(path));
            mend(path, file, state, lines);
            long before = file.size();
            state.cutBackTo = before;
            try {
                content.writeTo(new AppendingStream(file, before));
                if (sync) {
                    file.force();
                }
                if (sync && before == 0) {
                    // A new file's name is on disk only when its directory is.
                    storage.syncDirectory(path.resolveSibling(""));
                }
            } catch (IOException | RuntimeException | Error failure) {
                cutBack(file, state, failure);
                throw failure;
            }
        }
        // Only now, as a file system may report a failed write only on close.
        state.cutBackTo = State.NOWHERE;
    }

    /**
     * Deletes a file if nothing was written to it since a time; no append begins during this.
     *
     * @return its size; empty if it was not deleted, as it was written to or is not a regular file
     */
    Optional<Long> deleteIfUnwrittenSince(Path file, Instant time) throws IOException {
        Path path = file.toAbsolutePath().normalize();
        Stripe stripe = stripes[Math.floorMod(path.hashCode(), STRIPES)];
        stripe.lock.lock();
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()
                    || !attributes.lastModifiedTime().toInstant().isBefore(time)) {
                return Optional.empty();
            }
            storage.delete(path);
            stripe.files.remove(path);
            return Optional.of(attributes.size());
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Completes what earlier appends left undone. */
    private void mend(Path path, Storage.OpenFile file, State state, boolean lines) throws IOException {
        if (state.cutBackTo != State.NOWHERE && file.size() > state.cutBackTo) {
            file.truncate(state.cutBackTo);
        }
        state.cutBackTo = State.NOWHERE;
        if (lines && !state.endsInWholeLine) {
            tornLine.removeFrom(path, file);
            state.endsInWholeLine = true;
        }
    }

    private static void cutBack(Storage.OpenFile file, State state, Throwable failure) {
        try {
            file.truncate(state.cutBackTo);
            state.cutBackTo = State.NOWHERE;
        } catch (IOException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    private static Object identity(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        Object key = attributes.fileKey();
        return key != null ? key : attributes.creationTime();
    }

    /** A lock, and the states of the files under it. */
    private static final class Stripe {
        private static final int REMEMBERED_FILES = 64;

        private final Lock lock = new ReentrantLock();

        /** Guarded by the lock. If a file's state is dropped, the file is checked again, which costs one read. */
        private final Map<Path, State> files = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Path, State> eldest) {
                return size() > REMEMBERED_FILES;
            }
        };
    }

    /** The state of a file; guarded by its stripe's lock. */
    private static final class State {
        private static final long NOWHERE = -1;

        private Object identity = this;
        private boolean endsInWholeLine;

        /** The length at which the next append must begin, as the last one failed and could not be undone. */
        private long cutBackTo = NOWHERE;

        /** Drops the state if another file has this path now. */
        void meet(Object identityNow) {
            if (!identity.equals(identityNow)) {
                identity = identityNow;
                endsInWholeLine = false;
                cutBackTo = NOWHERE;
            }
        }
    }
}
