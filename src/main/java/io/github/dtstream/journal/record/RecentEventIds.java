package io.github.dtstream.journal.record;

import java.util.Arrays;

/**
 * The identifiers of the newest events, oldest forgotten first, as 128-bit hashes: about 32 bytes each, taken as they come,
 * as most projects never fill the window. Not thread-safe.
 *
 * <p>A ring holds the hashes in order of age; a table with linear probing finds them. An entry of
 * the table holds 32 bits of the hash beside its place in the ring, so that nearly all questions touch one line of memory: at
 * full speed what they cost is waiting for memory. With 2^18 identifiers the chance
 * that a new one is mistaken for a known one is 2^-110.
 */
public final class RecentEventIds {
    private static final long FREE = -1;
    private static final int LEAST = 1024;

    private final int capacity;
    private long[] high;
    private long[] low;
    private long[] table;
    private int mask;
    private int oldest;
    private int size;

    /** @param capacity how many identifiers are remembered; 1 to 2^28 */
    public RecentEventIds(int capacity) {
        if (capacity < 1 || capacity > 1 << 28) {
            throw new IllegalArgumentException("deduplication window must be 1..2^28, is " + capacity);
        }
        this.capacity = capacity;
        high = new long[Math.min(capacity, LEAST)];
        low = new long[high.length];
        table = emptyTable(high.length);
        mask = table.length - 1;
    }

    /** At most half full, so that probes stay short. */
    private static long[] emptyTable(int identifiers) {
        long[] table = new long[Integer.highestOneBit(identifiers * 2 - 1) * 2];
        Arrays.fill(table, FREE);
        return table;
    }

    int size() {
        return size;
    }

    public boolean contains(EventIdHash id) {
        return table[slotOf(id.high(), id.low())] != FREE;
    }

    /** Takes the memory that the next identifier needs; {@link #add} takes none after it. */
    public void makeRoom() {
        if (size < capacity && size == high.length) {
            grow();
        }
    }

    /** Remembers an identifier that is not known yet; forgets the oldest when there is no room. */
    public void add(EventIdHash id) {
        makeRoom();
        if (size == capacity) {
            forgetOldest();
        }
        int index = oldest + size;
        if (index >= high.length) {
            index -= high.length;
        }
        high[index] = id.high();
        low[index] = id.low();
        table[slotOf(id.high(), id.low())] = entry(id.low(), index);
        size++;
    }

    /** Nothing was forgotten yet, so the oldest is the first. All memory is there before anything changes. */
    private void grow() {
        int larger = (int) Math.min(capacity, 2L * high.length);
        long[] largerTable = emptyTable(larger);
        long[] largerHigh = Arrays.copyOf(high, larger);
        low = Arrays.copyOf(low, larger);
        high = largerHigh;
        table = largerTable;
        mask = table.length - 1;
        for (int index = 0; index < size; index++) {
            table[slotOf(high[index], low[index])] = entry(low[index], index);
        }
    }

    private void forgetOldest() {
        free(slotOf(high[oldest], low[oldest]));
        oldest = oldest + 1 == high.length ? 0 : oldest + 1;
        size--;
    }

    /** The slot that holds the hash, or the free one where it belongs. */
    private int slotOf(long highBits, long lowBits) {
        int bits = fold(lowBits);
        int slot = bits & mask;
        for (long entry = table[slot]; entry != FREE; entry = table[slot]) {
            int index = (int) entry;
            if (bits(entry) == bits && low[index] == lowBits && high[index] == highBits) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Empties a slot and moves up what probing had pushed behind it, so that no tombstones gather. */
    private void free(int slot) {
        int hole = slot;
        int probe = slot;
        while (true) {
            probe = (probe + 1) & mask;
            if (table[probe] == FREE) {
                break;
            }
            int home = bits(table[probe]) & mask;
            if (((probe - home) & mask) >= ((probe - hole) & mask)) {
                table[hole] = table[probe];
                hole = probe;
            }
        }
        table[hole] = FREE;
    }

    private static long entry(long lowBits, int index) {
        return ((long) fold(lowBits) << 32) | index;
    }

    /** The hash's bits in an entry; where probing for it begins is among them. */
    private static int bits(long entry) {
        return (int) (entry >>> 32);
    }

    private static int fold(long lowBits) {
        return (int) (lowBits ^ (lowBits >>> 32));
    }
}
