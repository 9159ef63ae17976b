package io.github.dtstream.journal.kafka;

import io.github.dtstream.event.Identifier;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.buffer.JournalSubscription;
import io.github.dtstream.journal.kafka.Writer.KeyedValue;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.text.ReadableDuration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cursors of all subscribers, and which of them are not written yet. The commit thread writes them in the transaction
 * of the appended events. Adding and removing a subscriber wait until that is written. So does a subscriber with more
 * records beyond its written cursor than it may get again. Thread-safe: one lock, which guards all.
 */
final class TopicCursors {
    private static final Logger LOG = LoggerFactory.getLogger(TopicCursors.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** How much of a subscriber's idle time a restart may lose. */
    private static final Duration IDLE_STEP = Duration.ofHours(1);
    /** How many events of a subscriber a crash may repeat, so that its cursor waits for the next event. */
    static final int NEAR = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition written = lock.newCondition();
    private final Map<String, Place> places = new TreeMap<>();
    /** By subscriber, the number of its newest change that is not written yet. */
    private final Map<String, Long> dirty = new HashMap<>();

    private final Runnable wakeWriter;
    private long changes;
    private long lost;
    /** How many subscribers wait until their cursors are written. */
    private int waiting;

    private boolean closed;

    /** The cursor of a subscriber, and what is counted for it. */
    private static final class Place {
        private long next;
        /** The part of {@code next} that is written. */
        private long written;

        private int maxRepeated = Integer.MAX_VALUE;
        private boolean active;
        private long lost;
        private Duration idle = Duration.ZERO;
        private Duration idleWritten = Duration.ZERO;
    }

    /**
     * A change of a cursor that is to be written.
     *
     * @param value null if the subscriber is removed
     * @param next the cursor
     * @param number later changes have higher numbers
     */
    record Change(String name, @Nullable String value, long next, long number) {
        KeyedValue record() {
            return new KeyedValue(
                    WriterState.CURSOR + name, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
        }
    }

    TopicCursors(Runnable wakeWriter) {
        this.wakeWriter = wakeWriter;
    }

    /** The value of a cursor in the state topic. */
    static String text(long next, Duration idle) {
        return next + " " + idle.toSeconds();
    }

    /** Loads the cursors from the values of the state topic. */
    void load(Map<String, byte[]> state) throws IOException {
        for (Map.Entry<String, byte[]> entry : state.entrySet()) {
            if (entry.getKey().startsWith(WriterState.CURSOR)) {
                String text = new String(entry.getValue(), StandardCharsets.UTF_8);
                String[] parts = text.split(" ", -1);
                Place place = new Place();
                try {
                    place.next = Long.parseLong(parts[0]);
                    place.idle = Duration.ofSeconds(Long.parseLong(parts[1]));
                } catch (IndexOutOfBoundsException | NumberFormatException e) {
                    throw new IOException("the cursor " + entry.getKey() + " is not what a router writes: " + text, e);
                }
                place.idleWritten = place.idle;
                place.written = place.next;
                places.put(entry.getKey().substring(WriterState.CURSOR.length()), place);
            }
        }
    }

    /**
     * Returns the cursor of a subscriber. A new subscriber begins at {@code start}; its cursor is written when this
     * returns.
     *
     * @param maxRepeated how many records may be handed out beyond the written cursor
     */
    JournalSubscription.Cursor activate(String name, long start, int maxRepeated) throws IOException {
        if (!Identifier.isName(name)) {
            throw new IllegalArgumentException(
                    "subscriber name must be 1 to 64 of A-Z a-z 0-9 _ -, is \"" + name + "\"");
        }
        lock.lock();
        try {
            Place place = places.get(name);
            if (place != null && place.active) {
                throw new IllegalStateException(
                        "a subscription named " + name + " is open already: choose another name");
            }
            boolean isNew = place == null;
            if (place == null) {
                place = new Place();
                place.next = start;
                place.written = start;
                places.put(name, place);
            }
            place.maxRepeated = maxRepeated;
            place.active = true;
            place.idle = Duration.ZERO;
            place.idleWritten = Duration.ZERO;
            change(name);
            boolean isWritten = false;
            try {
                isWritten = !isNew || awaitWritten(name);
            } finally {
                if (!isWritten) {
                    places.remove(name);
                }
            }
            if (!isWritten) {
                throw new IOException("the cursor of " + name + " could not be written: Kafka does not answer");
            }
            return new TopicCursor(name, place);
        } finally {
            lock.unlock();
        }
    }

    private final class TopicCursor implements JournalSubscription.Cursor {
        private final String name;
        private final Place place;

        private TopicCursor(String name, Place place) {
            this.name = name;
            this.place = place;
        }

        @Override
        public Position position() {
            lock.lock();
            try {
                return Position.before(place.next);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void advance(Position to) {
            lock.lock();
            try {
                if (to.sequence() > place.next) {
                    place.next = to.sequence();
                    change(name);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean hasRoom(long end) {
            lock.lock();
            try {
                return place.next == place.written || end - place.written <= place.maxRepeated;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public long awaitRoom(long end, long timeoutNanos) throws InterruptedException {
            long left = timeoutNanos;
            lock.lock();
            waiting++;
            try {
                wakeWriter.run();
                while (place.active && !closed && left > 0 && !hasRoom(end)) {
                    left = written.awaitNanos(left);
                }
                return left;
            } finally {
                waiting--;
                lock.unlock();
            }
        }
    }

    private void change(String name) {
        dirty.put(name, ++changes);
        wakeWriter.run();
    }

    /** Called under the lock, which it releases while it waits. Returns whether the change is written. */
    private boolean awaitWritten(String name) throws IOException {
        long left = PATIENCE.toNanos();
        long number = dirty.getOrDefault(name, 0L);
        waiting++;
        try {
            wakeWriter.run();
            while (left > 0 && !closed && dirty.getOrDefault(name, 0L) == number && number > 0) {
                left = written.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the cursor of " + name + " was written", e);
        } finally {
            waiting--;
        }
        return dirty.getOrDefault(name, 0L) != number;
    }

    void deactivate(String name) {
        lock.lock();
        try {
            Place place = places.get(name);
            if (place != null) {
                place.active = false;
                written.signalAll();
                wakeWriter.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Removes a subscriber. That is written when this returns. */
    boolean remove(String name) throws IOException {
        lock.lock();
        try {
            Place place = places.get(name);
            if (place == null) {
                return false;
            }
            if (place.active) {
                throw new IllegalStateException("subscription " + name + " is open: close it before removing it");
            }
            places.remove(name);
            change(name);
            if (!awaitWritten(name)) {
                places.put(name, place);
                throw new IOException("the cursor of " + name + " could not be deleted: Kafka does not answer");
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isDirty() {
        lock.lock();
        try {
            return !dirty.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a subscriber waits until its cursor is written. */
    boolean isWaitedFor() {
        lock.lock();
        try {
            return waiting > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Whether no cursor has moved far since it was written, and all of them may move on soon. */
    boolean areNear() {
        lock.lock();
        try {
            for (String name : dirty.keySet()) {
                Place place = places.get(name);
                if (place == null || !place.active || place.next - place.written > NEAR) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The changes that are to be written. */
    List<Change> changes() {
        lock.lock();
        try {
            List<Change> all = new ArrayList<>(dirty.size());
            dirty.forEach((name, number) -> {
                Place place = places.get(name);
                all.add(
                        place == null
                                ? new Change(name, null, 0, number)
                                : new Change(name, text(place.next, place.idle), place.next, number));
            });
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Called when these changes are committed. */
    void written(List<Change> changes) {
        lock.lock();
        try {
            for (Change change : changes) {
                dirty.remove(change.name(), change.number());
                Place place = places.get(change.name());
                if (place != null) {
                    place.written = Math.max(place.written, Math.min(place.next, change.next()));
                }
            }
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds to the idle time of each subscriber without an open subscription.
     *
     * @param limit the idle time after which a subscriber is removed; null to keep all of them
     */
    void addIdle(Duration time, @Nullable Duration limit, long durable) {
        lock.lock();
        try {
            for (Map.Entry<String, Place> entry : List.copyOf(places.entrySet())) {
                Place place = entry.getValue();
                if (place.active) {
                    continue;
                }
                place.idle = place.idle.plus(time);
                if (limit != null && place.idle.compareTo(limit) >= 0) {
                    places.remove(entry.getKey());
                    change(entry.getKey());
                    LOG.warn(
                            "subscriber {} is forgotten: for {} no route has used it; {} events that it had not delivered"
                                    + " will not be; if it comes back, it begins like a new one",
                            entry.getKey(),
                            ReadableDuration.of(place.idle),
                            Math.max(0, durable - place.next + 1));
                } else if (place.idle.minus(place.idleWritten).compareTo(IDLE_STEP) >= 0) {
                    place.idleWritten = place.idle;
                    change(entry.getKey());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Called when records that a subscriber had not read yet are missing. */
    void lost(String name, long missing) {
        LOG.warn("subscriber {} lost {} records, which the brokers have deleted or damaged", name, missing);
        lock.lock();
        try {
            lost += missing;
            Place place = places.get(name);
            if (place != null) {
                place.lost += missing;
            }
        } finally {
            lock.unlock();
        }
    }

    long lost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }

    List<JournalStatus.Subscriber> status(long durable, Duration limit) {
        lock.lock();
        try {
            List<JournalStatus.Subscriber> all = new ArrayList<>();
            places.forEach((name, place) -> {
                Duration idle = place.active ? Duration.ZERO : place.idle;
                Duration left = limit.minus(idle);
                all.add(new JournalStatus.Subscriber(
                        name,
                        place.next,
                        Math.max(0, durable - place.next + 1),
                        place.active,
                        place.lost,
                        idle,
                        place.active || left.isNegative() ? Duration.ZERO : left));
            });
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Called when nothing is written any more. Wakes the threads that wait for it. */
    void close() {
        lock.lock();
        try {
            closed = true;
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
