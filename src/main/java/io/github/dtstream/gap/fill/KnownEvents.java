package io.github.dtstream.gap.fill;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.journal.record.EventIdHash;
import io.github.dtstream.journal.record.RecentEventIds;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The events of a window that the journal already has, for as many devices at a time as memory allows. Owned by the
 * filling thread.
 *
 * <p>The journal remembers the identifiers of a limited number of its newest events. {@link #catchUp} reads identifiers
 * that were appended during a fill before the journal forgets them, so each identifier is known in one of the two
 * places at any time.
 */
final class KnownEvents implements AutoCloseable {
    /**
     * Timestamps are by the cloud's clock, and receipt is by ours: an event may seem to be received before it happened.
     */
    private static final Duration CLOCKS = Duration.ofMinutes(5);

    /** It is not documented whether a window includes its ends. */
    private static final Duration ENDS = Duration.ofSeconds(1);

    /** The least number of identifiers that is held: with fewer, the journal would be read too often. */
    private static final long LEAST = 4096;

    private final EventLog log;
    private final Window window;
    private final int limit;
    private final MemoryShare memory;
    private List<String> devices = List.of();
    /** The index of the device that is read. */
    private int device;

    private Map<String, Integer> places = Map.of();
    private int end;
    private RecentEventIds identifiers;
    private long held;
    private long scannedTo;
    private Instant scannedUntil;

    /**
     * @param limit how many identifiers are held at once; a single device may exceed it
     * @param memory the budget for identifiers; they are fewer if it has less
     */
    KnownEvents(EventLog log, Window window, int limit, MemoryBudget memory) {
        this.log = log;
        this.memory = memory.share(Holder.FILLS, 0);
        this.identifiers = none();
        this.window = new Window(window.from().minus(ENDS), window.to().plus(ENDS));
        this.limit = limit;
        this.scannedUntil = window.from().minus(CLOCKS);
    }

    /**
     * Loads the known events of the devices from an index on.
     *
     * @return the index after the last device that was loaded
     */
    int load(List<String> devices, int first) throws IOException, InterruptedException {
        places = new HashMap<>();
        for (int i = first; i < devices.size(); i++) {
            places.put(devices.get(i), i);
        }
        int[] counts = new int[devices.size() - first];
        end = devices.size();
        identifiers = none();
        long limit = Math.min(this.limit, Math.max(LEAST, memory.room() / RecentEventIds.BYTES_EACH));
        boolean[] overflow = {false};
        scan(window.from().minus(CLOCKS), (event, place) -> {
            counts[place - first]++;
            overflow[0] |= identifiers.size() >= limit;
            if (!overflow[0]) {
                add(event);
            }
        });
        if (overflow[0]) {
            end = first + covered(counts, limit);
            identifiers = none();
            scan(window.from().minus(CLOCKS), (event, place) -> add(event));
        }
        return end;
    }

    /** The device that is read from now on. A device of which history has nothing costs no look into the journal. */
    void next(List<String> of, int index) {
        devices = of;
        device = index;
    }

    /**
     * Makes sure that the known events of the device that is read are loaded, and reads the identifiers that were appended
     * since the last call, if the journal may forget them soon.
     */
    void catchUp() throws IOException, InterruptedException {
        if (device >= end) {
            int unused = load(devices, device);
        } else if (log.nextSequence() - scannedTo > log.remembered() / 2) {
            scan(scannedUntil, (event, place) -> add(event));
        }
    }

    boolean contains(Event event) {
        return identifiers.contains(EventIdHash.of(event.eventId()));
    }

    void add(Event event) {
        EventIdHash id = EventIdHash.of(event.eventId());
        if (!identifiers.contains(id)) {
            identifiers.add(id);
        }
    }

    private RecentEventIds none() {
        held = 0;
        return new RecentEventIds(RecentEventIds.MOST, bytes -> {
            held += bytes;
            memory.set(held);
            return true;
        });
    }

    private static int covered(int[] counts, long limit) {
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i];
            if (sum > limit) {
                return Math.max(1, i);
            }
        }
        return counts.length;
    }

    private interface Match {
        void accept(Event event, int place);
    }

    private void scan(Instant receivedFrom, Match match) throws IOException, InterruptedException {
        // A scan reads what is on disk. After the flush it sees every record that has a number now.
        long next = log.nextSequence();
        log.flush();
        log.scan(receivedFrom, record -> {
            Event event = record.event();
            Integer place = event.deviceId() == null ? null : places.get(event.deviceId());
            if (place != null && place < end && isInWindow(event)) {
                match.accept(event, place);
            }
            scannedUntil = record.received();
            return !Thread.currentThread().isInterrupted();
        });
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        scannedTo = next;
    }

    /** Releases the memory. */
    @Override
    public void close() {
        memory.close();
    }

    private boolean isInWindow(Event event) {
        Instant stamped = EventTime.of(event);
        // A wrong match is harmless: history would have to use the same identifier for another event.
        return stamped == null || window.contains(stamped);
    }
}
