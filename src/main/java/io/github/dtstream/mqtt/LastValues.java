package io.github.dtstream.mqtt;

import io.github.dtstream.collection.HashIndex;
import io.github.dtstream.memory.MemoryShare;
import io.github.dtstream.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;

/**
 * The newest timestamp that was published on each topic, so that a late value never overwrites a newer one. It is kept
 * in a file over restarts.
 *
 * <p>A value counts from its sending on, and does not count any more if it is not acknowledged. A message that is
 * published again gets the topic that it had before, unless the broker has a newer value by then.
 *
 * <p>The file is a list of entries of 16 bytes: a hash of the topic, and the timestamp, which is overwritten in place.
 * It survives a crash of the process; after a power failure the last seconds may be missing. The timestamp of a last
 * value is written before the value is published, any other after the acknowledgement. In memory an entry takes about
 * 50 bytes.
 *
 * <p>Thread-safe. A caller that holds {@link #order()} from its query to the sending keeps the order of values. That
 * lock is taken before this object's own.
 */
final class LastValues implements Closeable {
    private static final int ENTRY_BYTES = 16;
    /** The memory of an entry: three longs, and two to four entries of the index. */
    private static final int MEMORY_BYTES_EACH = 48;
    /** No entry. */
    private static final int NONE = -1;

    private static final long NEVER = Long.MIN_VALUE;

    private final ReentrantLock order = new ReentrantLock();
    private final Storage.OpenFile file;
    private final MemoryShare memory;

