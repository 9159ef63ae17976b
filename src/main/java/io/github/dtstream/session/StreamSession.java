package io.github.dtstream.session;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.session.connection.HttpConnections;
import io.github.dtstream.session.handover.EventSink;
import io.github.dtstream.session.handover.SerializedSink;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.SupervisedGroup;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadEnd;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;

/**
 * Keeps one stream of the cloud connected to a sink: connects, reconnects, renews the connection before the cloud's
 * hour is over, and notifies its listeners if events may have been missed.
 *
 * <p>Thread-safe. Its own thread takes all decisions and calls the listeners. Each connection has another thread, which
 * reads it and calls the sink. A session starts once and stops once.
 */
public final class StreamSession implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

    private final BlockingQueue<Happening> messages = new LinkedBlockingQueue<>();
    private final SessionControl control;
    private final Thread thread;
    /** Owned by the thread. */
    private boolean begun;
    /** Whether {@link #stop} was called; owned by the thread. */
    private boolean stopping;

    /**
     * @param cloud the caller closes it after the session has stopped
     * @param sink called by one thread at a time
     * @param listeners called in this order by the session's thread
     * @param clock gets the cloud's time from answers
     * @param timers for retries and renewals
     * @param supervisor makes the threads; after a failure the session's thread connects again
     * @param memory the budget for received events, and for those that a hand-over holds
     */
    public StreamSession(
            StreamSettings settings,
            CloudClient cloud,
            EventSink sink,
            List<SessionListener> listeners,
            CloudClock clock,
            RandomGenerator random,
            Timers timers,
            Supervisor supervisor,
            MemoryBudget memory) {
        String name = "dt-stream-" + settings.projectId();
        SupervisedGroup readers = supervisor.group(name + "-connections", "a connection of the stream was not read on");
        this.control = new SessionControl(new SessionContext(
                name,
                settings,
                new HttpConnections(name, cloud, clock, timers, readers, memory),
                new SerializedSink(sink),
                List.copyOf(listeners),
                clock,
                random,
                timers,
                supervisor,
                memory,
                messages::add));
        this.thread = supervisor.thread(name, "the stream is not connected to again", AfterFailure.RESTART, this::run);
    }

    /**
     * Starts to connect.
     *
     * @throws IllegalStateException if it was started or stopped before
     */
    public synchronized void start() {
        if (thread.getState() != Thread.State.NEW) {
            throw new IllegalStateException("the session was started before");
        }
        messages.add(new Happening.Start());
        thread.start();
    }

    /** The session's state. */
    public SessionState state() {
        return control.state();
    }

    /**
     * Renews the connection without a gap, as before the end of the hour. Does nothing if there is no live connection,
     * or a successor is being made.
     */
    public void renew() {
        messages.add(new Happening.Renew());
    }

    /**
     * Makes the next attempt to connect now, as the reason of the last failure may be gone; also if the session has
     * stopped by itself.
     */
    public void retryNow() {
        messages.add(new Happening.RetryNow());
    }

    /**
     * Schedules another attempt after a permanent refusal by the cloud, as other streams keep the process running. Does
     * nothing if the session has stopped for another reason, or its retries are limited. {@link #retryNow} and {@link
     * #stop} cancel it.
     */
    public void retryRefused() {
        messages.add(new Happening.RetryRefused());
    }

    /** Changes the filters: a live connection is renewed with them, another one is opened anew. */
    public void changeFilters(StreamFilters filters) {
        messages.add(new Happening.FiltersChanged(filters));
    }

    /**
     * Ends the connection and all attempts to connect; waits at most a second for records that are being passed to the
     * sink. The state is then {@link SessionState.Stopped}; if the session had stopped before, the state does not
     * change.
     */
    public void stop() {
        synchronized (this) {
            messages.add(new Happening.Stop());
            if (thread.getState() == Thread.State.NEW) {
                thread.start();
            }
        }
        if (Thread.currentThread() != thread) {
            ThreadEnd.await(thread, STOP_LIMIT);
        }
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    /** The supervisor runs this again after an exception. */
    private void run() {
        if (begun) {
            control.step(stopping ? new Happening.Stop() : new Happening.Failed());
        }
        begun = true;
        try {
            while (!control.isClosed()) {
                Happening next = messages.take();
                stopping |= next instanceof Happening.Stop;
                control.step(next);
            }
        } catch (InterruptedException e) {
            // Only the session has this thread, and does not interrupt it: the process is ending.
            Thread.currentThread().interrupt();
        }
    }
}
