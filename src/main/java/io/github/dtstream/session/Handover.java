package io.github.dtstream.session;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.Fault;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection on its way to take over from another. Owned by the session's thread. */
final class Handover {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private final StreamConnection predecessor;
    private final StreamConnection connection;
    private final HandoverBuffer buffer;
    private final StreamFilters filters;
    private boolean decided;
    private @Nullable Fault end;

    Handover(StreamConnection predecessor, StreamConnection connection, HandoverBuffer buffer, StreamFilters filters) {
        this.predecessor = predecessor;
        this.connection = connection;
        this.buffer = buffer;
        this.filters = filters;
    }

    StreamConnection predecessor() {
        return predecessor;
    }

    /** The successor. */
    StreamConnection connection() {
        return connection;
    }

    HandoverBuffer buffer() {
        return buffer;
    }

    /** What the successor asks for. */
    StreamFilters filters() {
        return filters;
    }

    /** Has the predecessor end; there is no way back. The successor takes over when that has happened. */
    void decide() {
        decided = true;
        predecessor.abort();
    }

    boolean isDecided() {
        return decided;
    }

    /** The successor itself has ended after the decision and before the predecessor. */
    void endedToo(Fault fault) {
        end = fault;
    }

    /** How the successor ended, if it has before it took over; null otherwise. */
    @Nullable
    Fault end() {
        return end;
    }

    /** Gives the successor up; the predecessor goes on. */
    void abandon() {
        predecessor.showTo(null);
        connection.abort();
        buffer.discard();
    }

    /**
     * Passes on what is held, on a thread of its own, as a sink may block.
     *
     * @param threads makes it; what it ends by is told by those
     * @param whenDone called by that thread at its end
     */
    Thread release(ThreadFactory threads, Runnable whenDone) {
        Thread thread = threads.newThread(new Release(whenDone));
        thread.start();
        return thread;
    }

    /** The thread's work, which is run again after it has thrown something: it then says no more than that it is done. */
    private final class Release implements Runnable {
        private final Runnable whenDone;
        private boolean begun;
        private boolean told;

        Release(Runnable whenDone) {
            this.whenDone = whenDone;
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
                    whenDone.run();
                    told = true;
                }
            }
        }

        private void passOn() {
            try {
                buffer.release();
            } catch (InterruptedException e) {
                LOG.debug("Stopped while records of the new connection were held");
            } catch (RuntimeException | Error e) {
                // what is held is lost with the connection, and a gap
                buffer.discard();
                connection.abort();
                throw e;
            }
        }
    }
}