    // All guarded by this.
    private final ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);

    /** The hash of the topic, by entry. */
    private long[] hashes = new long[64];

    /** The newest timestamp that is published or being sent, by entry, in nanoseconds of Unix time. */
    private long[] newest = new long[64];

    /** The newest timestamp that is published, by entry; the file has this one. */
    private long[] published = new long[64];

    private int size;
    /** Entries that the file does not have in their present state. */
    private final BitSet unsaved = new BitSet();

    private final Set<Values> underWay = new LinkedHashSet<>();

    /** The entries by hash. */
    private final HashIndex byHash = new HashIndex(64);

    private LastValues(Storage.OpenFile file, MemoryShare memory) {
        this.file = file;
        this.memory = memory;
    }

    /**
     * Opens the file; creates it and its folder if they do not exist.
     *
     * @param memory counts the memory of the entries; it does not limit them, as there is one per topic
     */
    static LastValues open(Path path, Storage storage, MemoryShare memory) throws IOException {
        storage.createDirectories(path.toAbsolutePath().resolveSibling(""));
        Storage.OpenFile file = storage.openOrCreate(path);
        LastValues values = new LastValues(file, memory);
        try {
            values.load();
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return values;
    }

    /**
     * Held from the query of a value until it is sent, so that values are sent in the order of queries.
     */
    ReentrantLock order() {
        return order;
    }

    /**
     * Whether the value is the newest of its topic; if so, its timestamp is recorded.
     *
     * @param timestamp nanoseconds of Unix time
     * @throws IOException if it cannot be recorded; the value then must not be published
     */
    synchronized boolean isNewest(String topic, long timestamp) throws IOException {
        long hash = hash(topic);
        int index = entryOf(hash);
        if (index != NONE && timestamp < newest[index]) {
            return false;
        }
        if (index == NONE || timestamp > newest[index]) {
            int at = index == NONE ? size : index;
            // Write the entries before this one first, as the file would otherwise have a hole.
            save();
            write(at, hash, timestamp);
            put(at, hash, timestamp, timestamp);
        }
        return true;
    }

    /** Whether a value of the topic with this timestamp, or a newer one, has been published or is being sent. */
    synchronized boolean isKnown(String topic, long timestamp) {
        int index = entryOf(hash(topic));
        return index != NONE && timestamp <= newest[index];
    }

    /** Whether any value of the topic has been published or is being sent. */
    synchronized boolean isKnown(String topic) {
        return entryOf(hash(topic)) != NONE;
    }

    /** Begins a group of values that are sent together; {@link #ended} must be called for it. */
    synchronized Values begin() {
        Values values = new Values();
        underWay.add(values);
        return values;
    }

    /**
     * Whether a newer value of the topic has been published or is being sent; if not, this one becomes the newest.
     *
     * @param timestamp nanoseconds of Unix time
     * @param message the index of the value
     */
    synchronized boolean isLate(String topic, long timestamp, Values values, int message) {
        long hash = hash(topic);
        int index = entryOf(hash);
        if (index != NONE && timestamp < newest[index]) {
            return true;
        }
        if (index == NONE) {
            index = size;
            put(index, hash, timestamp, NEVER);
            unsaved.set(index);
        } else {
            newest[index] = timestamp;
        }
        values.add(index, timestamp, message);
        return false;
    }

    /**
     * Ends a group of values.
     *
     * @param acknowledged the values that the broker has; the others no longer count as sent
     */
    synchronized void ended(Values values, IntPredicate acknowledged) {
        if (!underWay.remove(values)) {
            return;
        }
        for (int i = 0; i < values.size; i++) {
            int index = values.entries[i];
            if (acknowledged.test(values.messages[i]) && values.timestamps[i] > published[index]) {
                published[index] = values.timestamps[i];
                unsaved.set(index);
            }
        }
        values.forgetAllBut(acknowledged.negate());
        for (int i = 0; i < values.size; i++) {
            int index = values.entries[i];
            if (newest[index] == values.timestamps[i]) {
                newest[index] = newestLeft(index);
            }
        }
        try {
            save();
        } catch (IOException e) {
            // The next publication saves first, and fails if that fails.
        }
    }

    private long newestLeft(int index) {
        long left = published[index];
        for (Values values : underWay) {
            left = Math.max(left, values.newestOf(index));
        }
        return left;
    }

    /** Saves acknowledged timestamps whose saving failed before. */
    synchronized void save() throws IOException {
        for (int index = unsaved.nextSetBit(0); index >= 0; index = unsaved.nextSetBit(index + 1)) {
            write(index, hashes[index], published[index]);
            unsaved.clear(index);
        }
    }

    /** The number of known topics. */
    synchronized int size() {
        return size;
    }

    @Override
    public synchronized void close() throws IOException {
        save();
        memory.close();
        file.force();
        file.close();
    }

    private synchronized void load() throws IOException {
        byte[] bytes = new byte[ENTRY_BYTES * 4_096];
        int left = 0;
        long position = 0;
        int count;
        while ((count = file.read(bytes, left, bytes.length - left, position)) >= 0) {
            position += count;
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, left + count);
            while (buffer.remaining() >= ENTRY_BYTES) {
                long hash = buffer.getLong();
                long timestamp = buffer.getLong();
                put(size, hash, timestamp, timestamp);
            }
            left = buffer.remaining();
            buffer.compact();
        }
    }

    private void write(int index, long hash, long timestamp) throws IOException {
        entry.clear().putLong(hash).putLong(timestamp);
        file.write(entry.array(), 0, ENTRY_BYTES, (long) index * ENTRY_BYTES);
    }

    private void put(int index, long hash, long timestamp, long recorded) {
        if (index == size) {
            grow();
            byHash.add(HashIndex.bits(hash), index);
            size++;
        }
        hashes[index] = hash;
        newest[index] = timestamp;
        published[index] = recorded;
    }

    private void grow() {
        if (size < hashes.length) {
            return;
        }
        memory.set(2L * size * MEMORY_BYTES_EACH);
        hashes = Arrays.copyOf(hashes, size * 2);
        newest = Arrays.copyOf(newest, size * 2);
        published = Arrays.copyOf(published, size * 2);
    }

    /** The entry with a hash, or none. */
    private int entryOf(long hash) {
        int bits = HashIndex.bits(hash);
        for (int slot = byHash.first(bits); slot != HashIndex.NONE; slot = byHash.next(slot, bits)) {
            if (hashes[byHash.at(slot)] == hash) {
                return byHash.at(slot);
            }
        }
        return NONE;
    }

    /**
     * FNV-1a of the characters, with its bits mixed. Among a million topics, two have the same hash with a probability
     * of 1 in 10 million.
     */
    private static long hash(String topic) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < topic.length(); i++) {
            hash = (hash ^ topic.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        return hash ^ (hash >>> 33);
    }

    /** A group of values that are sent together, each with the entry of its topic. Guarded by their owner. */
    static final class Values {
        private int[] entries = new int[16];
        private long[] timestamps = new long[16];
        private int[] messages = new int[16];
        private int size;

        private Values() {}

        private void add(int entry, long timestamp, int message) {
            if (size == entries.length) {
                entries = Arrays.copyOf(entries, size * 2);
                timestamps = Arrays.copyOf(timestamps, size * 2);
                messages = Arrays.copyOf(messages, size * 2);
            }
            entries[size] = entry;
            timestamps[size] = timestamp;
            messages[size++] = message;
        }

        private void forgetAllBut(IntPredicate wanted) {
            int kept = 0;
            for (int i = 0; i < size; i++) {
                if (wanted.test(messages[i])) {
                    entries[kept] = entries[i];
                    timestamps[kept] = timestamps[i];
                    messages[kept++] = messages[i];
                }
            }
            size = kept;
        }

        private long newestOf(int entry) {
            long newest = NEVER;
            for (int i = 0; i < size; i++) {
                if (entries[i] == entry) {
                    newest = Math.max(newest, timestamps[i]);
                }
            }
            return newest;
        }
    }
}
