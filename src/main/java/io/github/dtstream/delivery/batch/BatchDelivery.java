package io.github.dtstream.delivery.batch;

import io.github.dtstream.delivery.DeliveryFault;
import io.github.dtstream.delivery.FailureText;
import io.github.dtstream.delivery.PartlyRefused;
import io.github.dtstream.delivery.RequestedPause;
import io.github.dtstream.delivery.SinkFailures;
import io.github.dtstream.delivery.batch.DeliveryWindow.Attempt;
import io.github.dtstream.delivery.batch.DeliveryWindow.Room;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.time.SteadyClock;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one subscriber's events: takes them from the journal, hands them to the route in order, and moves the cursor
 * past them when they and all earlier ones are done. At any time at most {@code maxBatchSize} events are handed out
 * that the cursor has not passed, in {@code maxInflightExchanges} exchanges: these are the events that a crash repeats.
 *
 * <p>Failed events are handed out again, unchanged, after a delay, without limit; later events that were already handed
 * out are not repeated. If an exchange is refused repeatedly, for a reason that is not the sink's absence, its events
 * are handed out one by one. An event that is refused alone delays no others, and goes to the reject file when others
 * are delivered, or none will follow. While none are, the route counts as broken, and the events wait until it is repaired. While the reject
 * file does not take it, the event is tried again and again, and all wait for it: the cursor never passes an event that is
 * neither delivered nor in the file.
 *
 * <p>Handed-out events count in the memory budget until the cursor has passed them; of several exchanges in a row that are
 * delivered and wait for an earlier one, only the number of events is kept, which counts nothing. If memory is short, fewer are
 * taken, and none while others are in the route. A minimum is always taken, so that the delivery continues in any case.
 *
 * <p>Threads: {@link #run} is the subscriber's own thread, and only this thread hands out. Any thread on which the
 * route ends calls an {@link Acknowledgement}. One lock guards all state. Under it nothing blocks except the writes of
 * the small cursor file, and of lines in the reject file.
 */
public final class BatchDelivery implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchDelivery.class);
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);
    /** The memory that each route has in any case: enough for about eighty events. */
    private static final long LEAST_MEMORY = 256 << 10;

    private static final Room NO_ROOM = new Room(0, 0);

    /** Hands events to the route. */
    public interface Dispatcher {
        /** Starts the delivery; the acknowledgement is called when it has ended, possibly before this returns. */
        void deliver(List<JournalRecord> records, Acknowledgement acknowledgement);
    }

    /** Reports the progress of a delivery; called by any thread. */
    public interface Acknowledgement {
        /**
         * An event has ended before the whole; may be left out.
         *
         * @param index the index of the event in the list
         * @param failure null if the event is delivered, whatever happens to the others
         */
        default void partDone(int index, @Nullable Throwable failure) {}

        /** @param view shows the running delivery */
        default void isSeenBy(View view) {}

        /**
         * Everything has ended; the first call counts.
         *
         * @param failure null if everything is delivered
         */
        void done(@Nullable Throwable failure);
    }

    /** Shows a running delivery; called by any thread. */
    public interface View {
        /** The present step of the route. */
        String step();

        /** Reports the events that have ended, if they do not report that themselves. */
        default void tellEnds() {}

        /**
         * Whether the route has sent all events. If so, and the whole succeeds, all are delivered, also those whose end
         * was not reported. Only called at the end.
         */
        default boolean hasSentAll() {
            return false;
        }
    }

    /** Takes events that are given up. */
    public interface RejectedEvents {
        /**
         * Keeps events durably, so that the cursor may pass them.
         *
         * @param reasons by event, in order
         * @throws IOException if they are not kept; they are handed out again then
         */
        void rejected(Map<JournalRecord, String> reasons) throws IOException;
    }

    private final Subscription subscription;
    private final Dispatcher dispatcher;
    private final RejectedEvents rejects;
    private final SinkFailures sinks;
    private final DeliverySettings settings;
    private final Clock clock;
    /** The time for all that is waited for, as {@link #clock} may be corrected by hours. */
    private final SteadyClock steady;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final DeliveryWindow window;
    private boolean stopping;
    /** Whether the last write of the cursor failed, so that it is behind. */
    private boolean cursorIsBehind;
    /** The memory that was acquired for events that are being polled; guarded by the lock. */
    private long reserved;

    private final Set<HandedOut> underWay = new HashSet<>();

    private final DeliveryTally tally = new DeliveryTally();
    private final UsualDuration pace = new UsualDuration();
    private final DeliveryLog log;
    private final RequestedPause pause;
    private final MemoryShare memory;

    /** Events that were read from the journal and are not in the window yet. Owned by the subscriber's thread. */
    private @Nullable Batch polled;

    /**
     * @param clock the time that people see, which may be corrected
     * @param ticker measures delays and durations
     */
    public BatchDelivery(
            Subscription subscription,
            Dispatcher dispatcher,
            RejectedEvents rejects,
            SinkFailures sinks,
            DeliverySettings settings,
            Clock clock,
            Ticker ticker,
            MemoryBudget budget) {
        this.subscription = subscription;
        this.dispatcher = dispatcher;
        this.rejects = rejects;
        this.sinks = sinks;
        this.settings = settings;
        this.clock = clock;
        this.steady = new SteadyClock(clock, ticker);
        this.window = new DeliveryWindow(settings);
        this.log = new DeliveryLog(subscription.name());
        this.pause = new RequestedPause(clock, sinks);
        this.memory = budget.share(Holder.BATCHES, LEAST_MEMORY);
    }

    /** Delivers until {@link #stop}. An exception means a defect of this class; the next call continues. */
    @Override
    public void run() {
        try {
            takeBackWhatIsNotUnderWay();
            for (Turn turn = nextTurn(); turn != null; turn = nextTurn()) {
                HandedOut next = turn.again() == null ? take(turn.room()) : turn.again();
                if (next != null) {
                    handOut(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            recordFailure(e);
            throw e;
        }
    }

    /** After an Error between two steps, an event may count as handed out although nobody will report its end. */
    private void takeBackWhatIsNotUnderWay() {
        lock.lock();
        try {
            // only this thread hands out
            underWay.removeIf(handedOut -> !handedOut.isInTheRoute);
            takeBackAllBut(underWay);
        } finally {
            lock.unlock();
        }
    }

    /** Called under the lock. */
    private void takeBackAllBut(Set<HandedOut> left) {
        Set<Attempt> known = new HashSet<>();
        left.forEach(handedOut -> known.add(handedOut.attempt));
        window.takeBackAllBut(known);
    }

    /** Stops handing out; running exchanges may still end and move the cursor. */
    public void stop() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
            settleMemory();
        } finally {
            lock.unlock();
        }
    }

    /** Moves the cursor past events of running exchanges that are known to be delivered. */
    public void keepProgress() {
        lock.lock();
        try {
            underWay.forEach(handedOut -> {
                handedOut.view.tellEnds();
                window.noteDelivered(handedOut.attempt, handedOut.ends.delivered());
            });
            advanceCursor();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no handed-out event is in the route any more. */
    public boolean awaitIdle(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!underWay.isEmpty()) {
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

    /** The state of this subscriber; an immutable snapshot. */
    public DeliveryStatus status() {
        lock.lock();
        try {
            Instant now = steady.instant();
            return tally.status(subscription.name(), subscription.lag(), window.events(), overdue(now), now)
                    .shownIn(steady::shown);
        } finally {
            lock.unlock();
        }
    }

    /** Logs a batch that takes far too long, and later that it has ended. Called at intervals, by any thread. */
    public void tellOverdue() {
        lock.lock();
        try {
            Instant now = steady.instant();
            log.waits(stopping ? null : overdue(now), now);
        } finally {
            lock.unlock();
        }
    }

    /** The exchange that has shown no progress for longest, if that is far too long. Called under the lock. */
    private @Nullable Overdue overdue(Instant now) {
        HandedOut longest = null;
        for (HandedOut one : underWay) {
            one.view.tellEnds();
            if (longest == null || one.lastEnd.isBefore(longest.lastEnd)) {
                longest = one;
            }
        }
        if (longest == null) {
            return null;
        }
        Instant since = longest.lastEnd;
        return pace.isOverdue(since, now) ? new Overdue(since, pace.usual(), longest.view.step()) : null;
    }

    /**
     * The next action.
     *
     * @param again the events to hand out again, which count as under way; null to hand out new ones
     * @param room how many new ones may be taken
     */
    private record Turn(@Nullable HandedOut again, Room room) {}

    /** Waits while nothing is due and the window is full; null if the delivery must stop. */
    private @Nullable Turn nextTurn() throws InterruptedException {
        lock.lock();
        try {
            while (!stopping) {
                if (polled == null && subscription.isExhausted()) {
                    window.nothingFollows();
                }
                Instant now = steady.instant();
                Attempt again = window.takeDue(now);
                if (again != null) {
                    return new Turn(underWay(again), NO_ROOM);
                }
                Duration wait = window.untilFailedIsDue(now);
                if (wait != null) {
                    changed.awaitNanos(Math.min(wait.toNanos(), TimeUnit.SECONDS.toNanos(1)));
                } else if (cursorIsBehind) {
                    changed.awaitNanos(settings.diskDelay().toNanos());
                    advanceCursor();
                    settleMemory();
                } else {
                    Room room = withinMemory(window.room());
                    if (room.events() > 0) {
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

    /** The part of the room for which there is memory. */
    private Room withinMemory(Room room) {
        if (room.events() == 0 || polled != null) {
            return room;
        }
        long most = DeliveryWindow.heapBytes(room.events(), room.bytes());
        long least = Math.min(most, LEAST_MEMORY);
        // An idle route acquires only its minimum, so that it takes memory from nobody.
        boolean more = subscription.lag() > window.events();
        reserved = memory.tryAcquire(least, more ? most : least);
        if (reserved == 0 && underWay.isEmpty()) {
            reserved = least;
            settleMemory();
        }
        return reserved == 0 ? NO_ROOM : DeliveryWindow.within(room, reserved);
    }

    /** Releases memory that is not needed any more. Called under the lock. */
    private void settleMemory() {
        if (stopping && underWay.isEmpty()) {
            memory.close();
        } else {
            memory.set(window.heapBytes() + reserved);
        }
    }

    /** Takes at most as much as fits; null if there are no events, or the delivery must stop. */
    private @Nullable HandedOut take(Room room) throws InterruptedException {
        try {
            if (polled == null) {
                polled = subscription.poll(room.events(), room.bytes(), POLL_TIMEOUT);
            }
        } catch (IOException e) {
            LOG.warn("subscriber {} cannot read the journal, trying again: {}", subscription.name(), e.toString());
            notPolled(e);
            pause(settings.diskDelay());
            return null;
        }
        lock.lock();
        try {
            HandedOut taken = polled.isEmpty() || stopping ? null : underWay(window.add(polled));
            polled = null;
            return taken;
        } finally {
            reserved = 0;
            settleMemory();
            lock.unlock();
        }
    }

    /**
     * Counts an attempt as under way. Called under the same lock as the decision to hand it out, so that whoever stops the
     * delivery waits for it.
     */
    private HandedOut underWay(Attempt attempt) {
        HandedOut handedOut = new HandedOut(attempt);
        underWay.add(handedOut);
        return handedOut;
    }

    private void handOut(HandedOut handedOut) {
        handedOut.isInTheRoute = true;
        try {
            dispatcher.deliver(handedOut.ends.records(), handedOut);
        } catch (Throwable e) {
            handedOut.done(e);
            throw e;
        }
    }

    /** An attempt whose end has not been reported, with the known results of its events. */
    private final class HandedOut implements Acknowledgement {
        private final Attempt attempt;
        private final PartEnds ends;
        private final Instant begun = steady.instant();
        /** The time of the last progress. */
        private volatile Instant lastEnd = begun;

        /** Whether the route has it, or may have it. */
        private volatile boolean isInTheRoute;

        private volatile View view = () -> "the route";

        HandedOut(Attempt attempt) {
            this.attempt = attempt;
            this.ends = new PartEnds(attempt.records());
        }

        @Override
        public void partDone(int index, @Nullable Throwable failure) {
            if (ends.note(index, failure)) {
                lastEnd = steady.instant();
            }
        }

        @Override
        public void isSeenBy(View shown) {
            view = shown;
        }

        @Override
        public void done(@Nullable Throwable failure) {
            ended(this, failure);
        }
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

    private void notPolled(IOException failure) {
        lock.lock();
        try {
            recordFailure(failure);
            reserved = 0;
            settleMemory();
        } finally {
            lock.unlock();
        }
    }

    private void recordFailure(Throwable failure) {
        lock.lock();
        try {
            tally.failed(FailureText.of(failure, sinks), steady.instant());
        } finally {
            lock.unlock();
        }
    }

    /** Moves the cursor past all leading events that are done. Called under the lock. */
    private void advanceCursor() {
        Position reached = window.reached();
        if (reached == null) {
            return;
        }
        Instant now = steady.instant();
        try {
            subscription.commit(reached);
        } catch (IOException e) {
            // A crash would repeat the events after the cursor, so they stay in the window until the cursor is written.
            if (!cursorIsBehind) {
                LOG.warn("subscriber {} cannot write its cursor, trying again: {}", subscription.name(), e.toString());
            }
            cursorIsBehind = true;
            tally.failed(FailureText.of(e, sinks), now);
            return;
        }
        cursorIsBehind = false;
        tally.passed(window.passed(reached), now);
    }

    private void ended(HandedOut handedOut, @Nullable Throwable failure) {
        lock.lock();
        try {
            if (!underWay.remove(handedOut)) {
                return;
            }
            Attempt attempt = handedOut.attempt;
            Instant now = steady.instant();
            if (failure instanceof PartlyRefused partly) {
                deliveredExcept(partly, handedOut, now);
            } else if (failure != null) {
                failed(handedOut, failure, now);
            } else if (handedOut.ends.isInTheMiddle() && !handedOut.view.hasSentAll()) {
                window.partlyDelivered(attempt, handedOut.ends.delivered());
            } else {
                pace.took(Duration.between(handedOut.begun, now));
                delivered(attempt, now);
            }
            advanceCursor();
            settleMemory();
            changed.signalAll();
        } catch (Throwable e) {
            // The end is reported only once, so everything that is not done by now is handed out again.
            takeBackAllBut(underWay);
            changed.signalAll();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The sink took all but these. It works if it took others beside them; if it took none, it may be wrong itself, so that is a
     * failure like any other.
     */
    private void deliveredExcept(PartlyRefused partly, HandedOut handedOut, Instant now) {
        Attempt attempt = handedOut.attempt;
        Map<JournalRecord, String> refused = new LinkedHashMap<>();
        Set<Long> done = new HashSet<>();
        attempt.records().forEach(record -> {
            Throwable reason = partly.refused().get(record.event().eventId());
            if (reason == null) {
                done.add(record.sequence());
            } else {
                refused.put(record, FailureText.of(reason, sinks));
            }
        });
        if (refused.isEmpty()) {
            delivered(attempt, now);
            return;
        }
        Setback setback = Setback.refused(refused.keySet(), done);
        String reason = refused.values().iterator().next();
        if (!attempt.areRefusedBesideOthers(setback)) {
            failed(attempt, setback, reason, Duration.ZERO, now);
        } else if (reject(refused, now)) {
            window.noteDelivered(attempt, done);
            givenUp(attempt, now);
        } else {
            window.notRejected(attempt, setback, now);
        }
    }

    private void delivered(Attempt attempt, Instant now) {
        if (attempt.isProof() || attempt.hasFailed()) {
            recovered(now);
        }
        window.delivered(attempt);
    }

    /** Events are given up only if others are delivered, so the sink works. */
    private void givenUp(Attempt attempt, Instant now) {
        window.givenUp(attempt);
        recovered(now);
    }

    private void recovered(Instant now) {
        tally.recovered();
        log.recovered(now);
    }

    private void failed(HandedOut handedOut, Throwable failure, Instant now) {
        Setback setback = Setback.of(DeliveryFault.of(failure, sinks), handedOut.ends, sinks);
        failed(handedOut.attempt, setback, FailureText.of(failure, sinks), pause.of(failure), now);
    }

    private void failed(Attempt attempt, Setback setback, String reason, Duration pause, Instant now) {
        if (window.givesUp(attempt, setback)) {
            if (!reject(Map.of(attempt.records().get(0), reason), now)) {
                window.notRejected(attempt, setback, now);
                return;
            }
            tally.failed(reason, now);
            givenUp(attempt, now);
            return;
        }
        window.failed(attempt, setback, pause, now);
        if (attempt.hasProgressed()) {
            tally.recovered();
        }
        if (!attempt.records().isEmpty()) {
            tally.failed(reason, now);
            noteInLog(attempt, reason, setback.fault(), now);
        }
    }

    private void noteInLog(Attempt attempt, String reason, DeliveryFault fault, Instant now) {
        if (!stopping) {
            // If the route's stop interrupts batches, the stop itself reports that once, not each batch.
            log.failed(attempt.records(), reason, fault.isRefusal(), now);
        }
    }

    /**
     * Called before the events count as done: after a crash or an Error in between, they are rejected twice instead of
     * never.
     *
     * @return whether they are in the reject file; if not, they must be handed out again
     */
    private boolean reject(Map<JournalRecord, String> reasons, Instant now) {
        try {
            rejects.rejected(reasons);
        } catch (IOException e) {
            String reason = "the reject file does not take what is refused: " + e.getMessage() + " (refused, because: "
                    + reasons.values().iterator().next() + ")";
            tally.failed(reason, now);
            if (!stopping) {
                log.failed(List.copyOf(reasons.keySet()), reason, false, now);
            }
            return false;
        }
        reasons.forEach((record, reason) -> {
            tally.refused(reason, clock.instant());
            log.rejected(record, reason, now);
        });
        return true;
    }
}
