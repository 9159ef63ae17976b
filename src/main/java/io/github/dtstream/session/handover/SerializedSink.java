package io.github.dtstream.session.handover;

import io.github.dtstream.session.connection.RecordSink;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread at a time at the sink, in the order in which they ask, and keeps what that proves. Thread-safe.
 */
public final class SerializedSink implements RecordSink {
    private final EventSink sink;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Completeness completeness = new Completeness();

    public SerializedSink(EventSink sink) {
        this.sink = sink;
    }

    /** Until when what was passed on is complete. */
    public Completeness completeness() {
        return completeness;
    }

    @Override
    public void received(Received records) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            sink.events(records.events(), records.at());
            completeness.passed(records);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void rejected(String reason, byte[] record, Instant received) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            sink.rejected(reason, record, received);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void truncated() {
        sink.truncated();
    }

    /** Keeps everybody else from the sink while several things are put into it. */
    void exclusively(Work work) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            work.run();
        } finally {
            turn.unlock();
        }
    }

    /** Puts things into the sink. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }
}
