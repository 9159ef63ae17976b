package io.github.dtstream.journal.buffer;

import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.memory.MemoryShare;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far the journal is durable, and its newest durable records in memory, for subscribers that keep up. The commit
 * thread publishes; subscribers read and wait. The records are dropped if others need the memory; subscribers then read
 * from disk. Its lock guards every field, and only the memory budget's lock is taken under it.
 */
public final class Tail {
    private static final long SECONDS_A_DAY = 86_400;
    /** How long to wait for subscribers, for each published byte. So 5 MB/s get through, however slow they are. */
    private static final long PATIENCE_NANOS_PER_BYTE = 200;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition taken = lock.newCondition();
    private final Set<Reader> readers = new HashSet<>();
    private final long maxBytes;
    private final MemoryShare memory;
    private final long patienceNanosPerByte;

    /** A ring of records with consecutive numbers; {@code first} is the index of the oldest. */
    private @Nullable JournalRecord[] records = new JournalRecord[64];

    private long[] segments = new long[64];
    private long[] ends = new long[64];
    private int first;
    private int size;
    private long bytes;
    private volatile Position end;
    private boolean closed;
    /** Whether what is durable is for others to hand out; written under the lock. */
    private volatile boolean givenUp;

    /** The position of a subscriber; guarded by the tail's lock. */
    static final class Reader {
        /** The number of the next record that it reads. */
        private long next;

        /** Whether it has read during the last wait for it or since. */
        private boolean reads;

        /** Whether it has read since the wait began. */
        private boolean readMeanwhile;
    }

    /** @param end the position after the newest durable record */
    public Tail(long maxBytes, Position end, MemoryBudget budget) {
        this(maxBytes, end, budget, PATIENCE_NANOS_PER_BYTE);
    }

    /** The same with another patience, for tests. */
    Tail(long maxBytes, Position end, MemoryBudget budget, long patienceNanosPerByte) {
        this.maxBytes = maxBytes;
        this.patienceNanosPerByte = patienceNanosPerByte;
        this.memory = budget.cache(Holder.TAIL, this::giveBack);
        this.end = end;
    }

    /** The number of the newest durable record; 0 if there was none yet. */
    public long durable() {
        return end.sequence() - 1;
    }

    /** The position after the newest durable record. */
    public Position end() {
        return end;
    }

