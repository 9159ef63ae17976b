package io.github.dtstream.stream.standby;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest events and pings of a connection, in order. It is bounded: the oldest are dropped when there is no room for
 * newer ones. Thread-safe.
 */
final class RecordRing implements AutoCloseable {
    static final long MOST_BYTES = 4 << 20;
    private static final long FLOOR = 64 << 10;
    /** The memory of a record in addition to its event. */
    private static final long RECORD_BYTES = 64;

    private final MemoryShare memory;

    // All guarded by this.
    private final Deque<Kept> kept = new ArrayDeque<>();
    private long bytes;
    private @Nullable Instant droppedUntil;

    /** An event or ping, and when it was received. */
    record Kept(Event event, Instant received) {
        private long bytes() {
            return RECORD_BYTES + event.heapBytes();
        }
    }

    RecordRing(MemoryBudget budget) {
        memory = budget.share(Holder.STANDBY, FLOOR);
    }

    /** Adds a record, and drops the oldest ones if there is no room for it. */
    synchronized void add(Event event, Instant received) {
        Kept added = new Kept(event, received);
        while (!hasRoomFor(added)) {
            Kept oldest = kept.poll();
            if (oldest == null) {
                dropped(added);
                return;
            }
            bytes -= oldest.bytes();
            memory.release(oldest.bytes());
            dropped(oldest);
        }
        kept.add(added);
        bytes += added.bytes();
    }

    private boolean hasRoomFor(Kept added) {
        return bytes + added.bytes() <= MOST_BYTES && memory.tryAcquire(added.bytes());
    }

    /** A record was sent before it was received, and not before its own time, which counts if the clock is behind. */
    private void dropped(Kept record) {
        Instant stamped = EventTime.of(record.event());
        Instant sent = stamped != null && stamped.isAfter(record.received()) ? stamped : record.received();
        if (droppedUntil == null || sent.isAfter(droppedUntil)) {
            droppedUntil = sent;
        }
    }

    /** Every record that was sent later is here; null if none was dropped. */
    synchronized @Nullable Instant droppedUntil() {
        return droppedUntil;
    }

    synchronized int size() {
        return kept.size();
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Drops the records up to the last ping that was sent at a time or before. */
    synchronized void dropUntilPing(Instant time) {
        List<Kept> all = List.copyOf(kept);
        int known = 0;
        for (int i = 0; i < all.size(); i++) {
            Event event = all.get(i).event();
            Instant sent = event.isPing() ? EventTime.of(event) : null;
            if (sent != null && !sent.isAfter(time)) {
                known = i + 1;
            }
        }
        for (int i = 0; i < known; i++) {
            var unused = poll();
        }
    }

    /** Takes the oldest record; null if there is none. */
    synchronized @Nullable Kept poll() {
        Kept oldest = kept.poll();
        if (oldest != null) {
            bytes -= oldest.bytes();
            memory.release(oldest.bytes());
        }
        return oldest;
    }

    /** Drops all, and gives the memory back for good. */
    @Override
    public synchronized void close() {
        kept.clear();
        bytes = 0;
        memory.close();
    }
}
