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
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;

/**
 * Keeps one stream of the cloud flowing into a sink: connects, reconnects, renews the connection before the cloud's hour is
 * over, and tells its listeners when something may have been missed.
 *
 * <p>Thread-safe. A thread of its own takes all decisions and calls the listeners; each connection is read by another one,
 * which calls the sink. It starts once and stops once.
 */
public final class StreamSession implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

    private final BlockingQueue<Happening> messages = new LinkedBlockingQueue<>();
    private final SessionControl control;
    private final Thread thread;
    /** Owned by the thread. */
    private boolean begun;
    /** Whether {@link #stop} was asked for; owned by the thread. */
    private boolean stopping;

    /**
     * @param cloud stays the caller's to close, after the session has stopped
     * @param sink is called by one thread at a time
     * @param listeners are called in this order by the session's thread
     * @param clock is told what time the cloud says it is
     * @param timers ring for retries and renewals
     * @param supervisor makes the threads; the session's own connects anew after a failure
     * @param memory what is read, and what is held at a hand-over, takes from it
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
     * Begins to connect.
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

    /** Where the session stands. */
    public SessionState state() {
        return control.state();
    }

    /**
     * Has a successor take over from the connection without a gap, as before the end of the hour; does nothing while there
     * is no live connection or a successor is on its way.
     */
    public void renew() {
        messages.add(new Happening.Renew());
    }

    /**
     * Does not wait for the next attempt to connect any longer, for the reason of the last failure may be gone: also where the
     * session has stopped by itself.
     */
    public void retryNow() {
        messages.add(new Happening.RetryNow());
    }

    /**
     * Tries again after a while what the cloud has refused for good, as other streams keep the process alive; does nothing if
     * the session has stopped for another reason, or its retries are limited. {@link #retryNow} and {@link #stop} end that.
     */
    public void retryRefused() {
        messages.add(new Happening.RetryRefused());
    }

    /** Asks for other events from now on: a live connection is handed over, any other is opened anew. */
    public void changeFilters(StreamFilters filters) {
        messages.add(new Happening.FiltersChanged(filters));
    }

    /**
     * Ends the connection and all attempts at one; waits at most a second for what is being passed to the sink. The state is
     * then {@link SessionState.Stopped}; what was stopped before stays as it was.
     */
    public void stop() {
        synchronized (this) {
            messages.add(new Happening.Stop());
            if (thread.getState() == Thread.State.NEW) {
                thread.start();
            }
        }
        try {
            if (Thread.currentThread() != thread) {
                thread.join(STOP_LIMIT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    /** Run again by the supervisor after it has thrown something. */
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
            // nobody has this thread but the session itself, which does not interrupt it: the process goes down
            Thread.currentThread().interrupt();
        }
    }
}
