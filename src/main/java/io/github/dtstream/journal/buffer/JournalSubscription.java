package io.github.dtstream.journal.buffer;

import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the tail if it has the records, else from where the journal keeps them. The record numbers join the two. */
public final class JournalSubscription implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(JournalSubscription.class);

    /** Stores the commits. */
    public interface Cursor {
        Position position();

        void advance(Position to) throws IOException;

        /**
         * Whether records before this number may be handed out. A cursor that is durable when it has advanced always allows
         * it.
         */
        default boolean hasRoom(long end) {
            return true;
        }

        /**
         * Waits until there is room. It returns early if the subscription is closed or no cursor is written any more.
         *
         * @return the rest of the timeout; zero or less if it is over
         */
        default long awaitRoom(long end, long timeoutNanos) throws InterruptedException {
            return timeoutNanos;
        }
    }

    private final String name;
    private final Tail tail;
    private final PastReader past;
    private final Cursor cursor;
    private final Runnable onClose;
    private final Tail.Reader tailReader = new Tail.Reader();

    /** Owned by the polling thread. */
    private Position next;

    /** Written by the closing thread. */
    private volatile boolean closed;

    public JournalSubscription(String name, Tail tail, PastReader past, Cursor cursor, Runnable onClose) {
        this(name, tail, past, cursor, true, onClose);
    }

    private JournalSubscription(
            String name, Tail tail, PastReader past, Cursor cursor, boolean isWaitedFor, Runnable onClose) {
        this.name = name;
        this.tail = tail;
        this.past = past;
        this.cursor = cursor;
        this.onClose = onClose;
        next = cursor.position();
        if (isWaitedFor) {
            tail.join(tailReader);
        }
    }

    /**
     * A slow reader for which the tail keeps nothing: it reads records that have left memory from where the journal
     * keeps them.
     */
    public static JournalSubscription unhurried(
            String name, Tail tail, PastReader past, Cursor cursor, Runnable onClose) {
        return new JournalSubscription(name, tail, past, cursor, false, onClose);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Batch poll(int maxRecords, long maxBytes, Duration timeout) throws IOException, InterruptedException {
        if (maxRecords < 1) {
            throw new IllegalArgumentException("maxRecords must be at least 1, is " + maxRecords);
        }
        long left = timeout.toNanos();
        while (!closed) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (tail.awaitGivenUp(left, () -> closed)) {
                break;
            }
            long wanted = Math.min(tail.durable() + 1, next.sequence() + maxRecords);
            if (wanted > next.sequence() && !cursor.hasRoom(wanted)) {
                requireOpenTail();
                tail.rest(tailReader);
                left = cursor.awaitRoom(wanted, left);
                if (left <= 0) {
                    break;
                }
                continue;
            }
            Batch batch = available(maxRecords, maxBytes);
            next = batch.end();
            if (!batch.isEmpty()) {
                return batch;
            }
            if (tail.durable() >= next.sequence()) {
                continue;
            }
            left = tail.await(next.sequence(), left, () -> closed);
            if (left <= 0) {
                break;
            }
            if (tail.durable() < next.sequence()) {
                requireOpenTail();
            }
        }
        return new Batch(List.of(), next);
    }

    private void requireOpenTail() throws IOException {
        if (!closed && tail.isClosed() && !tail.isGivenUp()) {
            throw new IOException("the journal cannot write any more; the log says why");
        }
    }

    /** The records from {@link #next} on that are there now, without waiting. */
    private Batch available(int maxRecords, long maxBytes) throws IOException, InterruptedException {
        long durable = tail.durable();
        if (next.sequence() > durable) {
            return new Batch(List.of(), next);
        }
        Batch newest = tail.read(tailReader, next.sequence(), maxRecords, maxBytes);
        return newest != null ? newest : fromPast(maxRecords, maxBytes, durable);
    }

    private Batch fromPast(int maxRecords, long maxBytes, long durable) throws IOException, InterruptedException {
        synchronized (past) {
            return closed ? new Batch(List.of(), next) : past.read(next, maxRecords, maxBytes, durable);
        }
    }

    @Override
    public void commit(Position end) throws IOException {
        cursor.advance(end);
    }

    @Override
    public long lag() {
        return Math.max(0, tail.durable() - cursor.position().sequence() + 1);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        tail.leave(tailReader);
        tail.wakeAll();
        synchronized (past) {
            try {
                past.close();
            } catch (IOException e) {
                LOG.warn("subscription {} could not close what it reads", name, e);
            }
        }
        onClose.run();
    }
}
