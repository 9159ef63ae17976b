package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a shared subscriber, while this process reads it: between the thread of the {@link SharedReader}, which
 * adds fetched records and writes the cursor, and the thread that polls. Thread-safe: one lock.
 *
 * <p>A commit is durable a moment later. If this process dies before that, the next reader repeats the records. So that
 * it repeats one batch at most, a poll waits while the records that it wants to hand out, those in progress, and those
 * whose commit is not durable, are more than that together.
 */
final class PartitionReader implements Subscription {
    /** Read ahead in any case. */
    private static final long LEAST_BYTES = 64 << 10;
    /** Read ahead if memory allows. */
    private static final long MOST_BYTES = 1 << 20;
    /** How many records are moved to the polling thread at a time. */
    private static final int REFILL = 64;

    private static final long SECONDS_A_DAY = 86_400;

    private final String name;
    private final int batch;
    private final MemoryShare memory;
    private final Runnable wakeWriter;
    private final Ticker ticker;
    /** Owned by the polling thread. */
    private final Lane lane;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
    private long fetchedBytes;
    /** How many records the polling thread has and has not handed out. */
    private int inLane;
    /** Handed out, and not committed by the subscriber. */
    private final Deque<Handed> handed = new ArrayDeque<>();
    /** The offsets of records that the subscriber has committed, and whose commit is not durable. */
    private final Deque<Long> undurable = new ArrayDeque<>();
    /** The offset behind the last committed record. */
    private long committed;

    private long durable;
    /** The offset behind everything that was fetched, also behind marks of transactions. */
    private long position;
    /** About how many records of the partition were not fetched yet. */
    private long behind;
    /** About how many records come after the cursor; known a moment later. */
    private long lag;
    /** Whether a poll waits until a commit is durable. */
    private boolean waits;

    private boolean closed;
    private boolean dropped;

    private record Handed(long number, long offset) {}

    /**
     * @param batch how many records may be handed out and not durably committed
     * @param offset the cursor
     * @param wakeWriter is called when a commit is to be written at once; it must not wait
     */
    PartitionReader(
            String name, int batch, long offset, Lane lane, MemoryShare memory, Runnable wakeWriter, Ticker ticker) {
        this.name = name;
        this.batch = batch;
        this.lane = lane;
        this.memory = memory;
        this.wakeWriter = wakeWriter;
        this.ticker = ticker;
        committed = offset;
        durable = offset;
        position = offset;
    }

