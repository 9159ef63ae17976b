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
 * The bytes of heap that all events in memory may take together, whatever the number of streams. Whoever is to hold events
 * takes from a {@link MemoryShare} first; who gets none waits, so that what cannot be held stays with the sender.
 *
 * <p>What is divided is an estimate of heap, not an allocation. A share has a floor that is set aside for it alone. Beyond
 * its floor it may have as much as then stays free: a single one gets half of the budget, two get a third each, and there is
 * always something left for one that begins. Caches do not count as taken: they give back what others ask for.
 *
 * <p>What is held for long has a pool of its own, half as large, so that it never stands in the way of events that pass. Those
 * have no more beyond their floors than a few megabytes, however large the heap is: more makes nothing faster, as a disk is
 * served well by less, and each collection has to look through it; where much of the heap is in use the collector G1 makes
 * the heap larger, up to gigabytes.
 *
 * <p>A share that holds nothing gets what it asks for, be it more than there is. So nobody waits for another: a wait ends,
 * at the latest, when what the same share holds has been worked off; and the budget can be exceeded by one request of each
 * share, no more.
 *
 * <p>Thread-safe. Its lock guards every field of its shares; no other lock is taken under it, and caches are asked outside
 * of it.
 */
public final class MemoryBudget {
    private static final long MEGABYTE = 1 << 20;
    /** Camel, its routes, Jackson, what HTTP and MQTT need: what a router holds without a single event. */
    private static final long APPLICATION_BYTES = 32 * MEGABYTE;
    /** The part of what is left that events take: where they took more, the collector would run most of the time. */
    private static final int PART = 8;

    private static final long LEAST = 4 * MEGABYTE;
    private static final long MOST_BEYOND_FLOORS = 8 * MEGABYTE;

    private final Pool passing;
    private final Pool kept;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<MemoryShare> shares = new LinkedHashSet<>();
    private final List<Waiter> waiters = new ArrayList<>();

    /** What shares of one kind divide; guarded by the lock. */
    private static final class Pool {
        private final long most;
        private final long mostBeyondFloors;
        private long floors;
        /** What the shares hold or have set aside, without caches. */
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

    /** Someone who waits for a share; guarded by the lock. */
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

    /** @param bytes how much events may take that pass; what is held for long may take half of that besides */
    public MemoryBudget(long bytes) {
        this(bytes, bytes);
    }

    private MemoryBudget(long bytes, long mostBeyondFloors) {
        passing = new Pool(bytes, mostBeyondFloors);
        kept = new Pool(bytes / 2, bytes / 2);
    }

    /** A budget that is shared, or else one for the heap of this process. */
    public static MemoryBudget of(@Nullable MemoryBudget shared) {
        return shared != null ? shared : ofHeap(Runtime.getRuntime().maxMemory());
    }

    /** What a heap of that size has room for, beside the application itself. */
    public static MemoryBudget ofHeap(long maxHeapBytes) {
        return new MemoryBudget(Math.max(LEAST, (maxHeapBytes - APPLICATION_BYTES) / PART), MOST_BEYOND_FLOORS);
    }

    /** How much there is to divide, of both kinds. */
    public long bytes() {
        lock.lock();
        try {
            return passing.bytes() + kept.bytes();
        } finally {
            lock.unlock();
        }
    }

    /** How much there is to divide of what is held for long. */
    public long keptBytes() {
        lock.lock();
        try {
            return kept.bytes();
        } finally {
            lock.unlock();
        }
    }

    /** How much is held, by holder. */
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

    /** @param floor how much is set aside for it */
    public MemoryShare share(Holder holder, long floor) {
        return add(new MemoryShare(this, holder, floor, null));
    }

    /**
     * A share that never waits, and gives back when others need it.
     *
     * @param cache called by any thread that holds none of its own locks
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

    /** How much a share could have now beside what it holds. */
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

    /** What is left of its floor, and so much beyond it that as much stays free as it then has beyond it. */
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

    /** Has caches give back what others have got, the largest first. */
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
