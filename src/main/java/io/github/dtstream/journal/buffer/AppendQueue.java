package io.github.dtstream.journal.buffer;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.record.EventIdHash;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.RecentEventIds;
import io.github.dtstream.journal.record.RecordEncoder;
import io.github.dtstream.memory.MemoryShare;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The records that were appended and are not on disk yet: any thread adds, the commit thread takes. Numbers the
 * records, and refuses events that are known. Its lock guards every field. Under it, the locks of the memory budget and
 * of tails that release memory may be taken.
 *
 * <p>An added event has acquired its memory before, and releases it when it is written. So progress of the disk ends a
 * wait for memory, as it ends a wait for room in the queue.
 */
public final class AppendQueue {
    private static final long SECONDS_A_DAY = 86_400;
    private static final long NOT_FOR_EVENTS = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition room = lock.newCondition();

    private final RecordEncoder encoder = new RecordEncoder();
    private final Deque<Chunk> waiting = new ArrayDeque<>();
    private final RecentEventIds recent;
    private final long maxPendingBytes;
    private final long chunkBytes;
    private final MemoryShare memory;
    /** The array of a chunk that is on disk, for the next chunk; null while nothing waits. */
    private byte @Nullable [] spareRoom;

    private long nextSequence;
    private @Nullable Instant lastReceived;
    private long pendingBytes;
    private long duplicates;
    /** How much has to be pending for the taker to be woken; {@link #NOT_FOR_EVENTS} if it does not wait for events. */
    private long takerBytes = NOT_FOR_EVENTS;

    private boolean takerWanted;
    private boolean closed;

    public AppendQueue(
            RecentEventIds recent,
            long nextSequence,
            @Nullable Instant lastReceived,
            JournalSettings settings,
            MemoryShare memory) {
        this.recent = recent;
        this.nextSequence = nextSequence;
        this.lastReceived = lastReceived;
        maxPendingBytes = settings.maxPendingBytes();
        chunkBytes = settings.segmentBytes();
        this.memory = memory;
    }

    /**
     * Adds events in order; waits while the queue is full. Returns the number of events that were not known.
     *
     * @param known takes the indices of known events, under the lock
     */
    public int append(List<Event> events, Source source, Instant received, IntConsumer known)
            throws InterruptedException {
        long spare = 0;
        EventIdHash[] ids = new EventIdHash[events.size()];
        for (int i = 0; i < ids.length; i++) {
            Event event = events.get(i);
            spare += Chunk.heapBytes(event);
            ids[i] = EventIdHash.of(event.eventId());
        }
        memory.acquire(spare);
        int added = 0;
        try {
            lock.lockInterruptibly();
            try {
                recent.anticipate(ids);
                for (int i = 0; i < ids.length; i++) {
                    Event event = events.get(i);
                    if (append(event, ids[i], source, received)) {
                        added++;
                        spare -= Chunk.heapBytes(event);
                    } else {
                        known.accept(i);
                    }
                }
            } finally {
                signalTaker();
                lock.unlock();
            }
        } finally {
            memory.release(spare);
        }
        return added;
    }

    private boolean append(Event event, EventIdHash id, Source source, Instant received) throws InterruptedException {
        while (true) {
            requireOpen();
            if (recent.contains(id)) {
                duplicates++;
                return false;
            }
            if (pendingBytes < maxPendingBytes) {
                break;
            }
            signalTaker();
            room.await();
        }
        // If a step fails for lack of memory, the event is in the queue and known, or neither.
        recent.makeRoom();
        add(event, source, notBeforeLast(received));
        recent.add(id);
        return true;
    }

    private void signalTaker() {
        if (!waiting.isEmpty() && pendingBytes >= takerBytes) {
            work.signal();
        }
    }

