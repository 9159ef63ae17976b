package io.github.dtstream.stream.standby;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.session.SessionListener;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.session.StreamSession;
import io.github.dtstream.session.handover.EventSink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session, and where its records go: to the stream that is open here, or, before that stream is opened, into a ring. The
 * session starts with the stream, or earlier as that of a standby; then it goes on with the same connection. Thread-safe.
 */
public final class StreamFeed implements AutoCloseable {
    /** The most by which two connections may receive the same record apart. */
    private static final Duration APART = Duration.ofSeconds(10);

    private final StreamSession session;
    /** The records of a standby; null if the session starts with the stream. Written before the session starts. */
    private volatile @Nullable RecordRing ring;
    /** Held while records go into the ring, or from the ring to the stream. */
    private final ReentrantLock turn = new ReentrantLock();
    /** Set under the turn, once, when the ring is empty; read without it for speed. */
    private volatile @Nullable EventSink sink;

    // Guarded by this.
    private @Nullable SessionListener listener;
    /** Since when the session has received everything; null while it does not. */
    private @Nullable Instant completeFrom;

    private boolean isStarted;

    /** Makes a session for a sink and a listener. */
    @FunctionalInterface
    public interface SessionFactory {
        StreamSession create(EventSink sink, List<SessionListener> listeners);
    }

    /** The stream begins with what a feed has. */
    @FunctionalInterface
    public interface Beginning {
        /**
         * @param completeFrom everything that the cloud sent from then on is or will be passed on; empty if that is not
         *     known yet, and the listener will be told
         */
        void from(Optional<Instant> completeFrom);
    }

    public StreamFeed(SessionFactory sessions) {
        session = sessions.create(new Intake(), List.of(new Progress()));
    }

    /** The session, whoever its records go to. */
    public StreamSession session() {
        return session;
    }

    /**
     * Starts the session as that of a standby.
     *
     * @param memory the budget for the records of the ring
     */
    public void standBy(MemoryBudget memory) {
        ring = new RecordRing(memory);
        start();
    }

    private void start() {
        synchronized (this) {
            if (isStarted) {
                return;
            }
            isStarted = true;
        }
        session.start();
    }

    /**
     * Passes on what the ring has, and from then on everything at once. Starts the session if that is not a standby's.
     * Called once. If the stream does not take what the ring has, the session ends: later records must not follow.
     *
     * @param to takes the records; may block
     * @param told listens to the session from now on
     * @param lastLive everything that the cloud sent before was received by the holder before; empty if nothing was
     * @param beginning called before anything is passed on
     */
    public void deliver(EventSink to, SessionListener told, Optional<Instant> lastLive, Beginning beginning) {
        turn.lock();
        try {
            begin(told, beginning);
            RecordRing kept = ring;
            if (kept != null) {
                lastLive.ifPresent(until -> kept.dropUntilPing(until.minus(APART)));
                pass(kept, to, lastLive.orElse(Instant.MIN));
            }
            sink = to;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            session.close();
        } catch (RuntimeException e) {
            session.close();
            throw e;
        } finally {
            drop();
            turn.unlock();
        }
        start();
    }

    private void drop() {
        RecordRing kept = ring;
        if (kept != null) {
            kept.close();
        }
    }

    private synchronized void begin(SessionListener told, Beginning beginning) {
        beginning.from(coverage());
        if (isStarted) {
            SessionState state = session.state();
            if (state instanceof SessionState.Stopped) {
                session.retryNow();
            } else {
                told.stateChanged(state);
            }
        }
        listener = told;
    }

