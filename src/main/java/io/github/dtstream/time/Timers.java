package io.github.dtstream.time;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** Lets something happen later. Thread-safe. Tests pass one whose time they move themselves. */
@FunctionalInterface
public interface Timers extends AutoCloseable {
    /**
     * Runs a short task once the delay has passed, on a thread of the timers.
     *
     * @return takes the task back, unless it has run
     */
    Timer after(Duration delay, Runnable task);

    /** Nothing rings any more. Called by the owner of the timers, which sessions share. */
    @Override
    default void close() {}

    /** Timers that run on an executor, which is shut down with them. */
    static Timers of(ScheduledExecutorService executor) {
        return new ExecutorTimers(executor);
    }

    /** A task that is due later. */
    @FunctionalInterface
    interface Timer {
        /** A timer that never was. */
        Timer NONE = () -> {};

        void cancel();
    }
}
