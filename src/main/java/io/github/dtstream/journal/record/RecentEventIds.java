package io.github.dtstream.journal.record;

import io.github.dtstream.collection.HashIndex;
import java.util.Arrays;

/**
 * The identifiers of the newest events, oldest forgotten first, as 128-bit hashes: about 32 bytes each, taken as they come,
 * as most projects never fill the window. Not thread-safe.
 *
 * <p>A ring holds the hashes in order of age; a hash index finds them. With 2^18 identifiers the chance that a new one is
 * mistaken for a known one is 2^-110.
 */
public final class RecentEventIds {
    /** How many identifiers can be remembered at most. */
    public static final int MOST = 1 << 28;

    private static final int LEAST = 1024;

    private final int capacity;
    private final HashIndex index;
    private long[] high;
    private long[] low;
    private int oldest;
    private int size;
    /** Means nothing; it keeps the compiler from leaving out the reads of {@link #anticipate}. */
    @SuppressWarnings("UnusedVariable")
    private long touched;

    /** @param capacity how many identifiers are remembered; 1 to {@link #MOST} */
    public RecentEventIds(int capacity) {
        if (capacity < 1 || capacity > MOST) {
            throw new IllegalArgumentException("deduplication window must be 1..2^28, is " + capacity);
        }
        this.capacity = capacity;
        high = new long[Math.min(capacity, LEAST)];
        low = new long[high.length];
        index = new HashIndex(high.length);
    }

    public int size() {
        return size;
    }

    public boolean contains(EventIdHash id) {
        return slotOf(id.high(), id.low()) != HashIndex.NONE;
    }

    /** These are going to be looked for and added: has the processor fetch what that reads, all at once. Changes nothing. */
    public void anticipate(EventIdHash[] ids) {
        for (int i = 0; i < ids.length; i++) {
            touched ^= index.touch(HashIndex.bits(ids[i].low()));
            if (size == capacity) {
                int place = oldest + i;
                touched ^= index.touch(HashIndex.bits(low[place < capacity ? place : place % capacity]));
            }
        }
    }

    /** Takes the memory that the next identifier needs; {@link #add} takes none after it. */
    public void makeRoom() {
        if (size < capacity) {
            if (size == high.length) {
                grow();
            }
            index.makeRoom();
        }
    }

    /** Remembers an identifier that is not known yet; forgets the oldest when there is no room. */
    public void add(EventIdHash id) {
        makeRoom();
        if (size == capacity) {
            forgetOldest();
        }
        int place = oldest + size;
        if (place >= high.length) {
            place -= high.length;
        }
        high[place] = id.high();
        low[place] = id.low();
        index.add(HashIndex.bits(id.low()), place);
        size++;
    }

    /** Nothing was forgotten yet, so the oldest is the first. All memory is there before anything changes. */
    private void grow() {
        int larger = (int) Math.min(capacity, 2L * high.length);
        long[] largerHigh = Arrays.copyOf(high, larger);
        low = Arrays.copyOf(low, larger);
        high = largerHigh;
    }

    private void forgetOldest() {
        index.remove(slotOf(high[oldest], low[oldest]));
        oldest = oldest + 1 == high.length ? 0 : oldest + 1;
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
        return low[place] == lowBits && high[place] == highBits;
    }
}