    /**
     * Pings that the holder before has outlived are of no use. An event that was sent before the holder's last one is late, if
     * the holder did not have it: it may have been without a connection, and have received newer events since. Until a ping
     * tells, an event's own time decides.
     */
    static void pass(RecordRing ring, EventSink to, Instant lastLive) throws InterruptedException {
        List<Event> together = new ArrayList<>();
        Instant received = Instant.MIN;
        boolean isPast = true;
        boolean areLate = false;
        for (RecordRing.Kept next = ring.poll(); next != null; next = ring.poll()) {
            Event event = next.event();
            if (event.isPing() && !isAfter(EventTime.of(event), lastLive)) {
                continue;
            }
            isPast &= !event.isPing();
            boolean isLate =
                    isPast && !EventTime.sentNotBefore(event, next.received()).isAfter(lastLive);
            if (!together.isEmpty() && (!next.received().equals(received) || isLate != areLate)) {
                pass(together, areLate, received, to);
                together.clear();
            }
            received = next.received();
            areLate = isLate;
            together.add(event);
        }
        if (!together.isEmpty()) {
            pass(together, areLate, received, to);
        }
    }

    private static void pass(List<Event> events, boolean areLate, Instant received, EventSink to)
            throws InterruptedException {
        if (areLate) {
            to.late(events, received);
        } else {
            to.events(events, received);
        }
    }

    private static boolean isAfter(@Nullable Instant time, Instant other) {
        return time != null && time.isAfter(other);
    }

    /** Since when the ring, or the stream, has everything. */
    private synchronized Optional<Instant> coverage() {
        RecordRing kept = ring;
        Instant dropped = kept == null ? null : kept.droppedUntil();
        return Optional.ofNullable(completeFrom)
                .map(since -> dropped != null && dropped.isAfter(since) ? dropped : since);
    }

    /**
     * Whether this feed has received everything for so long that there is no gap if the stream is opened now, provided that
     * memory has sufficed. To wait longer would not help if it has not.
     *
     * @param silence the longest time for which a holder receives nothing
     */
    synchronized boolean isComplete(Instant now, Duration silence) {
        Instant since = completeFrom;
        return since != null && !since.isAfter(now.minus(APART).minus(silence));
    }

    /** What this feed has as a standby. */
    StandbyStatus status(String stream) {
        RecordRing kept = ring;
        return new StandbyStatus(
                stream,
                session.state(),
                coverage().orElse(null),
                kept == null ? 0 : kept.size(),
                kept == null ? 0 : kept.bytes());
    }

    /** Ends the session. */
    @Override
    public void close() {
        session.close();
        drop();
    }

    /** Takes what the session receives. Called by connection threads, one at a time. */
    private final class Intake implements EventSink {
        @Override
        public void events(List<Event> events, Instant received) throws InterruptedException {
            EventSink open = sink;
            if (open == null) {
                turn.lockInterruptibly();
                try {
                    open = sink;
                    RecordRing kept = ring;
                    if (open == null && kept != null) {
                        events.forEach(event -> kept.add(event, received));
                        return;
                    }
                } finally {
                    turn.unlock();
                }
            }
            Objects.requireNonNull(open).events(events, received);
        }

        /** The holder of the stream receives such a record as well, and rejects it. */
        @Override
        public void rejected(String reason, byte[] record, Instant received) throws InterruptedException {
            EventSink open = sink;
            if (open != null) {
                open.rejected(reason, record, received);
            }
        }

        @Override
        public void truncated() {
            EventSink open = sink;
            if (open != null) {
                open.truncated();
            }
        }
    }

    /** Called by the session's thread. */
    private final class Progress implements SessionListener {
        @Override
        public void stateChanged(SessionState state) {
            if (!tell(told -> told.stateChanged(state)) && state instanceof SessionState.Stopped) {
                session.retryRefused();
            }
        }

        @Override
        public void interrupted(Instant completeUntil, String reason) {
            synchronized (StreamFeed.this) {
                completeFrom = null;
            }
            var unused = tell(told -> told.interrupted(completeUntil, reason));
        }

        @Override
        public void resumed(Instant from, Instant past) {
            synchronized (StreamFeed.this) {
                completeFrom = from;
                var unused = tell(told -> told.resumed(from, past));
            }
        }

        @Override
        public void renewed() {
            var unused = tell(SessionListener::renewed);
        }

        private boolean tell(Consumer<SessionListener> message) {
            SessionListener told;
            synchronized (StreamFeed.this) {
                told = listener;
            }
            if (told != null) {
                message.accept(told);
            }
            return told != null;
        }
    }
}
