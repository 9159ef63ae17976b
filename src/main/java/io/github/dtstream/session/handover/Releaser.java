package io.github.dtstream.session.handover;

import io.github.dtstream.thread.SupervisedGroup;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on the records that a successor held before it took over. It uses a separate thread, as a sink may block; one
 * at a time. Owned by the session's thread, except for the end of a release.
 */
public final class Releaser implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Releaser.class);

    private final String threadName;
    private final SupervisedGroup threads;
    private final Runnable whenDone;
    private @Nullable Thread last;
    private volatile boolean busy;

    /**
     * @param threads makes the threads, and reports their failures
     * @param whenDone called by each thread at its end
     */
    public Releaser(String threadName, SupervisedGroup threads, Runnable whenDone) {
        this.threadName = threadName;
        this.threads = threads;
        this.whenDone = whenDone;
    }

    /** Whether records are being passed on. */
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

    /** Waits a moment for the records that are being passed on. */
    public void join(Duration limit) throws InterruptedException {
        if (last != null) {
            last.join(limit.toMillis());
            last.interrupt();
        }
    }

    /** Called when nothing more will be released. */
    @Override
    public void close() {
        threads.close();
    }

    /** The work of a thread. The supervisor runs it again after an exception; it then only reports that it is done. */
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
                // The held records are lost with the connection, and become a gap.
                successor.abort();
                throw e;
            }
        }
    }
}
