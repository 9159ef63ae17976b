package io.github.dtstream.time;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Timers on their own executor. */
record ExecutorTimers(ScheduledExecutorService executor) implements Timers {
    @Override
    public Timer after(Duration delay, Runnable task) {
        Future<?> scheduled = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
