package io.github.dtstream.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of heap that all events in memory may take together, whatever the number of streams. A holder acquires
 * memory from a {@link MemoryShare} first. If there is none it waits, so that events that cannot be held stay with the
 * sender.
 *
 * <p>The figures are estimates of heap use, not allocations. A share has a floor that is reserved for it alone. Beyond
 * its floor it may have as much as then remains free: a single share gets half of the budget, two get a third each, and
 * there is always something left for a new one. Caches do not count as taken: they release what others need.
 *
 * <p>Long-held data has a pool of its own, half as large, so that it never delays passing events. Passing events have
 * at most a few megabytes beyond their floors, however large the heap is. More would not be faster, as little is enough
 * for a disk, and each collection has to scan it; if much of the heap is in use, the collector G1 enlarges the heap, up
 * to gigabytes.
 *
 * <p>A share that holds nothing gets what it requests, even if there is less. So no share waits for another: a wait
 * ends at the latest when the share's own data has been processed. The budget can be exceeded by one request per share.
 *
 * <p>Thread-safe. Its lock guards every field of its shares. No other lock is taken under it, and caches are called
 * without it.
 */
public final class MemoryBudget {
    private static final long MEGABYTE = 1 << 20;
    /** The memory of a router without events: Camel, its routes, Jackson, HTTP and MQTT. */
    private static final long APPLICATION_BYTES = 32 * MEGABYTE;
    /** Events take this part of the rest; with more, the collector would run most of the time. */
    private static final int PART = 8;

    private static final long LEAST = 4 * MEGABYTE;
    private static final long MOST_BEYOND_FLOORS = 8 * MEGABYTE;

    private final Pool passing;
    private final Pool kept;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<MemoryShare> shares = new LinkedHashSet<>();
    private final List<Waiter> waiters = new ArrayList<>();

    /** The memory that shares of one kind divide; guarded by the lock. */
    private static final class Pool {
        private final long most;
        private final long mostBeyondFloors;
        private long floors;
        /** The memory that shares hold or have reserved, without caches. */
        private long taken;

        private long cached;

        private Pool(long most, long mostBeyondFloors) {
            this.most = most;
            this.mostBeyondFloors = mostBeyondFloors;
        }

        private long bytes() {
            return Math.max(floors, Math.min(most, floors + mostBeyondFloors));
        }

        private long excess() {
            return taken + cached - bytes();
        }
    }

    /** A thread that waits for a share; guarded by the lock. */
    private static final class Waiter {
        private final MemoryShare share;
        private final long bytes;
        private final Condition changed;
        private boolean granted;

        private Waiter(MemoryShare share, long bytes, Condition changed) {
            this.share = share;
            this.bytes = bytes;
            this.changed = changed;
        }
    }

    /** @param bytes the limit for passing events; long-held data may take half of it in addition */
    public MemoryBudget(long bytes) {
        this(bytes, bytes);
    }

    private MemoryBudget(long bytes, long mostBeyondFloors) {
        passing = new Pool(bytes, mostBeyondFloors);
        kept = new Pool(bytes / 2, bytes / 2);
    }

    /** The shared budget, or else one for the heap of this process. */
    public static MemoryBudget of(@Nullable MemoryBudget shared) {
        return shared != null ? shared : ofHeap(Runtime.getRuntime().maxMemory());
    }

    /** The budget for a heap of that size, without the application itself. */
    public static MemoryBudget ofHeap(long maxHeapBytes) {
        return new MemoryBudget(Math.max(LEAST, (maxHeapBytes - APPLICATION_BYTES) / PART), MOST_BEYOND_FLOORS);
    }

    /** The total of both kinds. */
    public long bytes() {
        lock.lock();
        try {
            return passing.bytes() + kept.bytes();
        } finally {
            lock.unlock();
        }
    }

    /** The total for long-held data. */
    public long keptBytes() {
        lock.lock();
        try {
            return kept.bytes();
        } finally {
            lock.unlock();
        }
    }

    /** The memory in use, by holder. */
    public Map<Holder, Long> used() {
        Map<Holder, Long> used = new EnumMap<>(Holder.class);
        for (Holder holder : Holder.values()) {
            used.put(holder, 0L);
        }
        lock.lock();
        try {
            shares.forEach(share -> used.merge(share.holder, share.used, Long::sum));
        } finally {
            lock.unlock();
        }
        return used;
    }

    /** @param floor the memory that is reserved for it */
    public MemoryShare share(Holder holder, long floor) {
        return add(new MemoryShare(this, holder, floor, null));
    }