    /**
     * Adds the newest records of a journal that was just opened, if they end where it ends and there is memory for them.
     * Call it before anything is published.
     */
    public void recall(NewestRecords newest) {
        lock.lock();
        try {
            if (size == 0 && newest.end() == end.sequence() && memory.tryAcquire(newest.bytes())) {
                newest.records().forEachRemaining(record -> add(record, 0, 0));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Adds a subscriber. */
    void join(Reader reader) {
        lock.lock();
        try {
            readers.add(reader);
        } finally {
            lock.unlock();
        }
    }

    /** Removes a subscriber. */
    void leave(Reader reader) {
        lock.lock();
        try {
            readers.remove(reader);
            taken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A subscriber waits for something else: until it reads again, {@link #publish} does not wait for it. */
    void rest(Reader reader) {
        lock.lock();
        try {
            reader.reads = false;
            taken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds records that have become durable, and wakes the waiting subscribers. At full speed, new records would push
     * out of memory the records that subscribers are about to read; they would then have to read them from disk and
     * parse them again. So this waits for subscribers that are reading, for as long as {@link #PATIENCE_NANOS_PER_BYTE}
     * allows. It also waits for subscribers that are far behind, as they could not catch up otherwise.
     */
    public void publish(Chunk chunk, long segment, long offset) throws InterruptedException {
        lock.lock();
        try {
            awaitReaders(chunk);
            makeRoomFor(chunk);
            for (int i = 0; i < chunk.size(); i++) {
                add(chunk.record(i), segment, offset + chunk.end(i));
            }
            forget(bytes - maxBytes);
            end = new Position(chunk.last().sequence() + 1, segment, offset + chunk.length());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitReaders(Chunk chunk) throws InterruptedException {
        long kept = firstKeptBeside(chunk);
        long left = chunk.length() * patienceNanosPerByte;
        for (Reader reader : readers) {
            reader.readMeanwhile = false;
        }
        while (!closed && left > 0 && isAnyoneBehind(kept)) {
            left = taken.awaitNanos(left);
        }
        for (Reader reader : readers) {
            reader.reads &= reader.next >= kept || reader.readMeanwhile;
        }
    }

    /** The number of the oldest record that stays in memory with the new chunk. */
    private long firstKeptBeside(Chunk chunk) {
        long excess = bytes + heapBytes(chunk) - Math.min(maxBytes, bytes + memory.room());
        int pushedOut = 0;
        while (excess > 0 && pushedOut < size) {
            excess -= heapBytes(at((first + pushedOut++) & (records.length - 1)));
        }
        return end.sequence() - size + pushedOut;
    }

    private boolean isAnyoneBehind(long kept) {
        for (Reader reader : readers) {
            if (reader.reads && reader.next < kept) {
                return true;
            }
        }
        return false;
    }

    /** Acquires the chunk's memory, and drops older records for that. */
    private void makeRoomFor(Chunk chunk) {
        long needed = heapBytes(chunk);
        while (!closed && !memory.tryAcquire(needed)) {
            if (size == 0) {
                // For a moment this exceeds the share by a chunk at most, which was counted elsewhere until now.
                memory.set(needed);
                return;
            }
            forget(needed - memory.room());
        }
    }

    /** Drops the oldest records, until so many bytes are free. */
    private void forget(long wanted) {
        if (wanted <= 0) {
            return;
        }
        long freed = 0;
        while (freed < wanted && size > 0) {
            freed += heapBytes(at(first));
            records[first] = null;
            first = (first + 1) & (records.length - 1);
            size--;
        }
        bytes -= freed;
        memory.release(freed);
    }

    private void giveBack(long wanted) {
        lock.lock();
        try {
            forget(wanted);
        } finally {
            lock.unlock();
        }
    }

    private void add(JournalRecord record, long segment, long end) {
        if (size == records.length) {
            grow();
        }
        int index = (first + size) & (records.length - 1);
        records[index] = record;
        segments[index] = segment;
        ends[index] = end;
        size++;
        bytes += heapBytes(record);
    }

    private void grow() {
        int capacity = records.length;
        JournalRecord[] moreRecords = new JournalRecord[capacity * 2];
        long[] moreSegments = new long[capacity * 2];
        long[] moreEnds = new long[capacity * 2];
        for (int i = 0; i < size; i++) {
            int from = (first + i) & (capacity - 1);
            moreRecords[i] = records[from];
            moreSegments[i] = segments[from];
            moreEnds[i] = ends[from];
        }
        records = moreRecords;
        segments = moreSegments;
        ends = moreEnds;
        first = 0;
    }

    private JournalRecord at(int index) {
        JournalRecord record = records[index];
        if (record == null) {
            throw new IllegalStateException("no record at " + index);
        }
        return record;
    }

    private static long heapBytes(JournalRecord record) {
        return record.event().heapBytes();
    }

    private static long heapBytes(Chunk chunk) {
        long bytes = 0;
        for (int i = 0; i < chunk.size(); i++) {
            bytes += heapBytes(chunk.record(i));
        }
        return bytes;
    }

    /**
     * Records of one UTC day from a number on.
     *
     * @return null if the first of them is not in memory
     */
    @Nullable
    Batch read(Reader reader, long sequence, int maxRecords, long maxBytes) {
        lock.lock();
        try {
            Batch batch = read(sequence, maxRecords, maxBytes);
            reader.next = batch == null ? sequence : batch.end().sequence();
            reader.reads = true;
            reader.readMeanwhile = true;
            taken.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Batch read(long sequence, int maxRecords, long maxBytes) {
        if (size == 0 || sequence < at(first).sequence() || sequence >= end.sequence()) {
            return null;
        }
        int skipped = (int) (sequence - at(first).sequence());
        int limit = Math.min(maxRecords, size - skipped);
        List<JournalRecord> batch = new ArrayList<>(limit);
        int index = (first + skipped) & (records.length - 1);
        long day = day(at(index).received());
        long left = maxBytes;
        for (int i = 0; i < limit; i++) {
            int next = (first + skipped + i) & (records.length - 1);
            JournalRecord record = at(next);
            left -= record.event().json().length;
            if (day(record.received()) != day || left < 0 && i > 0) {
                break;
            }
            batch.add(record);
            index = next;
        }
        return new Batch(batch, new Position(at(index).sequence() + 1, segments[index], ends[index]));
    }

    private static long day(Instant received) {
        return Math.floorDiv(received.getEpochSecond(), SECONDS_A_DAY);
    }

    /**
     * Waits until a record is durable, the journal closes, or the caller's condition holds.
     *
     * @return the rest of the timeout; zero or less if it is over
     */
    public long await(long sequence, long timeoutNanos, BooleanSupplier enough) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (durable() < sequence && !closed && left > 0 && !enough.getAsBoolean()) {
                left = changed.awaitNanos(left);
            }
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes all waiting threads to check their condition. */
    void wakeAll() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Has nothing handed out any more: somebody else does that now. */
    public void giveUp() {
        lock.lock();
        try {
            givenUp = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /** Whether nothing is to be handed out; then it has waited, as long as the timeout and nobody says that it is enough. */
    boolean awaitGivenUp(long timeoutNanos, BooleanSupplier enough) throws InterruptedException {
        if (!givenUp) {
            return false;
        }
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (left > 0 && !enough.getAsBoolean()) {
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Drops the records and ends all waits; nothing more becomes durable. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            Arrays.fill(records, null);
            size = 0;
            changed.signalAll();
            taken.signalAll();
        } finally {
            lock.unlock();
        }
        memory.close();
    }
}
