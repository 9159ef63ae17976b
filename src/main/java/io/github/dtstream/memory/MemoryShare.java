package io.github.dtstream.memory;

import org.jspecify.annotations.Nullable;

/**
 * One holder's part of a {@link MemoryBudget}. Thread-safe. After it is closed it holds nothing, counts nothing and
 * lets nobody wait; the holder itself then reports that it is closed.
 */
public final class MemoryShare implements AutoCloseable {

    /** Holds data that can be dropped. */
    @FunctionalInterface
    public interface Cache {
        /** Drops so much, or everything it has, and {@linkplain MemoryShare#release reports it to its share}. */
        void giveBack(long bytes);
    }

    private final MemoryBudget budget;
    private final @Nullable Cache cache;
    final Holder holder;
    final long floor;
    /** Guarded by the budget's lock. */
    long used;
    /** Guarded by the budget's lock. */
    boolean closed;

    MemoryShare(MemoryBudget budget, Holder holder, long floor, @Nullable Cache cache) {
        this.budget = budget;
        this.holder = holder;
        this.floor = floor;
        this.cache = cache;
    }

    /** Acquires so much; waits until it is free. */
    public void acquire(long bytes) throws InterruptedException {
        budget.acquire(this, bytes);
    }

    /** Acquires so much if it is free, without waiting. */
    public boolean tryAcquire(long bytes) {
        return budget.tryAcquire(this, bytes, bytes) == bytes;
    }

    /** Acquires as much of it as is free, without waiting; 0 if that is less than the least. */
    public long tryAcquire(long least, long most) {
        return budget.tryAcquire(this, least, most);
    }

    /** Releases so much. */
    public void release(long bytes) {
        budget.release(this, bytes);
    }

    /** Sets what it holds, whether or not it is free: for data that is in memory already. */
    public void set(long bytes) {
        budget.set(this, bytes);
    }

    /** How much more it could have now. */
    public long room() {
        return budget.room(this);
    }

    /** Releases everything for good. */
    @Override
    public void close() {
        budget.close(this);
    }

    boolean isCache() {
        return cache != null;
    }

    void giveBack(long bytes) {
        if (cache != null) {
            cache.giveBack(bytes);
        }
    }
}
