package io.github.dtstream.session.handover;

import io.github.dtstream.thread.SupervisedGroup;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what a successor held before it took over, on a thread of its own, as a sink may block; one at a time. Owned by
 * the session's thread, but for the end of a release.
 */
public final class Releaser implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Releaser.class);

    private final String threadName;
    private final SupervisedGroup threads;
    private final Runnable whenDone;
    private @Nullable Thread last;
    private volatile boolean busy;

    /**
     * @param threads makes the threads, and tells what they end by
     * @param whenDone called by a thread at its end
     */
    public Releaser(String threadName, SupervisedGroup threads, Runnable whenDone) {
        this.threadName = threadName;
        this.threads = threads;
        this.whenDone = whenDone;
    }

    /** Whether something that was held is on its way. */
    public boolean isBusy() {
        return busy;
    }

    public void release(Successor successor) {
        Thread thread = threads.thread(threadName, new Release(successor));
        busy = true;
        last = thread;
        try {
            thread.start();
        } catch (Error e) {
            busy = false;
            successor.abort();
            throw e;
        }
    }

    /** Waits a moment for what is on its way. */
    public void join(Duration limit) throws InterruptedException {
        if (last != null) {
            last.join(limit.toMillis());
            last.interrupt();
        }
    }

    /** Nothing more is to be released. */
    @Override
    public void close() {
        threads.close();
    }

    /** A thread's work, which is run again after it has thrown something: it then says no more than that it is done. */
    private final class Release implements Runnable {
        private final Successor successor;
        private boolean begun;
        private boolean told;

        Release(Successor successor) {
            this.successor = successor;
        }

        @Override
        public void run() {
            try {
                if (!begun) {
                    begun = true;
                    passOn();
                }
            } finally {
                if (!told) {
                    busy = false;
                    whenDone.run();
                    told = true;
                }
            }
        }

        private void passOn() {
            try {
                successor.buffer().release();
            } catch (InterruptedException e) {
                LOG.debug("Stopped while records of the new connection were held");
            } catch (RuntimeException | Error e) {
                // what is held is lost with the connection, and a gap
                successor.abort();
                throw e;
            }
        }
    }
}
