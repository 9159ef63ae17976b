package io.github.dtstream.collection;

/**
 * Finds the indices of elements in the caller's arrays by hash: open addressing with linear probing, without objects,
 * 16 to 32 bytes per element. Not thread-safe.
 *
 * <p>An entry has 32 bits of the hash and the index, so nearly all look-ups read one line of memory; their cost is the
 * wait for memory. If the bits are the same, the caller compares its element at the index, and asks for the next index
 * if they differ:
 *
 * <pre>{@code
 * int slot = index.first(bits);
 * while (slot != HashIndex.NONE && !isMeant(index.at(slot))) {
 *     slot = index.next(slot, bits);
 * }
 * }</pre>
 */
public final class HashIndex {
    /** No slot. */
    public static final int NONE = -1;

    private static final long FREE = -1;

    /** The number of slots is a power of two, with at most half of them in use, so that probes stay short. */
    private LongPages entries;

    private int mask;
    private int size;

    /** @param expected the initial capacity; 1 to 2^28 */
    public HashIndex(int expected) {
        int slots = Integer.highestOneBit(expected * 2 - 1) * 2;
        entries = free(slots);
        mask = slots - 1;
    }

    private static LongPages free(int slots) {
        LongPages entries = new LongPages(slots);
        entries.fill(FREE);
        return entries;
    }

    /** The bits of a hash that are stored here; they include the start of probing. */
    public static int bits(long hash) {
        return (int) (hash ^ (hash >>> 32));
    }

    public int size() {
        return size;
    }

    /** The first slot with these bits, or {@link #NONE}. Any addition or removal makes slots invalid. */
    public int first(int bits) {
        return probe(bits & mask, bits);
    }

    /** The next slot with these bits, or {@link #NONE}. */
    public int next(int slot, int bits) {
        return probe((slot + 1) & mask, bits);
    }

    /**
     * Reads the slot where probing for these bits begins; the result has no meaning. In a table larger than the
     * processor's caches, each look-up waits for memory; independent reads wait together.
     */
    public long touch(int bits) {
        return entries.get(bits & mask);
    }

    private int probe(int from, int bits) {
        int slot = from;
        for (long entry = entries.get(slot); entry != FREE; entry = entries.get(slot)) {
            if (bitsOf(entry) == bits) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return NONE;
    }

    /** The index in a slot. */
    public int at(int slot) {
        return (int) entries.get(slot);
    }

    /** Adds an index, which must not be negative, nor be there already. */
    public void add(int bits, int index) {
        makeRoom();
        put(entries, mask, ((long) bits << 32) | index);
        size++;
    }

    private static void put(LongPages entries, int mask, long entry) {
        int slot = bitsOf(entry) & mask;
        while (entries.get(slot) != FREE) {
            slot = (slot + 1) & mask;
        }
        entries.set(slot, entry);
    }

    /** Acquires the memory for the next {@link #add}, which then acquires none. */
    public void makeRoom() {
        int slots = mask + 1;
        if (size < slots / 2) {
            return;
        }
        int more = Math.multiplyExact(slots, 2);
        LongPages larger = free(more);
        for (int slot = 0; slot < slots; slot++) {
            if (entries.get(slot) != FREE) {
                put(larger, more - 1, entries.get(slot));
            }
        }
        entries = larger;
        mask = more - 1;
    }

    /** Empties a slot and moves displaced entries up, so that no tombstones gather. */
    public void remove(int slot) {
        int hole = slot;
        int probe = slot;
        while (true) {
            probe = (probe + 1) & mask;
            if (entries.get(probe) == FREE) {
                break;
            }
            int home = bitsOf(entries.get(probe)) & mask;
            if (((probe - home) & mask) >= ((probe - hole) & mask)) {
                entries.set(hole, entries.get(probe));
                hole = probe;
            }
        }
        entries.set(hole, FREE);
        size--;
    }

    private static int bitsOf(long entry) {
        return (int) (entry >>> 32);
    }
}