    static long leastBytes() {
        return LEAST_BYTES;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Batch poll(int maxRecords, long maxBytes, Duration timeout) throws InterruptedException {
        long end = ticker.nanos() + timeout.toNanos();
        List<JournalRecord> records = new ArrayList<>();
        List<Handed> handing = new ArrayList<>();
        while (records.isEmpty() && awaitRoom(maxRecords, end)) {
            read(maxRecords, maxBytes, records, handing);
        }
        lock.lock();
        try {
            inLane = lane.size();
            handed.addAll(handing);
        } finally {
            lock.unlock();
        }
        return new Batch(
                records,
                Position.before(
                        records.isEmpty() ? 0 : records.get(records.size() - 1).sequence() + 1));
    }

    private void read(int maxRecords, long maxBytes, List<JournalRecord> records, List<Handed> handing) {
        long left = maxBytes;
        while (records.size() < maxRecords) {
            JournalRecord head = lane.head();
            if (head == null) {
                if (!refill()) {
                    return;
                }
                continue;
            }
            left -= head.event().json().length;
            if (!records.isEmpty() && (left < 0 || day(head) != day(records.get(0)))) {
                return;
            }
            records.add(head);
            handing.add(new Handed(head.sequence(), lane.headOffset()));
            lane.pass();
        }
    }

    private static long day(JournalRecord record) {
        return Math.floorDiv(record.received().getEpochSecond(), SECONDS_A_DAY);
    }

    /** Waits until records can be handed out; false if the time is over, or the subscription is closed. */
    private boolean awaitRoom(int maxRecords, long end) throws InterruptedException {
        lock.lock();
        try {
            // the polling thread may have found that all of its records were to be skipped
            inLane = lane.size();
            while (!closed && !dropped) {
                int there = inLane + fetched.size();
                int open = handed.size() + undurable.size();
                boolean fits = undurable.isEmpty() || open + Math.min(maxRecords, there) <= batch;
                if (there > 0 && fits) {
                    return true;
                }
                long left = end - ticker.nanos();
                if (left <= 0) {
                    return false;
                }
                waits = there > 0;
                if (waits) {
                    wakeWriter.run();
                }
                changed.await(left, TimeUnit.NANOSECONDS);
            }
            return false;
        } finally {
            waits = false;
            lock.unlock();
        }
    }

    private boolean refill() {
        List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
        lock.lock();
        try {
            while (taken.size() < REFILL && !fetched.isEmpty() && !closed && !dropped) {
                ConsumerRecord<byte[], byte[]> record = fetched.remove();
                fetchedBytes -= bytes(record);
                taken.add(record);
            }
            // those that this poll has taken before are not handed out yet
            inLane += taken.size();
            if (!dropped) {
                memory.set(fetchedBytes);
            }
        } finally {
            lock.unlock();
        }
        lane.add(taken);
        return !taken.isEmpty();
    }

    private static int bytes(ConsumerRecord<byte[], byte[]> record) {
        return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    @Override
    public void commit(Position end) {
        lock.lock();
        try {
            Handed first = handed.peek();
            while (first != null && first.number() < end.sequence()) {
                committed = first.offset() + 1;
                undurable.add(first.offset());
                handed.remove();
                first = handed.peek();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long lag() {
        lock.lock();
        try {
            long known = handed.size() + inLane + fetched.size() + behind;
            // while nothing is fetched, nobody says what is behind
            return isHungry() ? known : Math.max(known, lag);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the polling. What was committed may still become durable. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // The rest is called by the thread of the SharedReader.

    /** Adds fetched records. */
    void add(Collection<ConsumerRecord<byte[], byte[]>> records) {
        lock.lock();
        try {
            if (dropped) {
                return;
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                fetched.add(record);
                fetchedBytes += bytes(record);
            }
            memory.set(fetchedBytes);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether more should be fetched. */
    boolean isHungry() {
        lock.lock();
        try {
            return !closed && (fetchedBytes < LEAST_BYTES || (fetchedBytes < MOST_BYTES && memory.room() > 0));
        } finally {
            lock.unlock();
        }
    }

    /** @param records about how many records come after the cursor, as the brokers said a moment ago */
    void lags(long records) {
        lock.lock();
        try {
            lag = records;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param offset the offset behind everything that was fetched
     * @param notFetched about how many records come after it
     */
    void reached(long offset, long notFetched) {
        lock.lock();
        try {
            position = offset;
            behind = notFetched;
        } finally {
            lock.unlock();
        }
    }

    /** What is to be fetched from another offset, as the brokers do not have what was next. */
    void moved(long offset) {
        lock.lock();
        try {
            position = offset;
            durable = Math.min(durable, offset);
            if (handed.isEmpty() && undurable.isEmpty() && fetched.isEmpty() && inLane == 0) {
                committed = offset;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The offset to write as the cursor; null if it is durable already.
     *
     * @param atRest whether the cursor may also move past marks of transactions: behind everything that was fetched, if all
     *     of that is committed
     */
    @Nullable
    Long toWrite(boolean atRest) {
        lock.lock();
        try {
            boolean isAtRest = atRest && handed.isEmpty() && fetched.isEmpty() && inLane == 0;
            long offset = isAtRest ? Math.max(committed, position) : committed;
            return offset > durable ? (Long) offset : null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a crash would repeat only a few records, and no other record is there whose poll could wait for a commit. */
    boolean isNear() {
        lock.lock();
        try {
            return fetched.isEmpty() && inLane == 0 && handed.size() + undurable.size() <= TopicCursors.NEAR;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a poll waits until a commit is durable. */
    boolean isWaiting() {
        lock.lock();
        try {
            return waits;
        } finally {
            lock.unlock();
        }
    }

    /** The cursor is written. */
    void written(long offset) {
        lock.lock();
        try {
            durable = Math.max(durable, offset);
            Long first = undurable.peek();
            while (first != null && first < offset) {
                undurable.remove();
                first = undurable.peek();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** This process does not read the partition any more. Nothing more is handed out. */
    void drop() {
        lock.lock();
        try {
            dropped = true;
            fetched.clear();
            fetchedBytes = 0;
            memory.close();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
