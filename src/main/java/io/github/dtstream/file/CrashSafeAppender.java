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
 * Appends to files so that an append is there wholly or not at all, as long as the process lives; and so that the line
 * that the end of a process cut short is gone before the next line is written.
 *
 * <p>The file is opened for each append: a file that was renamed, replaced or deleted in between (log rotation) is never
 * written to by mistake. Other processes must not append to the same file at the same time.
 *
 * <p>Thread-safe; appends to one path wait for each other. Two paths of one file (links) are taken for two files.
 */
final class CrashSafeAppender {

    /** What an append writes. */
    @FunctionalInterface
    interface Content {
        /** Writes all of it; called once, under the file's lock. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Paths share a lock where their hashes meet; far more locks than threads make that rare. */
    private static final int STRIPES = 64;

    private final Storage storage;
    private final TornLine tornLine;
    private final Stripe[] stripes =
            IntStream.range(0, STRIPES).mapToObj(i -> new Stripe()).toArray(Stripe[]::new);

    CrashSafeAppender(Storage storage, TornLineListener listener) {
        this.storage = storage;
        this.tornLine = new TornLine(listener);
    }

    /**
     * Appends content.
     *
     * @param file where to; created if it is absent, its directory is not
     * @param lines whether the content ends in a newline, as all that stands in the file should; then a torn line at the
     *     file's end is removed before the first append
     * @param sync whether to return only when all is on the disk
     * @throws IOException if it could not be written; the file is as long as it was before, or will be cut back to that
     *     by the next append
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
                    // a new file's name is on the disk only when its directory is
                    storage.syncDirectory(path.resolveSibling(""));
                }
            } catch (IOException | RuntimeException | Error failure) {
                cutBack(file, state, failure);
                throw failure;
            }
        }
        // only now: a file system may report a failed write as late as on close
        state.cutBackTo = State.NOWHERE;
    }

    /**
     * Deletes a file to which nothing was written since then, as no append begins meanwhile.
     *
     * @return its size; empty if it stays, as it was written to, or is no regular file
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

    /** Ends what earlier appends left undone. */
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

    /** A lock and what is known of the files under it. */
    private static final class Stripe {
        private static final int REMEMBERED_FILES = 64;

        private final Lock lock = new ReentrantLock();

        /** Guarded by the lock. A file that is forgotten is looked at again, which costs one read. */
        private final Map<Path, State> files = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Path, State> eldest) {
                return size() > REMEMBERED_FILES;
            }
        };
    }

    /** What is known of a file; guarded by its stripe's lock. */
    private static final class State {
        private static final long NOWHERE = -1;

        private Object identity = this;
        private boolean endsInWholeLine;

        /** The length at which the next append has to begin, because the last one failed and could not be undone. */
        private long cutBackTo = NOWHERE;

        /** Forgets all if another file has taken the path. */
        void meet(Object identityNow) {
            if (!identity.equals(identityNow)) {
                identity = identityNow;
                endsInWholeLine = false;
                cutBackTo = NOWHERE;
            }
        }
    }
}
