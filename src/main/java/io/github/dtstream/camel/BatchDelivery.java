package io.github.dtstream.camel;

import io.github.dtstream.camel.DeliveryWindow.Attempt;
import io.github.dtstream.journal.Batch;
import io.github.dtstream.journal.JournalRecord;
import io.github.dtstream.journal.Position;
import io.github.dtstream.journal.Subscription;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one subscriber's events: takes them from the journal, hands them to the route in order, and moves the cursor
 * past them when they and all before them are done. At no time are more than {@code maxBatchSize} events handed out that
 * the cursor has not passed, in {@code maxInflightExchanges} exchanges: that is what a crash repeats.
 *
 * <p>What failed is handed out again, itself and unchanged, after a delay, for as long as it takes; what came later and was
 * on its way already is not repeated. If an exchange is refused again and again for a reason that is not the sink's
 * absence, its events are handed out one by one. An event that is refused alone holds up nobody, and goes to the reject
 * file once others go through: while none does, the route is broken, and the events wait for it to be mended.
 *
 * <p>Threads: {@link #run} is the subscriber's own thread and the only one that hands out; an {@link Acknowledgement} comes
 * from whatever thread the route ends on. All state is guarded by one lock, under which nothing blocks but the write of the
 * small cursor file, and of a line in the reject file.
 */
final class BatchDelivery implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchDelivery.class);
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

    /** Hands events to the route. */
    interface Outlet {
        /** Starts the delivery; the acknowledgement is given when it has ended, perhaps before this returns. */
        void deliver(List<JournalRecord> records, Acknowledgement acknowledgement);
    }

    /** Tells that a delivery has ended; called once, from any thread. */
    interface Acknowledgement {
        /** @param failure null if all is delivered */
        void done(@Nullable Throwable failure);
    }

    /** Takes an event that is given up. */
    interface RejectedEvents {
        void rejected(JournalRecord record, String reason);
    }

    private final Subscription subscription;
    private final Outlet outlet;
    private final RejectedEvents rejects;
    private final DeliverySettings settings;
    private final Clock clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final DeliveryWindow window;
    private boolean stopping;
    /** The cursor could not be written, and does not stand where it could. */
    private boolean cursorIsBehind;

    private final DeliveryTally tally = new DeliveryTally();
    private final DeliveryLog log;
    private final RequestedPause pause;

    BatchDelivery(
            Subscription subscription, Outlet outlet, RejectedEvents rejects, DeliverySettings settings, Clock clock) {
        this.subscription = subscription;
        this.outlet = outlet;
        this.rejects = rejects;
        this.settings = settings;
        this.clock = clock;
        this.window = new DeliveryWindow(settings);
        this.log = new DeliveryLog(subscription.name());
        this.pause = new RequestedPause(clock);
    }

    /** Delivers until {@link #stop}. */
    @Override
    public void run() {
        try {
            for (Turn turn = nextTurn(); turn != null; turn = nextTurn()) {
                Attempt attempt = turn.again() == null ? take(turn.room()) : turn.again();
                if (attempt != null) {
                    handOut(attempt);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("subscriber {} stopped delivering: {}", subscription.name(), e.toString(), e);
            recordFailure(e);
        }
    }

    /** Hands out no more; what is on its way may still end and move the cursor. */
    void stop() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing that was handed out is on its way any more. */
    boolean awaitIdle(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (window.isAnythingUnderWay()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What there is to say about this subscriber; an immutable snapshot. */
    DeliveryStatus status() {
        lock.lock();
        try {
            return tally.status(subscription.name(), subscription.lag(), window.events(), clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /**
     * What to do next.
     *
     * @param again what is to be handed out again; null if something new is
     * @param room how many new events may be taken
     */
    private record Turn(@Nullable Attempt again, int room) {}

    /** Waits while nothing is due and the window is full; null if it is time to stop. */
    private @Nullable Turn nextTurn() throws InterruptedException {
        lock.lock();
        try {
            while (!stopping) {
                Instant now = clock.instant();
                Attempt again = window.takeDue(now);
                if (again != null) {
                    return new Turn(again, 0);
                }
                Duration wait = window.untilFailedIsDue(now);
                if (wait != null) {
                    changed.awaitNanos(Math.min(wait.toNanos(), TimeUnit.SECONDS.toNanos(1)));
                } else if (cursorIsBehind) {
                    changed.awaitNanos(settings.redeliveryDelay().toNanos());
                    advanceCursor();
                } else {
                    int room = window.room();
                    if (room > 0) {
                        return new Turn(null, room);
                    }
                    changed.await();
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes so many events at most; null if there are none, or it is time to stop. */
    private @Nullable Attempt take(int room) throws InterruptedException {
        Batch batch;
        try {
            batch = subscription.poll(room, POLL_TIMEOUT);
        } catch (IOException e) {
            LOG.warn("subscriber {} cannot read the journal, trying again: {}", subscription.name(), e.toString());
            recordFailure(e);
            pause(settings.redeliveryDelay());
            return null;
        }
        lock.lock();
        try {
            return batch.isEmpty() || stopping ? null : window.add(batch);
        } finally {
            lock.unlock();
        }
    }

    private void handOut(Attempt attempt) {
        outlet.deliver(attempt.records(), failure -> ended(attempt, failure));
    }

    private void pause(Duration duration) throws InterruptedException {
        long left = duration.toNanos();
        lock.lock();
        try {
            while (!stopping && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void recordFailure(Throwable failure) {
        lock.lock();
        try {
            tally.failed(FailureText.of(failure), clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /** Moves the cursor past all at the head that is done. Called under the lock. */
    private void advanceCursor() {
        Position reached = window.reached();
        if (reached == null) {
            return;
        }
        Instant now = clock.instant();
        try {
            subscription.commit(reached);
        } catch (IOException e) {
            // A crash would repeat what the cursor is not past, so it stays in the window until the cursor is written.
            if (!cursorIsBehind) {
                LOG.warn("subscriber {} cannot write its cursor, trying again: {}", subscription.name(), e.toString());
            }
            cursorIsBehind = true;
            tally.failed(FailureText.of(e), now);
            return;
        }
        cursorIsBehind = false;
        tally.passed(window.passed(reached), now);
    }

    private void ended(Attempt attempt, @Nullable Throwable failure) {
        lock.lock();
        try {
            Instant now = clock.instant();
            if (failure == null) {
                delivered(attempt, now);
            } else if (failure instanceof PartlyRefused partly) {
                attempt.records().forEach(record -> {
                    Throwable reason = partly.refused().get(record.event().eventId());
                    if (reason != null) {
                        reject(record, FailureText.of(reason), now);
                    }
                });
                delivered(attempt, now);
            } else {
                failed(attempt, failure, now);
            }
            advanceCursor();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void delivered(Attempt attempt, Instant now) {
        if (attempt.isProof() || attempt.hasFailed()) {
            tally.recovered();
            log.recovered(now);
        }
        window.delivered(attempt);
    }

    private void failed(Attempt attempt, Throwable failure, Instant now) {
        DeliveryFault fault = DeliveryFault.of(failure);
        String reason = FailureText.of(failure);
        tally.failed(reason, now);
        if (window.failed(attempt, fault, pause.of(failure), now)) {
            reject(attempt.records().get(0), reason, now);
            // It is given up only where others go through, so the sink is well.
            tally.recovered();
            log.recovered(now);
        } else if (!stopping) {
            // What the route's stop cuts short is told once, by who waits for it, not for each batch that was on its
            // way.
            log.failed(attempt.records(), reason, fault.isRefusal(), now);
        }
    }

    /** Before the cursor passes it: a crash in between sets it aside twice rather than never. */
    private void reject(JournalRecord record, String reason, Instant now) {
        tally.refused(reason, now);
        log.rejected(record, reason, now);
        rejects.rejected(record, reason);
    }
}
