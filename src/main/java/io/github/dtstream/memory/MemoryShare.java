package io.github.dtstream.memory;

import org.jspecify.annotations.Nullable;

/**
 * One holder's part of a {@link MemoryBudget}. Thread-safe. Once it is closed it holds nothing, counts nothing and lets
 * nobody wait: who asks then finds out from what it belongs to.
 */
public final class MemoryShare implements AutoCloseable {

    /** Holds what it can do without. */
    @FunctionalInterface
    public interface Cache {
        /** Lets go of so much, or of all it has, and {@linkplain MemoryShare#release tells its share}. */
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

    /** Takes so much; waits until it is there. */
    public void acquire(long bytes) throws InterruptedException {
        budget.acquire(this, bytes);
    }

    /** Takes so much if it is there, without waiting. */
    public boolean tryAcquire(long bytes) {
        return budget.tryAcquire(this, bytes, bytes) == bytes;
    }

    /** Takes as much of that as is there, without waiting; 0 if that is less than the least. */
    public long tryAcquire(long least, long most) {
        return budget.tryAcquire(this, least, most);
    }

    /** Gives so much back. */
    public void release(long bytes) {
        budget.release(this, bytes);
    }

    /** Holds so much now, whether or not it is there: for what is in memory already. */
    public void set(long bytes) {
        budget.set(this, bytes);
    }

    /** How much more it could have now. */
    public long room() {
        return budget.room(this);
    }

    /** Gives everything back, for good. */
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
