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
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
 * <p>What is handed out counts in the memory budget until the cursor has passed it. Where there is no memory for more, less is
 * taken, and nothing while something is on its way; the least is taken whatever there is, so that it always goes on.
 *
 * <p>Threads: {@link #run} is the subscriber's own thread and the only one that hands out; an {@link Acknowledgement} comes
 * from whatever thread the route ends on. All state is guarded by one lock, under which nothing blocks but the write of the
 * small cursor file, and of a line in the reject file.
 */
public final class BatchDelivery implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchDelivery.class);
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);
    /** How much memory each route has in any case: enough for some eighty events. */
    private static final long LEAST_MEMORY = 256 << 10;

    private static final Room NO_ROOM = new Room(0, 0);

    /** Hands events to the route. */
    public interface Dispatcher {
        /** Starts the delivery; the acknowledgement is given when it has ended, perhaps before this returns. */
        void deliver(List<JournalRecord> records, Acknowledgement acknowledgement);
    }

    /** Tells how a delivery goes; from any thread. */
    public interface Acknowledgement {
        /**
         * One of the events has come to its end, before the whole has; may be left out.
         *
         * @param index of the event in the list
         * @param failure null if the event is delivered, whatever becomes of the others
         */
        default void partDone(int index, @Nullable Throwable failure) {}

        /** @param view shows it while it is under way */
        default void isSeenBy(View view) {}

        /**
         * All has come to its end; the first call counts.
         *
         * @param failure null if all is delivered
         */
        void done(@Nullable Throwable failure);
    }

    /** Shows a delivery that is under way; to any thread. */
    public interface View {
        /** Where in the route it is now. */
        String step();

        /** Tells of the events that have come to their end, if they do not tell it by themselves. */
        default void tellEnds() {}

        /**
         * Whether the route has sent all of the events: if the whole ends well, all are delivered then, also those whose end was
         * not told. Only asked at the end.
         */
        default boolean hasSentAll() {
            return false;
        }
    }

    /** Takes an event that is given up. */
    public interface RejectedEvents {
        void rejected(JournalRecord record, String reason);
    }

    private final Subscription subscription;
    private final Dispatcher dispatcher;
    private final RejectedEvents rejects;
    private final SinkFailures sinks;
    private final DeliverySettings settings;
    private final Clock clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final DeliveryWindow window;
    private boolean stopping;
    /** Whether the last write of the cursor failed, so that it stands further back than it may. */
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

    public BatchDelivery(
            Subscription subscription,
            Dispatcher dispatcher,
            RejectedEvents rejects,
            SinkFailures sinks,
            DeliverySettings settings,
            Clock clock,
            MemoryBudget budget) {
        this.subscription = subscription;
        this.dispatcher = dispatcher;
        this.rejects = rejects;
        this.sinks = sinks;
        this.settings = settings;
        this.clock = clock;
        this.window = new DeliveryWindow(settings);
        this.log = new DeliveryLog(subscription.name());
        this.pause = new RequestedPause(clock, sinks);
        this.memory = budget.share(Holder.BATCHES, LEAST_MEMORY);
    }

    /** Delivers until {@link #stop}. What it throws is a fault of ours; called again, it goes on where it was. */
    @Override
    public void run() {
        try {
            takeBackWhatIsNotUnderWay();
            for (Turn turn = nextTurn(); turn != null; turn = nextTurn()) {
                Attempt attempt = turn.again() == null ? take(turn.room()) : turn.again();
                if (attempt != null) {
                    handOut(attempt);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            recordFailure(e);
            throw e;
        }
    }

    /** After an Error between any two steps, an event may count as handed out although nobody will tell its end. */
    private void takeBackWhatIsNotUnderWay() {
        lock.lock();
        try {
            Set<Attempt> known = new HashSet<>();
            underWay.forEach(handedOut -> known.add(handedOut.attempt));
            window.takeBackAllBut(known);
        } finally {
            lock.unlock();
        }
    }

    /** Hands out no more; what is on its way may still end and move the cursor. */
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

    /** Moves the cursor past what is known to be delivered of what is still on its way. */
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

    /** Waits until nothing that was handed out is on its way any more. */
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

    /** What there is to say about this subscriber; an immutable snapshot. */
    public DeliveryStatus status() {
        lock.lock();
        try {
            Instant now = clock.instant();
            return tally.status(subscription.name(), subscription.lag(), window.events(), overdue(now), now);
        } finally {
            lock.unlock();
        }
    }

    /** Logs a batch that takes far too long, and later that it has ended. Called now and then, by any thread. */
    public void tellOverdue() {
        lock.lock();
        try {
            Instant now = clock.instant();
            log.waits(stopping ? null : overdue(now), now);
        } finally {
            lock.unlock();
        }
    }

    /** What has been under way for longest without a sign of life, if that is far too long. Called under the lock. */
    private @Nullable Overdue overdue(Instant now) {
        HandedOut longest = null;
        for (HandedOut one : underWay) {
            one.view.tellEnds();
            if (longest == null || one.lastEnd < longest.lastEnd) {
                longest = one;
            }
        }
        if (longest == null) {
            return null;
        }
        Instant since = Instant.ofEpochMilli(longest.lastEnd);
        return pace.isOverdue(since, now) ? new Overdue(since, pace.usual(), longest.view.step()) : null;
    }

    /**
     * What to do next.
     *
     * @param again what is to be handed out again; null if something new is
     * @param room how much that is new may be taken
     */
    private record Turn(@Nullable Attempt again, Room room) {}

    /** Waits while nothing is due and the window is full; null if it is time to stop. */
    private @Nullable Turn nextTurn() throws InterruptedException {
        lock.lock();
        try {
            while (!stopping) {
                Instant now = clock.instant();
                Attempt again = window.takeDue(now);
                if (again != null) {
                    return new Turn(again, NO_ROOM);
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

    /** As much of the room as there is memory for. */
    private Room withinMemory(Room room) {
        if (room.events() == 0 || polled != null) {
            return room;
        }
        long most = DeliveryWindow.heapBytes(room.events(), room.bytes());
        long least = Math.min(most, LEAST_MEMORY);
        // What a route that has nothing to do waits with is taken from nobody.
        boolean more = subscription.lag() > window.events();
        reserved = memory.tryAcquire(least, more ? most : least);
        if (reserved == 0 && underWay.isEmpty()) {
            reserved = least;
            settleMemory();
        }
        return reserved == 0 ? NO_ROOM : DeliveryWindow.within(room, reserved);
    }

    /** Gives back what is not needed any more. Called under the lock. */
    private void settleMemory() {
        if (stopping && underWay.isEmpty()) {
            memory.close();
        } else {
            memory.set(window.heapBytes() + reserved);
        }
    }

    /** Takes so much at most; null if there are none, or it is time to stop. */
    private @Nullable Attempt take(Room room) throws InterruptedException {
        try {
            if (polled == null) {
                polled = subscription.poll(room.events(), room.bytes(), POLL_TIMEOUT);
            }
        } catch (IOException e) {
            LOG.warn("subscriber {} cannot read the journal, trying again: {}", subscription.name(), e.toString());
            recordFailure(e);
            pause(settings.diskDelay());
            return null;
        }
        lock.lock();
        try {
            Attempt attempt = polled.isEmpty() || stopping ? null : window.add(polled);
            polled = null;
            return attempt;
        } finally {
            reserved = 0;
            settleMemory();
            lock.unlock();
        }
    }

    private void handOut(Attempt attempt) {
        HandedOut handedOut = new HandedOut(attempt);
        lock.lock();
        try {
            underWay.add(handedOut);
        } finally {
            lock.unlock();
        }
        try {
            dispatcher.deliver(handedOut.ends.records(), handedOut);
        } catch (Throwable e) {
            handedOut.done(e);
            throw e;
        }
    }

    /** Attempts whose end has not been told, with what is known of their parts. */
    private final class HandedOut implements Acknowledgement {
        private final Attempt attempt;
        private final PartEnds ends;
        private final Instant begun = clock.instant();
        /** When the last sign of life was seen, in milliseconds since 1970. */
        private volatile long lastEnd = begun.toEpochMilli();

        private volatile View view = () -> "the route";

        HandedOut(Attempt attempt) {
            this.attempt = attempt;
            this.ends = new PartEnds(attempt.records());
        }

        @Override
        public void partDone(int index, @Nullable Throwable failure) {
            if (ends.note(index, failure)) {
                lastEnd = clock.millis();
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

    private void recordFailure(Throwable failure) {
        lock.lock();
        try {
            tally.failed(FailureText.of(failure, sinks), clock.instant());
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
            Instant now = clock.instant();
            if (failure instanceof PartlyRefused partly) {
                attempt.records().forEach(record -> {
                    Throwable reason = partly.refused().get(record.event().eventId());
                    if (reason != null) {
                        reject(record, FailureText.of(reason, sinks), now);
                    }
                });
                delivered(attempt, now);
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
            // Its end is told once: what is not done by now is handed out again.
            takeBackWhatIsNotUnderWay();
            changed.signalAll();
            throw e;
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

    private void failed(HandedOut handedOut, Throwable failure, Instant now) {
        Attempt attempt = handedOut.attempt;
        Setback setback = Setback.of(DeliveryFault.of(failure, sinks), handedOut.ends, sinks);
        String reason = FailureText.of(failure, sinks);
        if (window.givesUp(attempt, setback)) {
            tally.failed(reason, now);
            reject(attempt.records().get(0), reason, now);
            window.givenUp(attempt);
            // It is given up only where others go through, so the sink is well.
            tally.recovered();
            log.recovered(now);
            return;
        }
        window.failed(attempt, setback, pause.of(failure), now);
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
            // What the route's stop cuts short is told once, by who waits for it, not for each batch that was on its
            // way.
            log.failed(attempt.records(), reason, fault.isRefusal(), now);
        }
    }

    /** Before it counts as done: a crash or an Error in between sets it aside twice rather than never. */
    private void reject(JournalRecord record, String reason, Instant now) {
        tally.refused(reason, now);
        log.rejected(record, reason, now);
        rejects.rejected(record, reason);
    }
}
