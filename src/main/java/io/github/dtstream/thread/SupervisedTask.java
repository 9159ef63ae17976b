package io.github.dtstream.thread;

import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.Backoff;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one task on its thread until the task returns, and again after an exception. Owned by that thread. */
final class SupervisedTask implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final Backoff BACKOFF = Backoff.doubling(Duration.ofSeconds(1), Duration.ofMinutes(1));
    /** After this long without a failure, the next one counts as the first. */
    private static final Duration STEADY = Duration.ofMinutes(5);

    private final Supervisor supervisor;
    private final Failures failures;
    private final AfterFailure afterFailure;
    private final Runnable work;
    /** The number of failures since it last ran for long. */
    private int inARow;

    SupervisedTask(Supervisor supervisor, Failures failures, AfterFailure afterFailure, Runnable work) {
        this.supervisor = supervisor;
        this.failures = failures;
        this.afterFailure = afterFailure;
        this.work = work;
    }

    @Override
    public void run() {
        if (!failures.isLasting()) {
            supervisor.add(failures);
        }
        boolean wanted = true;
        while (wanted) {
            Instant begun = supervisor.clock().instant();
            try {
                work.run();
                ended();
                wanted = false;
            } catch (Throwable e) {
                wanted = afterFailure == AfterFailure.RESTART ? isWantedAfter(e, begun) : end(e);
            }
        }
    }

    private void ended() {
        if (!failures.isLasting()) {
            supervisor.remove(failures);
        }
    }

    private boolean end(Throwable failure) {
        failures.dies();
        supervisor.endProcess(failures);
        try {
            failures.note(failure);
            LOG.error(
                    "thread {} failed: {}. From now on {}; the process ends",
                    failures.name(),
                    failure,
                    failures.meaning(),
                    failure);
        } catch (Throwable e) {
            // There is no memory left, not even for the message.
        }
        return false;
    }

    private boolean isWantedAfter(Throwable failure, Instant begun) {
        failures.goesDown();
        inARow = hasRunForLong(begun) ? 1 : inARow + 1;
        try {
            tell(failure, BACKOFF.bound(inARow));
        } catch (Throwable e) {
            // There is no memory left, not even for the message.
        }
        try {
            supervisor.sleeper().sleep(BACKOFF.bound(inARow));
        } catch (InterruptedException e) {
            // An interrupt requests the task's end.
            ended();
            Thread.currentThread().interrupt();
            return false;
        } finally {
            failures.isUp();
        }
        return true;
    }

    private boolean hasRunForLong(Instant begun) {
        return Duration.between(begun, supervisor.clock().instant()).compareTo(STEADY) >= 0;
    }

    /** What cannot be read or written is told without a stack trace, which would say nothing more. */
    private void tell(Throwable failure, Duration wait) {
        failures.note(failure);
        if (failure instanceof UncheckedIOException unchecked) {
            LOG.error(
                    "thread {} failed: {}. It is started again in {}; until then {}",
                    Thread.currentThread().getName(),
                    String.valueOf(unchecked.getCause()),
                    ReadableDuration.of(wait),
                    failures.meaning());
            return;
        }
        LOG.error(
                "thread {} failed: {}. It is started again in {}; until then {}",
                Thread.currentThread().getName(),
                failure,
                ReadableDuration.of(wait),
                failures.meaning(),
                failure);
    }
}
