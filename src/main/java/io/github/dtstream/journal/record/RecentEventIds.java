package io.github.dtstream.journal.record;

import io.github.dtstream.collection.HashIndex;
import io.github.dtstream.collection.LongPages;
import java.util.function.LongPredicate;

/**
 * The identifiers of the newest events, as 128-bit hashes; the oldest is dropped first. Not thread-safe.
 *
 * <p>A ring holds the hashes in order of age; a hash index finds them. Memory is acquired as identifiers come, as most
 * projects never fill the window. If there is none, the window is shorter, and memory is requested again after as many
 * new identifiers. With 2^18 identifiers, the probability that a new one is taken for a known one is 2^-110.
 */
public final class RecentEventIds {
    /** The limit for the number of identifiers. */
    public static final int MOST = 1 << 28;

    /** The memory of an identifier: two longs, and two entries of the index. */
    public static final int BYTES_EACH = 32;

    private static final int LEAST = 1024;

    private final int capacity;
    private final LongPredicate memory;
    private final HashIndex index;
    private final LongPages high;
    private final LongPages low;
    /** How many identifiers fit into the acquired memory. */
    private int room;

    private int oldest;
    private int size;
    /** Has no meaning; it keeps the compiler from removing the reads of {@link #anticipate}. */
    @SuppressWarnings("UnusedVariable")
    private long touched;

    /** @param capacity the number of identifiers to remember; 1 to {@link #MOST} */
    public RecentEventIds(int capacity) {
        this(capacity, bytes -> true);
    }

    /**
     * @param capacity the largest number of identifiers to remember; 1 to {@link #MOST}
     * @param memory acquires so many bytes, if they are free; the first {@value #LEAST} identifiers do not depend on it
     */
    public RecentEventIds(int capacity, LongPredicate memory) {
        if (capacity < 1 || capacity > MOST) {
            throw new IllegalArgumentException("deduplication window must be 1..2^28, is " + capacity);
        }
        this.capacity = capacity;
        this.memory = memory;
        room = Math.min(capacity, LEAST);
        memory.test((long) room * BYTES_EACH);
        high = new LongPages(room);
        low = new LongPages(room);
        index = new HashIndex(room);
    }

    public int size() {
        return size;
    }

    /** The number of the newest identifiers that are certainly remembered. */
    public int room() {
        return room;
    }

    public boolean contains(EventIdHash id) {
        return slotOf(id.high(), id.low()) != HashIndex.NONE;
    }

    /**
     * Makes the processor load the data for identifiers that will be looked up and added, all at once. Changes nothing.
     */
    public void anticipate(EventIdHash[] ids) {
        for (int i = 0; i < ids.length; i++) {
            touched ^= index.touch(HashIndex.bits(ids[i].low()));
            if (size == room) {
                int place = oldest + i;
                touched ^= index.touch(HashIndex.bits(low.get(place < room ? place : place % room)));
            }
        }
    }

    /** Acquires the memory for the next identifier, so that {@link #add} acquires none. */
    public void makeRoom() {
        if (size == room && room < capacity && oldest == 0) {
            grow();
        }
        if (size < room) {
            index.makeRoom();
        }
    }

    /** Remembers an identifier that is not known yet; drops the oldest if there is no room. */
    public void add(EventIdHash id) {
        makeRoom();
        if (size == room) {
            forgetOldest();
        }
        int place = oldest + size;
        if (place >= room) {
            place -= room;
        }
        high.set(place, id.high());
        low.set(place, id.low());
        index.add(HashIndex.bits(id.low()), place);
        size++;
    }

    /** Enlarges the ring. It begins with the oldest then, so that new identifiers follow at its end. */
    private void grow() {
        int larger = (int) Math.min(capacity, 2L * room);
        if (memory.test((larger - room) * (long) BYTES_EACH)) {
            high.grow(larger);
            low.grow(larger);
            room = larger;
        }
    }

    private void forgetOldest() {
        index.remove(slotOf(high.get(oldest), low.get(oldest)));
        oldest = oldest + 1 == room ? 0 : oldest + 1;
        size--;
    }

    /** The slot with the hash, or none. */
    private int slotOf(long highBits, long lowBits) {
        int bits = HashIndex.bits(lowBits);
        int slot = index.first(bits);
        while (slot != HashIndex.NONE && !isAt(index.at(slot), highBits, lowBits)) {
            slot = index.next(slot, bits);
        }
        return slot;
    }

    private boolean isAt(int place, long highBits, long lowBits) {
        return low.get(place) == lowBits && high.get(place) == highBits;
    }
}
