package io.github.dtstream.journal.record;

import io.github.dtstream.collection.HashIndex;
import io.github.dtstream.collection.LongPages;
import java.util.function.LongPredicate;

/**
 * The identifiers of the newest events, oldest forgotten first, as 128-bit hashes. Not thread-safe.
 *
 * <p>A ring holds the hashes in order of age; a hash index finds them. They take memory as they come, as most projects never
 * fill the window; where there is none, the window ends there, and it is asked for again when as many have come once more.
 * With 2^18 identifiers the chance that a new one is mistaken for a known one is 2^-110.
 */
public final class RecentEventIds {
    /** How many identifiers can be remembered at most. */
    public static final int MOST = 1 << 28;

    /** What an identifier takes in memory: two longs, and two entries of the index. */
    public static final int BYTES_EACH = 32;

    private static final int LEAST = 1024;

    private final int capacity;
    private final LongPredicate memory;
    private final HashIndex index;
    private final LongPages high;
    private final LongPages low;
    /** For how many there is memory. */
    private int room;

    private int oldest;
    private int size;
    /** Means nothing; it keeps the compiler from leaving out the reads of {@link #anticipate}. */
    @SuppressWarnings("UnusedVariable")
    private long touched;

    /** @param capacity how many identifiers are remembered; 1 to {@link #MOST} */
    public RecentEventIds(int capacity) {
        this(capacity, bytes -> true);
    }

    /**
     * @param capacity how many identifiers are remembered at most; 1 to {@link #MOST}
     * @param memory takes so many bytes if they are there; the first {@value #LEAST} identifiers are held in any case
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

    /** How many of the newest are remembered for sure: fewer than that many are known, or no fewer than that. */
    public int room() {
        return room;
    }

    public boolean contains(EventIdHash id) {
        return slotOf(id.high(), id.low()) != HashIndex.NONE;
    }

    /** These are going to be looked for and added: has the processor fetch what that reads, all at once. Changes nothing. */
    public void anticipate(EventIdHash[] ids) {
        for (int i = 0; i < ids.length; i++) {
            touched ^= index.touch(HashIndex.bits(ids[i].low()));
            if (size == room) {
                int place = oldest + i;
                touched ^= index.touch(HashIndex.bits(low.get(place < room ? place : place % room)));
            }
        }
    }

    /** Takes the memory that the next identifier needs; {@link #add} takes none after it. */
    public void makeRoom() {
        if (size == room && room < capacity && oldest == 0) {
            grow();
        }
        if (size < room) {
            index.makeRoom();
        }
    }

    /** Remembers an identifier that is not known yet; forgets the oldest when there is no room. */
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

    /** The ring begins with the oldest, so what is new can stand at its end. */
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

    /** The slot that holds the hash, or none. */
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
