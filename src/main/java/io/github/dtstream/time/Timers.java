package io.github.dtstream.time;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** Runs tasks later. Thread-safe. Tests pass timers whose time they move themselves. */
@FunctionalInterface
public interface Timers extends AutoCloseable {
    /**
     * Runs a short task once the delay has passed, on a thread of the timers.
     *
     * @return cancels the task, unless it has run
     */
    Timer after(Duration delay, Runnable task);

    /** Cancels all tasks. Called by the owner of the timers, which sessions share. */
    @Override
    default void close() {}

    /** Timers on an executor, which is shut down with them. */
    static Timers of(ScheduledExecutorService executor) {
        return new ExecutorTimers(executor);
    }

    /** A task that is due later. */
    @FunctionalInterface
    interface Timer {
        /** A timer without a task. */
        Timer NONE = () -> {};

        void cancel();
    }
}
