package io.github.dtstream.journal;

import java.util.Arrays;

/**
 * The identifiers of the newest events, oldest forgotten first, as 128-bit hashes: about 24 bytes each. Not thread-safe.
 *
 * <p>A ring holds the hashes in order of age; a table with linear probing finds them. With 2^18 identifiers the chance
 * that a new one is mistaken for a known one is 2^-110.
 */
final class RecentEventIds {
    private static final int FREE = -1;

    private final long[] high;
    private final long[] low;
    private final int[] table;
    private final int mask;
    private int oldest;
    private int size;

    /** @param capacity how many identifiers are remembered; at least 1 */
    RecentEventIds(int capacity) {
        if (capacity < 1 || capacity > 1 << 28) {
            throw new IllegalArgumentException("deduplication window must be 1..2^28, is " + capacity);
        }
        high = new long[capacity];
        low = new long[capacity];
        // At most half full, so that probes stay short.
        table = new int[Integer.highestOneBit(capacity * 2 - 1) * 2];
        Arrays.fill(table, FREE);
        mask = table.length - 1;
    }

    int size() {
        return size;
    }

    boolean contains(EventIdHash id) {
        return table[slotOf(id.high(), id.low())] != FREE;
    }

    /** Remembers an identifier that is not known yet; forgets the oldest when there is no room. */
    void add(EventIdHash id) {
        if (size == high.length) {
            forgetOldest();
        }
        int index = oldest + size;
        if (index >= high.length) {
            index -= high.length;
        }
        high[index] = id.high();
        low[index] = id.low();
        table[slotOf(id.high(), id.low())] = index;
        size++;
    }

    private void forgetOldest() {
        free(slotOf(high[oldest], low[oldest]));
        oldest = oldest + 1 == high.length ? 0 : oldest + 1;
        size--;
    }

    /** The slot that holds the hash, or the free one where it belongs. */
    private int slotOf(long highBits, long lowBits) {
        int slot = home(lowBits);
        while (table[slot] != FREE && (low[table[slot]] != lowBits || high[table[slot]] != highBits)) {
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
            int home = home(low[table[probe]]);
            if (((probe - home) & mask) >= ((probe - hole) & mask)) {
                table[hole] = table[probe];
                hole = probe;
            }
        }
        table[hole] = FREE;
    }

    private int home(long lowBits) {
        return (int) (lowBits ^ (lowBits >>> 32)) & mask;
    }
}
