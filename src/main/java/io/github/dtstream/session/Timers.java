package io.github.dtstream.session;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Lets something happen later. Thread-safe. Tests pass one whose time they move themselves. */
@FunctionalInterface
public interface Timers {
    /**
     * Runs a short task once the delay has passed, on a thread of the timers.
     *
     * @return takes the task back, unless it has run
     */
    Timer after(Duration delay, Runnable task);

    /** Timers that run on an executor, which one process may share among all its sessions. */
    static Timers of(ScheduledExecutorService executor) {
        return (delay, task) -> {
            Future<?> scheduled = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        };
    }

    /** A task that is due later. */
    @FunctionalInterface
    interface Timer {
        /** A timer that never was. */
        Timer NONE = () -> {};

        void cancel();
    }
}
