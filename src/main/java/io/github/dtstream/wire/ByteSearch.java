package io.github.dtstream.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds line ends and ends of strings, eight bytes at a time. XOR makes each wanted byte zero, and subtracting one from a zero byte sets its
 * high bit. Only the lowest bit that is found is exact, since the subtraction borrows from the bytes above it.
 */
public final class ByteSearch {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LINE_FEEDS = '\n' * ONES;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long SPACES = ' ' * ONES;
    private static final long CARRIAGE_RETURNS = '\r' * ONES;

    private ByteSearch() {}

    /** The index of the first LF in {@code [from, end)}; {@code end} if there is none. */
    public static int indexOfLineFeed(byte[] bytes, int from, int end) {
        int i = from;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long found = zeroBytes((long) LONGS.get(bytes, i) ^ LINE_FEEDS);
            if (found != 0) {
                return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
        }
        while (i < end && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    /** The index of the first CR or LF in {@code [from, end)}; {@code end} if there is none. */
    static int indexOfLineEnd(byte[] bytes, int from, int end) {
        int i = from;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, i);
            long found = zeroBytes(eight ^ LINE_FEEDS) | zeroBytes(eight ^ CARRIAGE_RETURNS);
            if (found != 0) {
                return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
        }
        while (i < end && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    /**
     * The index of the first byte in {@code [from, end)} that is a quote, a backslash or not printable ASCII; {@code
     * end} if there is none.
     */
    static int indexOfUnplain(byte[] bytes, int from, int end) {
        int i = from;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, i);
            long controls = (eight - SPACES) & ~eight | eight;
            long found = zeroBytes(eight ^ QUOTES) | zeroBytes(eight ^ BACKSLASHES) | controls & HIGH_BITS;
            if (found != 0) {
                return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
        }
        while (i < end && bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        return i;
    }

    private static long zeroBytes(long eight) {
        return (eight - ONES) & ~eight & HIGH_BITS;
    }
}
