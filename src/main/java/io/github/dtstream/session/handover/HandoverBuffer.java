package io.github.dtstream.session.handover;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.session.connection.RecordSink;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the records of a successor until its predecessor has certainly delivered everything that was sent before the
 * successor's first record. Then passes them on in order, and passes later records on at once. The proof is one of
 * these:
 *
 * <ul>
 *   <li>The predecessor also passed on the successor's first event: everything that was sent before that event came to
 *       the predecessor before it. This is not used if the two have different filters.
 *   <li>After the successor had received its first record, the predecessor passed on a ping that was sent later than the
 *       successor's first ping. An event's timestamp is no proof, as an event may be sent later than its timestamp, for a
 *       sensor that was offline by days.
 * </ul>
 *
 * <p>Thread-safe: the successor's reader adds records, the predecessor's reader shows what it passed on, the session's
 * thread watches, and a separate thread releases.
 */
public final class HandoverBuffer implements RecordSink {
    /** How many events may be held: fewer than a journal remembers in any case, so that each of them is recognised. */
    public static final int MAX_EVENTS = 8_000;

    /** How many bytes of events may be held. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    /** How many of the predecessor's events are remembered, to look for the successor's first event. */
    private static final int MAX_REMEMBERED = 20_000;

    /** The memory of a held record in addition to its event or bytes, and the memory of each identifier. */
    private static final long RECORD_BYTES = 64;

    private static final long IDENTIFIER_BYTES = 150;

    private final SerializedSink sink;
    private final boolean sameFilters;
    private final Consumer<HandoverBuffer> due;
    private final MemoryShare memory;

    /** Set once, under the monitor, when nothing is held any more; read without the monitor for speed. */
    private volatile boolean open;

    // All fields below are guarded by this.
    private final Deque<Held> held = new ArrayDeque<>();
    private final Set<String> passed = new LinkedHashSet<>();
    private long heldBytes;
    private @Nullable String firstEventId;
    private @Nullable Instant firstPing;
    private boolean proof;
    private boolean discarded;

    /**
     * @param sink takes all records in the end
     * @param sameFilters whether both connections have the same filters
     * @param due called on the thread that brings the proof, or that waits as no more can be held
     * @param memory the share for held records; only for this buffer until nothing is held any more
     */
    public HandoverBuffer(SerializedSink sink, boolean sameFilters, Consumer<HandoverBuffer> due, MemoryShare memory) {
        this.sink = sink;
        this.sameFilters = sameFilters;
        this.due = due;
        this.memory = memory;
        memory.set(0);
    }

    @Override
    public void received(Received records) throws InterruptedException {
        List<Event> events = records.events();
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            if (open || !hold(new Held(event, null, event.json(), records.at()))) {
                sink.received(records.from(i));
                return;
            }
        }
    }

    @Override
    public void rejected(String reason, byte[] record, Instant received) throws InterruptedException {
        if (open || !hold(new Held(null, reason, record, received))) {
            sink.rejected(reason, record, received);
        }
    }

    @Override
    public void truncated() {
        sink.truncated();
    }

    /** Shows what the predecessor has passed on, in this order. */
    public void predecessorPassed(List<Event> events) {
        for (Event event : events) {
            if (passedProves(event)) {
                due.accept(this);
            }
        }
    }

    /** Whether nothing can have been lost between the two. */
    public synchronized boolean isProven() {
        return proof;
    }

    /** Passes the held records on, in order, and lets later ones pass. Called once, when the predecessor has ended. */
    public void release() throws InterruptedException {
        sink.exclusively(() -> {
            for (Held next = oldest(); next != null; next = afterOldest()) {
                pass(next);
            }
        });
    }

    /** Drops held and later records, as the predecessor continues instead of the successor. */
    public synchronized void discard() {
        discarded = true;
        memory.set(0);
        notifyAll();
    }

    private void pass(Held item) throws InterruptedException {
        if (item.event() != null) {
            sink.received(Received.of(List.of(item.event()), item.received()));
        } else {
            sink.rejected(String.valueOf(item.reason()), item.bytes(), item.received());
        }
    }

    private boolean hold(Held item) throws InterruptedException {
        boolean proves;
        synchronized (this) {
            boolean hasRoom = hasRoomFor(item);
            if (!hasRoom) {
                due.accept(this);
            }
            while (!open && !discarded && !hasRoom) {
                wait();
                hasRoom = hasRoomFor(item);
            }
            if (open || discarded) {
                memory.set(0);
                return discarded;
            }
            held.add(item);
            heldBytes += item.bytes().length;
            proves = item.event() != null && heldProves(item.event());
        }
        if (proves) {
            due.accept(this);
        }
        return true;
    }

    private boolean hasRoomFor(Held item) {
        return held.size() < MAX_EVENTS && heldBytes < MAX_BYTES && memory.tryAcquire(item.heapBytes());
    }

    private synchronized @Nullable Held oldest() {
        Held oldest = held.peek();
        if (oldest == null) {
            open = true;
            passed.clear();
            memory.set(0);
        }
        return oldest;
    }

    private synchronized @Nullable Held afterOldest() {
        Held passedOn = held.remove();
        heldBytes -= passedOn.bytes().length;
        memory.release(passedOn.heapBytes());
        notifyAll();
        return oldest();
    }

    private boolean heldProves(Event event) {
        if (event.isPing()) {
            firstPing = firstPing == null ? EventTime.of(event) : firstPing;
            return false;
        }
        if (firstEventId != null || !sameFilters) {
            return false;
        }
        firstEventId = event.eventId();
        return passed.contains(firstEventId) && prove();
    }

    private synchronized boolean passedProves(Event event) {
        if (event.isPing()) {
            Instant sent = EventTime.of(event);
            return firstPing != null && sent != null && sent.isAfter(firstPing) && prove();
        }
        if (firstEventId != null) {
            return event.eventId().equals(firstEventId) && prove();
        }
        if (sameFilters) {
            remember(event.eventId());
        }
        return false;
    }

    private void remember(String eventId) {
        boolean isFull = passed.size() >= MAX_REMEMBERED || !memory.tryAcquire(IDENTIFIER_BYTES);
        if (isFull && !passed.isEmpty()) {
            passed.remove(passed.iterator().next());
        }
        passed.add(eventId);
    }

    private boolean prove() {
        boolean news = !proof;
        proof = true;
        return news;
    }

    /** An event, or a rejected record with its reason. */
    private record Held(@Nullable Event event, @Nullable String reason, byte[] bytes, Instant received) {
        long heapBytes() {
            return RECORD_BYTES + (event == null ? bytes.length : event.heapBytes());
        }
    }
}
