package io.github.dtstream.session;

import io.github.dtstream.cloud.Fault;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection on its way to take over from another. Owned by the session's thread. */
final class Succession {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    private final Connection predecessor;
    private final Connection connection;
    private final HandOver handOver;
    private final StreamFilters filters;
    private boolean decided;
    private @Nullable Fault end;

    Succession(Connection predecessor, Connection connection, HandOver handOver, StreamFilters filters) {
        this.predecessor = predecessor;
        this.connection = connection;
        this.handOver = handOver;
        this.filters = filters;
    }

    Connection predecessor() {
        return predecessor;
    }

    /** The successor. */
    Connection connection() {
        return connection;
    }

    HandOver handOver() {
        return handOver;
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
        handOver.discard();
    }

    /**
     * Passes on what is held, on a thread of its own, as a sink may block.
     *
     * @param whenDone called by that thread at its end
     */
    Thread release(String sessionName, Runnable whenDone) {
        Thread thread = new Thread(
                () -> {
                    try {
                        passOn();
                    } finally {
                        whenDone.run();
                    }
                },
                sessionName + "-hand-over");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void passOn() {
        try {
            handOver.release();
        } catch (InterruptedException e) {
            LOG.debug("Stopped while records of the new connection were held");
        } catch (RuntimeException e) {
            LOG.error("Passing on held records failed unexpectedly; connecting anew", e);
            connection.abort();
            handOver.discard();
        }
    }
}
