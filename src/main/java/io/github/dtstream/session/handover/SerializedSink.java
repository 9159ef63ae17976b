package io.github.dtstream.session.handover;

import io.github.dtstream.session.connection.RecordSink;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives the sink to one thread at a time, in the order of their calls, and keeps what the records prove. Thread-safe.
 */
public final class SerializedSink implements RecordSink {
    private final EventSink sink;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Completeness completeness = new Completeness();

    public SerializedSink(EventSink sink) {
        this.sink = sink;
    }

    /** Until when the passed records are complete. */
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

    /** Keeps other threads from the sink during several calls. */
    void exclusively(Work work) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            work.run();
        } finally {
            turn.unlock();
        }
    }

    /** Several calls of the sink. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }
}
