package io.github.dtstream.collection;

/**
 * Finds by its hash where something stands in arrays that the caller keeps: open addressing with linear probing, without
 * objects, 16 to 32 bytes for each. Not thread-safe.
 *
 * <p>An entry holds 32 bits of the hash beside the index, so that nearly all questions touch one line of memory: what they cost
 * is waiting for memory. Where the bits are the same the caller compares what it has at the index, and asks for the next:
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

    /** A power of two of them, at most half of them taken, so that probes stay short. */
    private LongPages entries;

    private int mask;
    private int size;

    /** @param expected for how many there is room at first; 1 to 2^28 */
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

    /** The bits of a hash that are kept here; where probing begins is among them. */
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
     * Reads where probing for these bits begins, and means nothing. A table that is larger than the processor's caches answers
     * each look-up after a wait for memory; reads that need nothing of each other wait together.
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

    /** Adds an index, not negative, that is not there yet. */
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

    /** Takes the memory that the next {@link #add} needs, which then takes none. */
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

    /** Empties a slot and moves up what probing had pushed behind it, so that no tombstones gather. */
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
