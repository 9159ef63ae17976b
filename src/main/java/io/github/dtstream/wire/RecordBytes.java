package io.github.dtstream.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads the bytes of a record eight at a time, as nearly all are plain ASCII. */
final class RecordBytes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long SPACES = 0x2020202020202020L;

    private RecordBytes() {}

    /** Whether there is only JSON white space. */
    static boolean isBlank(byte[] bytes, int offset, int length) {
        return skipBlanks(bytes, offset, offset + length) == offset + length;
    }

    /** The index of the first byte that is not JSON white space; the end if there is none. */
    static int skipBlanks(byte[] bytes, int offset, int end) {
        int i = offset;
        while (i < end && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r' || bytes[i] == '\n')) {
            i++;
        }
        return i;
    }

    /** Copies an object's JSON; raw CR and LF, which JSON allows only between tokens, become spaces. */
    static byte[] copyAsOneLine(byte[] bytes, int offset, int length, int spare) {
        byte[] copy = new byte[length + spare];
        System.arraycopy(bytes, offset, copy, 0, length);
        if (hasControls(copy)) {
            for (int i = 0; i < length; i++) {
                if (copy[i] == '\n' || copy[i] == '\r') {
                    copy[i] = ' ';
                }
            }
        }
        return copy;
    }

    private static boolean hasControls(byte[] bytes) {
        int i = 0;
        long seen = 0;
        for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, i);
            seen |= (eight - SPACES) & ~eight;
        }
        for (; i < bytes.length; i++) {
            seen |= (bytes[i] - ' ') & ~bytes[i];
        }
        return (seen & HIGH_BITS) != 0;
    }
}
