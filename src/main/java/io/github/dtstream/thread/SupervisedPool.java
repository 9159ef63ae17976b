package io.github.dtstream.thread;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads for timers and short tasks. An exception of a {@link Runnable} is logged and counted, its thread continues,
 * and a periodic task runs again when it is due. (Java's own executor would be silent and never run it again.) An
 * exception of a {@code Callable} is in its future, for the caller.
 */
final class SupervisedPool extends ScheduledThreadPoolExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    private final Supervisor supervisor;
    private final Failures failures;

    SupervisedPool(Supervisor supervisor, Failures failures, int size, ThreadFactory threads) {
        super(size, threads);
        this.supervisor = supervisor;
        this.failures = failures;
        setRemoveOnCancelPolicy(true);
        supervisor.add(failures);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return super.schedule(guarded(task), delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return super.scheduleAtFixedRate(guarded(task), initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
        return super.scheduleWithFixedDelay(guarded(task), initialDelay, delay, unit);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                tell(e);
            }
        };
    }

    private void tell(Throwable failure) {
        try {
            failures.note(failure);
            LOG.error(
                    "a task of {} failed: {}. For that once {}; the next task runs as planned",
                    failures.name(),
                    failure,
                    failures.meaning(),
                    failure);
        } catch (Throwable e) {
            // There is no memory left, not even for the message.
        }
    }

    @Override
    protected void terminated() {
        supervisor.remove(failures);
    }
}
