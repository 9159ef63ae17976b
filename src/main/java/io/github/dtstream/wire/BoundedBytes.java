package io.github.dtstream.wire;

import java.util.Arrays;

/**
 * A growing buffer that keeps the first {@code limit} bytes and only counts later ones, so memory is bounded while too
 * long a record passes. Not thread-safe.
 */
final class BoundedBytes {
    private static final int INITIAL_CAPACITY = 4096;

    private final int limit;
    private byte[] bytes;
    private int kept;
    private long length;

    /** @param limit how many bytes to keep */
    BoundedBytes(int limit) {
        this.limit = limit;
        this.bytes = new byte[Math.min(limit, INITIAL_CAPACITY)];
    }

    void append(byte[] source, int offset, int count) {
        int fitting = Math.min(count, limit - kept);
        reserve(kept + fitting);
        System.arraycopy(source, offset, bytes, kept, fitting);
        kept += fitting;
        length += count;
    }

    void append(byte value) {
        if (kept < limit) {
            reserve(kept + 1);
            bytes[kept++] = value;
        }
        length++;
    }

    /** Counts bytes without keeping them. */
    void skip(long count) {
        length += count;
    }

    /** Removes the bytes; the array keeps its content until the next append. */
    void clear() {
        kept = 0;
        length = 0;
    }

    /** The buffer itself; the first {@link #kept()} bytes are valid until the next append. */
    byte[] array() {
        return bytes;
    }

    int kept() {
        return kept;
    }

    /** How many bytes were appended or skipped, kept or not. */
    long length() {
        return length;
    }

    boolean isEmpty() {
        return length == 0;
    }

    private void reserve(int needed) {
        if (needed > bytes.length) {
            long doubled = Math.max(needed, bytes.length * 2L);
            bytes = Arrays.copyOf(bytes, (int) Math.min(limit, doubled));
        }
    }
}
