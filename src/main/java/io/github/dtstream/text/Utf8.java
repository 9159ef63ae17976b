package io.github.dtstream.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Checks whether bytes are text. Pure. */
public final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** Whether the bytes are well-formed UTF-8. Reads eight at a time, as nearly all are plain ASCII. */
    public static boolean isValid(byte[] bytes, int offset, int length) {
        return isAscii(bytes, offset, length) || decodes(bytes, offset, length);
    }

    private static boolean isAscii(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int i = offset;
        long seen = 0;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            seen |= (long) LONGS.get(bytes, i);
        }
        for (; i < end; i++) {
            seen |= bytes[i];
        }
        return (seen & HIGH_BITS) == 0;
    }

    private static boolean decodes(byte[] bytes, int offset, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
