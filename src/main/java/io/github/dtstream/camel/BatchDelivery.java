package io.github.dtstream.camel;

import io.github.dtstream.journal.Batch;
import io.github.dtstream.journal.JournalRecord;
import io.github.dtstream.journal.Position;
import io.github.dtstream.journal.Subscription;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one subscriber's batches: takes them from the journal, hands them to the route in order, and moves the cursor
 * past each one when it and all before it are done.
 *
 * <p>A batch that failed is handed out again, itself and unchanged, after a delay, for as long as it takes; later batches
 * that were on their way already are not repeated. If a batch is refused again and again for a reason that is not the
 * sink's absence, its events are handed out one by one. An event that is refused alone holds up nobody, and goes to the
 * reject file once others go through: while none does, the route is broken, and the events wait for it to be mended.
 *
 * <p>Threads: {@link #run} is the subscriber's own thread and the only one that hands out; {@link Attempt#done} comes from
 * whatever thread the route ends on. All state is guarded by one lock, under which nothing blocks but the write of the
 * small cursor file.
 */
final class BatchDelivery implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchDelivery.class);
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);
    /** So many refused events in a row, and none that went through, are the route's or the sink's fault, not theirs. */
    private static final int MAX_SUSPECTS = 10;

    /** Hands a batch to the route. */
    interface Outlet {
        /** Starts the delivery; {@link Attempt#done} is called when it has ended, perhaps before this returns. */
        void deliver(List<JournalRecord> records, Attempt attempt);
    }

    /** Takes an event that is given up. */
    interface RejectedEvents {
        void rejected(JournalRecord record, Throwable reason);
    }

    /**
     * @param maxBatchSize events per batch
     * @param maxInFlight batches on their way at once
     * @param redeliveryDelay the wait before the first redelivery; doubles
     * @param maxRedeliveryDelay its cap
     * @param maxAttempts how often an event that is refused is tried
     */
    record Settings(
            int maxBatchSize,
            int maxInFlight,
            Duration redeliveryDelay,
            Duration maxRedeliveryDelay,
            int maxAttempts) {}

    private final Subscription subscription;
    private final Outlet outlet;
    private final RejectedEvents rejects;
    private final Settings settings;
    private final Clock clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by lock: what was handed out or is to be handed out again, in journal order. */
    private final Deque<Attempt> inFlight = new ArrayDeque<>();

    private boolean stopping;
    private @Nullable Failure lastFailure;
    private final DeliveryRate rate = new DeliveryRate();
    private long delivered;
    private long failures;
    private @Nullable Instant lastDelivered;

    BatchDelivery(Subscription subscription, Outlet outlet, RejectedEvents rejects, Settings settings, Clock clock) {
        this.subscription = subscription;
        this.outlet = outlet;
        this.rejects = rejects;
        this.settings = settings;
        this.clock = clock;
    }

    /** Delivers until {@link #stop}. */
    @Override
    public void run() {
        try {
            while (!isStopping()) {
                Optional<Attempt> due = nextDue();
                if (due.isPresent()) {
                    outlet.deliver(due.get().records, due.get());
                } else {
                    takeBatch();
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
            while (inFlight.stream().anyMatch(attempt -> attempt.state == State.UNDER_WAY)) {
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
            int underWay = inFlight.stream()
                    .mapToInt(attempt -> attempt.records.size())
                    .sum();
            Failure failure = lastFailure;
            return new DeliveryStatus(
                    subscription.name(),
                    subscription.lag(),
                    underWay,
                    delivered,
                    rate.perSecond(clock.instant()),
                    failures,
                    lastDelivered,
                    failure == null ? null : failure.at(),
                    failure == null ? null : failure.message());
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The attempt that is to be handed out again now. Waits while one is not due yet or the window is full; empty when
     * there is room for a new batch.
     */
    private Optional<Attempt> nextDue() throws InterruptedException {
        lock.lock();
        try {
            while (!stopping) {
                Instant now = clock.instant();
                Attempt failed = oldestFailed();
                Attempt next = failed == null ? suspectDueFirst() : failed;
                if (next != null && !next.due.isAfter(now)) {
                    next.state = State.UNDER_WAY;
                    return Optional.of(next);
                }
                if (failed != null) {
                    long wait = Duration.between(now, failed.due).toNanos();
                    changed.awaitNanos(Math.min(wait, TimeUnit.SECONDS.toNanos(1)));
                } else if (underWay() < settings.maxInFlight()) {
                    return Optional.empty();
                } else {
                    changed.await();
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The oldest that is to be handed out again: order is kept, so it is waited for. */
    private @Nullable Attempt oldestFailed() {
        return inFlight.stream()
                .filter(attempt -> attempt.state == State.FAILED)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Attempt suspectDueFirst() {
        return inFlight.stream()
                .filter(attempt -> attempt.state == State.SUSPECT)
                .min(Comparator.comparing((Attempt attempt) -> attempt.due))
                .orElse(null);
    }

    private void takeBatch() throws InterruptedException {
        Batch batch;
        try {
            batch = subscription.poll(settings.maxBatchSize(), POLL_TIMEOUT);
        } catch (IOException e) {
            LOG.warn("subscriber {} cannot read the journal, trying again: {}", subscription.name(), e.toString());
            recordFailure(e);
            pause(settings.redeliveryDelay());
            return;
        }
        if (batch.isEmpty()) {
            return;
        }
        Attempt attempt = new Attempt(batch.records(), batch.end());
        lock.lock();
        try {
            if (stopping) {
                return;
            }
            inFlight.add(attempt);
        } finally {
            lock.unlock();
        }
        outlet.deliver(attempt.records, attempt);
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
            failures++;
            lastFailure = new Failure(clock.instant(), DeliveryFault.describe(failure));
        } finally {
            lock.unlock();
        }
    }

    /** Moves the cursor past every attempt at the head that is done. Called under the lock. */
    private void commitHead() {
        Position end = null;
        long before = delivered;
        while (!inFlight.isEmpty() && inFlight.peek().state == State.DONE) {
            Attempt done = inFlight.remove();
            delivered += done.records.size();
            if (done.end != null) {
                end = done.end;
            }
        }
        if (delivered > before) {
            rate.add(clock.instant(), delivered - before);
        }
        if (end != null) {
            lastDelivered = clock.instant();
            try {
                subscription.commit(end);
            } catch (IOException e) {
                // The next commit moves past this one, too; a crash before that repeats a batch.
                LOG.warn("subscriber {} cannot write its cursor: {}", subscription.name(), e.toString());
                failures++;
                lastFailure = new Failure(clock.instant(), DeliveryFault.describe(e));
            }
        }
    }

    /**
     * An event went through: the route and its sink work, so an event that is refused now is refused for a reason of its
     * own. Each suspect gets one more chance. Pings are no proof, as routes leave them out. Called under the lock.
     */
    private void giveSuspectsALastChance() {
        for (Attempt attempt : inFlight) {
            if (attempt.state == State.SUSPECT) {
                attempt.state = State.FAILED;
                attempt.due = Instant.EPOCH;
                attempt.lastChance = true;
            }
        }
    }

    private long underWay() {
        return inFlight.stream()
                .filter(attempt -> attempt.state == State.UNDER_WAY)
                .count();
    }

    private long suspects() {
        return inFlight.stream()
                .filter(attempt -> attempt.state == State.SUSPECT)
                .count();
    }

    private void ended(Attempt attempt, @Nullable Throwable failure) {
        DeliveryFault fault = failure == null ? null : DeliveryFault.of(failure);
        if (failure != null && fault != null) {
            report(attempt, failure, fault);
        }
        boolean givenUp = false;
        lock.lock();
        try {
            if (fault == null || failure instanceof PartlyRefused) {
                attempt.state = State.DONE;
                lastFailure = null;
                if (attempt.isProof()) {
                    giveSuspectsALastChance();
                }
            } else if (fault.isRefusal() && attempt.lastChance) {
                attempt.state = State.DONE;
                givenUp = true;
            } else {
                attempt.failed(fault);
            }
            commitHead();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (failure instanceof PartlyRefused partly) {
            rejectRefused(attempt, partly);
        }
        if (givenUp && failure != null) {
            rejects.rejected(attempt.records.get(0), failure);
        }
    }

    private void rejectRefused(Attempt attempt, PartlyRefused partly) {
        for (JournalRecord record : attempt.records) {
            Throwable reason = partly.refused().get(record.event().eventId());
            if (reason != null) {
                rejects.rejected(record, reason);
            }
        }
    }

    private void report(Attempt attempt, Throwable failure, DeliveryFault fault) {
        recordFailure(failure);
        // What the route's stop cuts short is told once, by who waits for it, not for each batch that was on its way.
        if (attempt.failures == 0 && !isStopping()) {
            LOG.warn(
                    "subscriber {}: delivery of {} from number {} failed, {}: {}",
                    subscription.name(),
                    attempt.records.size() == 1 ? "1 event" : attempt.records.size() + " events",
                    attempt.records.get(0).sequence(),
                    fault.isRefusal() ? "what is refused is looked for" : "to be delivered again",
                    DeliveryFault.describe(failure));
        }
    }

    private enum State {
        UNDER_WAY,
        /** To be handed out again when it is due. */
        FAILED,
        /** One event, refused as often as allowed: it holds up nobody, and is given up when others go through. */
        SUSPECT,
        DONE
    }

    private record Failure(Instant at, String message) {}

    /** One batch on its way, first or again. Its mutable fields are guarded by the delivery's lock. */
    final class Attempt {
        private final List<JournalRecord> records;
        /** Where the cursor goes when this is done; null for all but the last part of a batch that was taken apart. */
        private final @Nullable Position end;

        private State state = State.UNDER_WAY;
        private int failures;
        private int refusals;
        private boolean lastChance;
        private Instant due = Instant.EPOCH;

        private Attempt(List<JournalRecord> records, @Nullable Position end) {
            this.records = records;
            this.end = end;
        }

        /** The delivery has ended: with null if all is delivered. Called once for each time it was handed out. */
        void done(@Nullable Throwable failure) {
            ended(this, failure);
        }

        private boolean isProof() {
            return records.stream().anyMatch(record -> !record.event().isPing());
        }

        private void failed(DeliveryFault fault) {
            failures++;
            state = State.FAILED;
            due = clock.instant().plus(delay());
            if (!fault.isRefusal()) {
                return;
            }
            refusals++;
            if (refusals < settings.maxAttempts()) {
                return;
            }
            if (records.size() > 1) {
                takeApart();
            } else if (suspects() < MAX_SUSPECTS) {
                state = State.SUSPECT;
            }
        }

        private Duration delay() {
            Duration delay = settings.redeliveryDelay();
            for (int i = 1; i < failures && delay.compareTo(settings.maxRedeliveryDelay()) < 0; i++) {
                delay = delay.multipliedBy(2);
            }
            return delay.compareTo(settings.maxRedeliveryDelay()) < 0 ? delay : settings.maxRedeliveryDelay();
        }

        /** Replaces this attempt by one for each event, so that the one that is refused can be told from the others. */
        private void takeApart() {
            List<Attempt> all = new ArrayList<>(inFlight);
            inFlight.clear();
            for (Attempt attempt : all) {
                if (attempt == this) {
                    inFlight.addAll(singles());
                } else {
                    inFlight.add(attempt);
                }
            }
        }

        private List<Attempt> singles() {
            List<Attempt> singles = new ArrayList<>();
            for (int i = 0; i < records.size(); i++) {
                boolean last = i == records.size() - 1;
                Attempt single = new Attempt(List.of(records.get(i)), last ? end : null);
                single.state = State.FAILED;
                singles.add(single);
            }
            return singles;
        }
    }
}
