package io.github.dtstream.wire;

/**
 * Cuts the bytes of a stream's body into records, wherever the chunk borders fall. Not thread-safe. Memory is bounded
 * by the longest record that it is told to keep.
 */
public interface FrameReader {
    /** Takes the next bytes and hands every record that they complete to the sink; does not keep the array. */
    void feed(byte[] buffer, int offset, int length, FrameSink sink) throws InterruptedException;

    /** The body has ended: what is left is handed on, or discarded, as the format says. */
    void end(FrameSink sink) throws InterruptedException;

    /** How many records were cut off by the end of the body and discarded; they are no rejected records. */
    default long truncated() {
        return 0;
    }

    /** Takes records. */
    interface FrameSink {
        /** One record; the bytes are valid during the call only. */
        void frame(byte[] buffer, int offset, int length) throws InterruptedException;

        /**
         * A record longer than allowed went by.
         *
         * @param head its first bytes, at most 1 KiB
         * @param length its whole length in bytes
         */
        void oversize(byte[] head, long length) throws InterruptedException;
    }
}
