package io.github.dtstream.thread;

import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets only a few threads at a time do something; the others wait, about in the order in which they came, but not for
 * long: it makes a crowd small, and holds nobody up. A thread that takes long is counted no more. Thread-safe.
 */
public final class Turns {
    private final int most;
    private final Duration counted;
    private final Duration patience;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition ended = lock.newCondition();
    /** Those that count, the oldest first. Guarded by the lock. */
    private final Deque<Turn> turns = new ArrayDeque<>();

    /**
     * @param most how many turns count at a time; positive
     * @param counted after so long a turn counts no more
     * @param patience after so long a thread that waits has a turn that does not count
     */
    public Turns(int most, Duration counted, Duration patience, Ticker ticker) {
        this.most = most;
        this.counted = counted;
        this.patience = patience;
        this.ticker = ticker;
    }

    /** Waits until it is the calling thread's turn. Call {@link Turn#end} afterwards, also after a failure. */
    public Turn await() throws InterruptedException {
        long end = ticker.nanos() + patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = ticker.nanos();
                Turn turn = new Turn(now);
                long left = forgetTheOld(now);
                if (turns.size() < most) {
                    turns.add(turn);
                    return turn;
                }
                if (now - end >= 0) {
                    return turn;
                }
                awaitEnd(Math.min(left, end - now));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns for how many nanoseconds the oldest of the others still counts. */
    private long forgetTheOld(long now) {
        for (Turn oldest = turns.peek(); oldest != null; oldest = turns.peek()) {
            long left = counted.toNanos() - (now - oldest.begun);
            if (left > 0) {
                return left;
            }
            turns.remove();
        }
        return 0;
    }

    private void awaitEnd(long nanos) throws InterruptedException {
        try {
            var unused = ended.awaitNanos(nanos);
        } catch (InterruptedException e) {
            // it may have been woken for an end, too
            ended.signal();
            throw e;
        }
    }

    /** How many threads wait for their turn. */
    int waiting() {
        lock.lock();
        try {
            return lock.getWaitQueueLength(ended);
        } finally {
            lock.unlock();
        }
    }

    /** The turn of one thread. */
    public final class Turn {
        private final long begun;

        private Turn(long begun) {
            this.begun = begun;
        }

        /** Makes room for the next one. Further calls have no effect. */
        public void end() {
            lock.lock();
            try {
                if (turns.remove(this)) {
                    ended.signal();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