    /**
     * A share that never waits, and releases memory when others need it.
     *
     * @param cache called by any thread that holds none of the cache's locks
     */
    public MemoryShare cache(Holder holder, MemoryShare.Cache cache) {
        return add(new MemoryShare(this, holder, 0, cache));
    }

    private MemoryShare add(MemoryShare share) {
        lock.lock();
        try {
            shares.add(share);
            Pool pool = poolOf(share);
            pool.floors += share.floor;
            pool.taken += share.floor;
        } finally {
            lock.unlock();
        }
        reclaim();
        return share;
    }

    void acquire(MemoryShare share, long wanted) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (grants(share, wanted)) {
                hold(share, share.used + wanted);
            } else {
                await(new Waiter(share, wanted, lock.newCondition()));
            }
        } finally {
            lock.unlock();
        }
        reclaim();
    }

    private void await(Waiter waiter) throws InterruptedException {
        waiters.add(waiter);
        try {
            while (!waiter.granted && !waiter.share.closed) {
                waiter.changed.await();
            }
        } catch (InterruptedException e) {
            if (waiter.granted) {
                shrink(waiter.share, waiter.bytes);
            }
            throw e;
        } finally {
            waiters.remove(waiter);
        }
    }

    long tryAcquire(MemoryShare share, long least, long most) {
        long got;
        lock.lock();
        try {
            got = Math.min(most, grantable(share));
            if (got < least) {
                got = grants(share, least) ? least : 0;
            }
            hold(share, share.used + got);
        } finally {
            lock.unlock();
        }
        if (!share.isCache()) {
            reclaim();
        }
        return got;
    }

    void release(MemoryShare share, long given) {
        lock.lock();
        try {
            shrink(share, given);
        } finally {
            lock.unlock();
        }
    }

    private void shrink(MemoryShare share, long given) {
        hold(share, Math.max(0, share.used - given));
        grantToWaiters();
    }

    void set(MemoryShare share, long held) {
        lock.lock();
        try {
            hold(share, held);
            grantToWaiters();
        } finally {
            lock.unlock();
        }
        if (!share.isCache()) {
            reclaim();
        }
    }

    void close(MemoryShare share) {
        lock.lock();
        try {
            if (!share.closed) {
                hold(share, 0);
                Pool pool = poolOf(share);
                pool.floors -= share.floor;
                pool.taken -= share.floor;
                shares.remove(share);
                share.closed = true;
                waiters.stream().filter(waiter -> waiter.share == share).forEach(waiter -> waiter.changed.signal());
                grantToWaiters();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How much more a share could have now. */
    long room(MemoryShare share) {
        lock.lock();
        try {
            return Math.max(0, grantable(share));
        } finally {
            lock.unlock();
        }
    }

    private boolean grants(MemoryShare share, long wanted) {
        return share.closed || wanted <= grantable(share) || share.used == 0 && !share.isCache();
    }

    /** The rest of its floor, and as much beyond it as then remains free. */
    private long grantable(MemoryShare share) {
        Pool pool = poolOf(share);
        long free = pool.bytes() - pool.taken - (share.isCache() ? pool.cached : 0);
        long base = Math.max(share.used, share.floor);
        long beyond = Math.max(0, (free - (base - share.floor)) / 2);
        return base - share.used + beyond;
    }

    private void hold(MemoryShare share, long held) {
        if (share.closed) {
            return;
        }
        Pool pool = poolOf(share);
        if (share.isCache()) {
            pool.cached += held - share.used;
        } else {
            pool.taken += Math.max(held, share.floor) - Math.max(share.used, share.floor);
        }
        share.used = held;
    }

    private Pool poolOf(MemoryShare share) {
        return share.holder.isKept() ? kept : passing;
    }

    private void grantToWaiters() {
        for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
            Waiter waiter = all.next();
            if (grants(waiter.share, waiter.bytes)) {
                hold(waiter.share, waiter.share.used + waiter.bytes);
                waiter.granted = true;
                waiter.changed.signal();
                all.remove();
            }
        }
    }

    /** Makes caches release what others have got, the largest first. */
    private void reclaim() {
        for (MemoryShare cache : cachesToShrink()) {
            long excess = excess();
            if (excess <= 0) {
                return;
            }
            cache.giveBack(excess);
        }
    }

    private List<MemoryShare> cachesToShrink() {
        lock.lock();
        try {
            if (passing.excess() <= 0 || passing.cached == 0) {
                return List.of();
            }
            return shares.stream()
                    .filter(share -> share.isCache() && share.used > 0)
                    .sorted(Comparator.comparingLong((MemoryShare share) -> share.used)
                            .reversed())
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private long excess() {
        lock.lock();
        try {
            return passing.excess();
        } finally {
            lock.unlock();
        }
    }
}
