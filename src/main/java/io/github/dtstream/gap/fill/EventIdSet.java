package io.github.dtstream.gap.fill;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A set of event identifiers that keeps 128 bits of a digest of each: 32 bytes an identifier, whatever its length, and no
 * objects. Two of a thousand million identifiers are taken for each other with a probability under 10⁻²⁰. Not thread-safe.
 */
final class EventIdSet {
    private static final int SMALLEST = 1 << 10;

    private final MessageDigest digest;
    // Pairs of longs, open addressing with linear probing; a pair of zeros is a free place. At most half full.
    private long[] pairs = new long[2 * SMALLEST];
    private int size;

    EventIdSet() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** @return false if it was there already */
    boolean add(String identifier) {
        ByteBuffer hash = hash(identifier);
        if (!insert(hash.getLong(0), hash.getLong(Long.BYTES) | 1)) {
            return false;
        }
        size++;
        if (2 * size > pairs.length / 2) {
            grow();
        }
        return true;
    }

    boolean contains(String identifier) {
        ByteBuffer hash = hash(identifier);
        int place = place(hash.getLong(0), hash.getLong(Long.BYTES) | 1);
        return pairs[place + 1] != 0;
    }

    int size() {
        return size;
    }

    private ByteBuffer hash(String identifier) {
        return ByteBuffer.wrap(digest.digest(identifier.getBytes(StandardCharsets.UTF_8)));
    }

    private boolean insert(long high, long low) {
        int place = place(high, low);
        if (pairs[place + 1] != 0) {
            return false;
        }
        pairs[place] = high;
        pairs[place + 1] = low;
        return true;
    }

    /** Where the pair stands, or the free place where it would. The low half is odd, so that no pair looks free. */
    private int place(long high, long low) {
        int mask = pairs.length / 2 - 1;
        int slot = (int) high & mask;
        while (pairs[2 * slot + 1] != 0 && (pairs[2 * slot] != high || pairs[2 * slot + 1] != low)) {
            slot = (slot + 1) & mask;
        }
        return 2 * slot;
    }

    private void grow() {
        long[] old = pairs;
        pairs = new long[Math.multiplyExact(old.length, 2)];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i + 1] != 0) {
                insert(old[i], old[i + 1]);
            }
        }
    }
}
