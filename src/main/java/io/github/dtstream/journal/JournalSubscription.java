package io.github.dtstream.journal;

import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.segment.RecordReader;
import io.github.dtstream.journal.segment.Segment;
import io.github.dtstream.journal.segment.Segments;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the tail where it can and the segment files where it must; record numbers make the two one sequence. */
final class JournalSubscription implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(JournalSubscription.class);

    /** Where the commits go. */
    interface Cursor {
        Position position();

        void advance(Position to) throws IOException;
    }

    private final String name;
    private final Segments segments;
    private final Tail tail;
    private final RecordReader reader;
    private final Cursor cursor;
    private final Runnable onClose;
    private final Tail.Reader tailReader = new Tail.Reader();

    /** Of the polling thread. */
    private Position next;

    /** Written by the closing thread. */
    private volatile boolean closed;

    JournalSubscription(
            String name, Segments segments, Tail tail, RecordReader reader, Cursor cursor, Runnable onClose) {
        this(name, segments, tail, reader, cursor, true, onClose);
    }

    private JournalSubscription(
            String name,
            Segments segments,
            Tail tail,
            RecordReader reader,
            Cursor cursor,
            boolean isWaitedFor,
            Runnable onClose) {
        this.name = name;
        this.segments = segments;
        this.tail = tail;
        this.reader = reader;
        this.cursor = cursor;
        this.onClose = onClose;
        next = cursor.position();
        if (isWaitedFor) {
            tail.join(tailReader);
        }
    }

    /** One for whom nothing is kept in memory: what has left it, he reads from the disk. */
    static JournalSubscription unhurried(
            String name, Segments segments, Tail tail, RecordReader reader, Cursor cursor, Runnable onClose) {
        return new JournalSubscription(name, segments, tail, reader, cursor, false, onClose);
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
            if (!closed && tail.isClosed() && tail.durable() < next.sequence()) {
                throw new IOException("the journal writes no more; its log says why");
            }
        }
        return new Batch(List.of(), next);
    }

    /** What there is from {@link #next} on, without waiting. */
    private Batch available(int maxRecords, long maxBytes) throws IOException {
        long durable = tail.durable();
        if (next.sequence() > durable) {
            return new Batch(List.of(), next);
        }
        Batch newest = tail.read(tailReader, next.sequence(), maxRecords, maxBytes);
        return newest != null ? newest : fromFiles(maxRecords, maxBytes, durable);
    }

    private Batch fromFiles(int maxRecords, long maxBytes, long durable) throws IOException {
        synchronized (reader) {
            if (closed) {
                return new Batch(List.of(), next);
            }
            Segment oldest = segments.oldest();
            Position from = next;
            if (oldest != null && from.sequence() < oldest.first()) {
                from = new Position(oldest.first(), oldest.first(), 0);
            }
            try {
                return reader.read(from, maxRecords, maxBytes, durable);
            } catch (NoSuchFileException e) {
                Segment gone = segments.holding(from.sequence());
                if (gone != null && gone == oldest && segments.contains(gone)) {
                    throw e;
                }
                // Deleted by retention between the look at the list and the opening: go on at what is oldest now.
                return new Batch(List.of(), from);
            }
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
        synchronized (reader) {
            try {
                reader.close();
            } catch (IOException e) {
                LOG.warn("subscription {} could not close its segment", name, e);
            }
        }
        onClose.run();
    }
}
