package io.github.dtstream.journal.buffer;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was read ahead of journals that may be opened soon. A journal that is opened takes it, and does not wait for a read
 * that takes too long. Each thing that was read is closed here, unless it was taken. Thread-safe.
 *
 * @param <T> what is read ahead of one journal
 */
public final class ReadAheads<T extends ReadAheads.Part> {
    private final long patienceNanos;
    /** By the journal's name. */
    private final Map<String, Ahead<T>> aheads = new ConcurrentHashMap<>();

    /** @param patience how long {@link #take} waits for the end of a read that is in progress */
    public ReadAheads(Duration patience) {
        patienceNanos = patience.toNanos();
    }

    /** Used by one thread at a time. */
    public interface Part extends AutoCloseable {
        /**
         * Reads on from where it ended before.
         *
         * @param isEnough asked after each part whether reading shall end
         */
        void readAhead(BooleanSupplier isEnough) throws IOException, InterruptedException;

        @Override
        void close();
    }

    /** Finds out what there is to read. */
    public interface Source<T> {
        /** Null if there is no such journal. */
        @Nullable
        T begin() throws IOException, InterruptedException;
    }

    private static final class Ahead<T> {
        private final ReentrantLock turn = new ReentrantLock();
        /** Guarded by the turn. */
        private @Nullable T read;
        /** Whether the journal is about to be opened. Reading ends then, and nothing else begins. */
        private volatile boolean isTaken;
        /** Whether nobody waits for it any more. Then the last one to use it closes it. */
        private volatile boolean isLeft;
    }

    /**
     * Reads on.
     *
     * @param source asked when nothing was read yet
     * @throws IOException if that failed; what was read before is dropped
     */
    public void read(String name, Source<T> source) throws IOException {
        Ahead<T> ahead = aheads.computeIfAbsent(name, any -> new Ahead<>());
        ahead.turn.lock();
        try {
            if (!ahead.isTaken) {
                readOn(ahead, source);
            }
        } finally {
            ahead.turn.unlock();
            dropIfLeft(ahead);
        }
    }

    private void readOn(Ahead<T> ahead, Source<T> source) throws IOException {
        try {
            T reading = ahead.read;
            if (reading == null) {
                reading = source.begin();
                ahead.read = reading;
            }
            if (reading != null) {
                reading.readAhead(() -> ahead.isTaken);
            }
        } catch (InterruptedException e) {
            close(ahead);
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            close(ahead);
            throw e;
        }
    }

    private void close(Ahead<T> ahead) {
        T dropped = ahead.read;
        ahead.read = null;
        if (dropped != null) {
            dropped.close();
        }
    }

    private void dropIfLeft(Ahead<T> ahead) {
        if (ahead.isLeft && ahead.turn.tryLock()) {
            try {
                close(ahead);
            } finally {
                ahead.turn.unlock();
            }
        }
    }

    /** What was read ahead of a journal, which the caller closes; null if there is nothing, or a read takes too long. */
    public @Nullable T take(String name) throws InterruptedException {
        Ahead<T> ahead = aheads.remove(name);
        if (ahead == null) {
            return null;
        }
        ahead.isTaken = true;
        boolean isMine = false;
        try {
            isMine = ahead.turn.tryLock(patienceNanos, TimeUnit.NANOSECONDS);
        } finally {
            if (!isMine) {
                leave(ahead);
            }
        }
        if (!isMine) {
            return null;
        }
        try {
            T taken = ahead.read;
            ahead.read = null;
            return taken;
        } finally {
            ahead.turn.unlock();
        }
    }

    /** Drops what was read ahead of a journal, without waiting for a read that is in progress. */
    public void drop(String name) {
        Ahead<T> unneeded = aheads.remove(name);
        if (unneeded != null) {
            unneeded.isTaken = true;
            leave(unneeded);
        }
    }

    private void leave(Ahead<T> ahead) {
        ahead.isLeft = true;
        // the read may have ended just before that
        dropIfLeft(ahead);
    }
}
