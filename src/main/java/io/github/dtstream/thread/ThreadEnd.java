package io.github.dtstream.thread;

import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Ticker;
import java.time.Duration;

/** Waits for threads to end. Stateless. */
public final class ThreadEnd {
    private ThreadEnd() {}

    /** Waits for a thread to end, no longer than a limit. An interruption ends the wait; the calling thread stays interrupted. */
    public static void await(Thread thread, Duration limit) {
        try {
            // 0 would be without limit
            thread.join(Math.max(1, limit.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits for a thread to end, no longer than a limit, whoever interrupts. Afterwards the calling thread is not interrupted, so
     * that it can still use files.
     *
     * @return whether it was interrupted before or meanwhile; the caller interrupts itself again when it is done
     */
    public static boolean awaitUninterruptibly(Thread thread, Duration limit, Ticker ticker) {
        Deadline deadline = Deadline.after(limit, ticker);
        boolean interrupted = Thread.interrupted();
        while (true) {
            try {
                thread.join(Math.max(1, deadline.left().toMillis()));
                return Thread.interrupted() || interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
