package io.github.dtstream.mqtt;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest timestamp published on each topic, so that a value that comes late never overwrites a newer one; kept in a
 * file, for after a restart, too.
 *
 * <p>The file is a list of entries of 16 bytes: a hash of the topic, and the timestamp, which is overwritten in place.
 * It is written before the value is published, or at the next {@link #save}, and survives a crash of the process; after a
 * power failure the last seconds may be missing. In memory an entry takes about 30 bytes.
 *
 * <p>Not thread-safe: guarded by {@link #order()}.
 */
final class LastValues implements Closeable {
    private static final int ENTRY_BYTES = 16;
    private static final int FREE = -1;

    private final ReentrantLock order = new ReentrantLock();
    private final FileChannel file;
    private final ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);

    /** Of entry n: the hash of its topic, and the timestamp in nanoseconds of Unix time. */
    private long[] hashes = new long[64];

    private long[] timestamps = new long[64];
    private int size;
    /** Entries that the file does not have, or not as they are. */
    private final BitSet unsaved = new BitSet();

    /** Open addressing: which entry has a hash; twice as many places as there can be entries. */
    private int[] places = table(128);

    private LastValues(FileChannel file) {
        this.file = file;
    }

    /** Opens the file, creating it and its folder if need be. */
    static LastValues open(Path path) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        LastValues values = new LastValues(file);
        try {
            values.load();
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return values;
    }

    /**
     * To be held from asking for a value until it is on its way, so that values leave in the order in which they were
     * asked for.
     */
    ReentrantLock order() {
        return order;
    }

    /**
     * Whether no newer value of the topic has been published; if so, the timestamp is recorded.
     *
     * @param timestamp nanoseconds of Unix time
     * @throws IOException if it cannot be recorded; the value then must not be published
     */
    boolean isNewest(String topic, long timestamp) throws IOException {
        long hash = hash(topic);
        int index = places[place(hash)];
        if (index != FREE && timestamp < timestamps[index]) {
            return false;
        }
        if (index == FREE || timestamp > timestamps[index]) {
            int at = index == FREE ? size : index;
            // an entry after one that the file lacks would leave a hole in it
            save();
            write(at, hash, timestamp);
            put(at, hash, timestamp);
        }
        return true;
    }

    /**
     * Whether a newer value of the topic has been published; if not, the timestamp is remembered, and recorded with the next
     * {@link #save}, which costs less than a write for each.
     *
     * @param timestamp nanoseconds of Unix time
     */
    boolean isLate(String topic, long timestamp) {
        long hash = hash(topic);
        int index = places[place(hash)];
        if (index != FREE && timestamp < timestamps[index]) {
            return true;
        }
        if (index == FREE || timestamp > timestamps[index]) {
            int at = index == FREE ? size : index;
            put(at, hash, timestamp);
            unsaved.set(at);
        }
        return false;
    }

    /** Records what {@link #isLate} has remembered. */
    void save() throws IOException {
        for (int index = unsaved.nextSetBit(0); index >= 0; index = unsaved.nextSetBit(index + 1)) {
            write(index, hashes[index], timestamps[index]);
            unsaved.clear(index);
        }
    }

    /** How many topics are known. */
    int size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        save();
        file.force(true);
        file.close();
    }

    private void load() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(ENTRY_BYTES * 4_096);
        while (file.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.remaining() >= ENTRY_BYTES) {
                put(size, buffer.getLong(), buffer.getLong());
            }
            buffer.compact();
        }
    }

    private void write(int index, long hash, long timestamp) throws IOException {
        entry.clear().putLong(hash).putLong(timestamp).flip();
        long position = (long) index * ENTRY_BYTES;
        while (entry.hasRemaining()) {
            position += file.write(entry, position);
        }
    }

    private void put(int index, long hash, long timestamp) {
        if (index == size) {
            grow();
            size++;
        }
        hashes[index] = hash;
        timestamps[index] = timestamp;
        places[place(hash)] = index;
    }

    private void grow() {
        if (size < hashes.length) {
            return;
        }
        hashes = Arrays.copyOf(hashes, size * 2);
        timestamps = Arrays.copyOf(timestamps, size * 2);
        places = table(size * 4);
        for (int index = 0; index < size; index++) {
            places[place(hashes[index])] = index;
        }
    }

    /** The place of a hash, or the free one where it would be. */
    private int place(long hash) {
        int mask = places.length - 1;
        int place = (int) (hash >>> 32) & mask;
        while (places[place] != FREE && hashes[places[place]] != hash) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private static int[] table(int length) {
        int[] table = new int[length];
        Arrays.fill(table, FREE);
        return table;
    }

    /**
     * FNV-1a of the characters, its bits then mixed; among a million topics two meet with a chance of 1 in 10
     * million.
     */
    private static long hash(String topic) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < topic.length(); i++) {
            hash = (hash ^ topic.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        return hash ^ (hash >>> 33);
    }
}