    private void add(Event event, Source source, Instant received) {
        long day = Math.floorDiv(received.getEpochSecond(), SECONDS_A_DAY);
        Chunk last = waiting.peekLast();
        boolean fits = last != null && last.day() == day && last.length() < chunkBytes && last.hasRoomFor(event);
        Chunk chunk = fits ? last : begin(day);
        int before = chunk.length();
        chunk.add(new JournalRecord(nextSequence, received, source, event), encoder);
        if (!fits) {
            waiting.addLast(chunk);
        }
        pendingBytes += chunk.length() - before;
        nextSequence++;
        lastReceived = received;
    }

    private Chunk begin(long day) {
        byte[] room = spareRoom;
        spareRoom = null;
        return room == null ? new Chunk(day) : new Chunk(day, room);
    }

    private Instant notBeforeLast(Instant received) {
        if (lastReceived != null && received.isBefore(lastReceived)) {
            return lastReceived;
        }
        return received.truncatedTo(ChronoUnit.MICROS);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the journal is closed");
        }
    }

    /**
     * Waits until so much is pending, the queue is full or closed, {@link #wakeTaker} is called, or the time is over. Takes
     * nothing.
     *
     * @param bytes of records
     * @return whether so much is pending, or no more comes for the moment
     */
    public boolean gather(long bytes, long timeoutNanos) throws InterruptedException {
        long enough = Math.min(bytes, maxPendingBytes);
        lock.lock();
        try {
            awaitAsTaker(() -> pendingBytes >= enough || closed, enough, timeoutNanos);
            return pendingBytes >= enough || closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Everything that waits, in order; empty if nothing came in time, the queue was closed, or {@link #wakeTaker} was
     * called.
     */
    public List<Chunk> take(long timeoutNanos) throws InterruptedException {
        lock.lock();
        try {
            awaitAsTaker(() -> !waiting.isEmpty() || closed, 0, timeoutNanos);
            List<Chunk> taken = new ArrayList<>(waiting);
            waiting.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Makes the thread in {@link #take} or {@link #gather} return soon. */
    public void wakeTaker() {
        lock.lock();
        try {
            takerWanted = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Pauses the taker while the disk is full; returns early when the queue is closed or {@link #wakeTaker} is called. */
    public void pauseTaker(long nanos) throws InterruptedException {
        lock.lock();
        try {
            boolean closedBefore = closed;
            awaitAsTaker(() -> closed != closedBefore, NOT_FOR_EVENTS, nanos);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until this holds, {@link #wakeTaker} was called, or the time is over. Called under the lock. */
    private void awaitAsTaker(BooleanSupplier isOver, long bytes, long timeoutNanos) throws InterruptedException {
        takerBytes = bytes;
        try {
            long left = timeoutNanos;
            while (!isOver.getAsBoolean() && !takerWanted && left > 0) {
                left = work.awaitNanos(left);
            }
            takerWanted = false;
        } finally {
            takerBytes = NOT_FOR_EVENTS;
        }
    }

    /** Releases the memory of a chunk that is on disk, except for its records. */
    public void written(Chunk chunk) {
        lock.lock();
        try {
            pendingBytes -= chunk.length();
            byte[] given = chunk.giveUpRoom();
            spareRoom = waiting.isEmpty() || given.length > Chunk.MOST_BYTES ? null : given;
            room.signalAll();
        } finally {
            lock.unlock();
        }
        memory.release(chunk.heapBytes());
    }

    /** Refuses further events; waiting ones can still be taken. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        memory.close();
    }

    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** How many of the newest identifiers are certainly remembered. */
    public int remembered() {
        lock.lock();
        try {
            return recent.room();
        } finally {
            lock.unlock();
        }
    }

    /** A snapshot of the figures for {@link JournalStatus}. */
    public Figures figures() {
        lock.lock();
        try {
            return new Figures(nextSequence, lastReceived, duplicates);
        } finally {
            lock.unlock();
        }
    }

    public record Figures(long nextSequence, @Nullable Instant lastReceived, long duplicates) {}
}
