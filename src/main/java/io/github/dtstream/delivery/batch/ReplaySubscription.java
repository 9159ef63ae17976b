package io.github.dtstream.delivery.batch;

import io.github.dtstream.event.Event;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The events of a span of time in the journal as it was at one moment, without pings. It ends when the last of them is
 * committed. The lock guards all mutable fields, also those of the polling thread.
 */
public final class ReplaySubscription implements Subscription {
    private final String name;
    private final Subscription records;
    private final Instant from;
    private final Instant to;
    private final long end;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private final long begin;
    private long looked;
    private boolean exhausted;
    private boolean closed;
    private @Nullable Position handedOut;
    private @Nullable Position committed;

    /**
     * @param records a subscription without a durable cursor, which is closed with this one
     * @param from the first timestamp of the span
     * @param to the first timestamp after the span
     * @param end the number of the first record after that moment
     */
    public ReplaySubscription(String name, Subscription records, Instant from, Instant to, long end) {
        this.name = name;
        this.records = records;
        this.from = from;
        this.to = to;
        this.end = end;
        this.looked = Math.max(0, end - records.lag());
        this.begin = looked;
    }

    /** Waits until everything is committed or it is closed, for a time at most; returns whether it has ended so. */
    boolean awaitEnd(Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lock();
        try {
            while (!closed && !isDone() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return closed || isDone();
        } finally {
            lock.unlock();
        }
    }

    /** Whether everything is committed. */
    boolean isComplete() {
        lock.lock();
        try {
            return isDone();
        } finally {
            lock.unlock();
        }
    }

    /** How much of the journal was read, 0 to 100. */
    int percent() {
        lock.lock();
        try {
            return isDone() || end <= begin ? 100 : (int) Math.min(99, 100 * (looked - begin) / (end - begin));
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Called under the lock. */
    private boolean isDone() {
        return exhausted && (handedOut == null || committed != null && committed.sequence() >= handedOut.sequence());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Batch poll(int maxRecords, long maxBytes, Duration timeout) throws IOException, InterruptedException {
        if (awaitCloseIfExhausted(timeout)) {
            return new Batch(List.of(), new Position(end, 0, 0));
        }
        Batch batch = records.poll(maxRecords, maxBytes, timeout);
        List<JournalRecord> wanted = batch.records().stream()
                .filter(record -> record.sequence() < end && isInSpan(record.event()))
                .toList();
        noteLookedAt(batch.end(), !wanted.isEmpty());
        return new Batch(wanted, batch.end());
    }

    @Override
    public boolean isExhausted() {
        lock.lock();
        try {
            return exhausted;
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitCloseIfExhausted(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (exhausted && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return exhausted || closed;
        } finally {
            lock.unlock();
        }
    }

    private void noteLookedAt(Position place, boolean handsOut) {
        lock.lock();
        try {
            // If the wanted record is gone, the first batch begins at the journal's oldest record.
            looked = Math.min(end, place.sequence());
            if (handsOut) {
                handedOut = place;
            }
            if (place.sequence() >= end) {
                exhausted = true;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isInSpan(Event event) {
        if (event.isPing()) {
            return false;
        }
        try {
            Instant at = OffsetDateTime.parse(event.timestamp()).toInstant();
            return !at.isBefore(from) && at.isBefore(to);
        } catch (DateTimeException e) {
            // The decoder accepts only RFC 3339; a time that the JDK cannot parse, such as a leap second, is in no
            // span.
            return false;
        }
    }

    @Override
    public void commit(Position place) throws IOException {
        records.commit(place);
        lock.lock();
        try {
            committed = place;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long lag() {
        lock.lock();
        try {
            return end - looked;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        records.close();
    }
}
