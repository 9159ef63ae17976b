package io.github.dtstream.wire;

import io.github.dtstream.wire.FrameReader.FrameSink;
import java.util.Arrays;

/** Handles a finished record of either format: drops a blank one, and reports the first bytes of too long a one. */
final class FrameDispatcher {
    private static final int HEAD_BYTES = 1024;

    private final int maxEventSize;

    /**
     * @param maxEventSize the longest accepted record, in bytes; from 1 byte to 1 GiB
     * @throws IllegalArgumentException if it is outside that range
     */
    FrameDispatcher(int maxEventSize) {
        if (maxEventSize < 1 || maxEventSize > 1 << 30) {
            throw new IllegalArgumentException(
                    "maxEventSize must be from 1 byte to 1 GiB (" + (1 << 30) + "), but is " + maxEventSize);
        }
        this.maxEventSize = maxEventSize;
    }

    /**
     * @param kept how many of the record's bytes are in the array; fewer than {@code whole} only if it is too long
     * @param whole the record's length in bytes
     */
    void put(byte[] array, int offset, int kept, long whole, FrameSink sink) throws InterruptedException {
        if (whole > maxEventSize) {
            int head = Math.min(kept, Math.min(HEAD_BYTES, maxEventSize));
            sink.oversize(Arrays.copyOfRange(array, offset, offset + head), whole);
        } else if (!RecordBytes.isBlank(array, offset, kept)) {
            sink.frame(array, offset, kept);
        }
    }
}
