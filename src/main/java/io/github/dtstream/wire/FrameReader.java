package io.github.dtstream.wire;

/**
 * Splits the bytes of a stream's body into records, independent of the chunks. Not thread-safe. Its memory is bounded
 * by the longest accepted record.
 */
public interface FrameReader {
    /** Takes the next bytes, and passes each record that they complete to the sink; does not keep the array. */
    void feed(byte[] buffer, int offset, int length, FrameSink sink) throws InterruptedException;

    /** Ends the body: the rest is passed on or discarded, depending on the format. */
    void end(FrameSink sink) throws InterruptedException;

    /** How many records the end of the body cut off; they are discarded and do not count as rejected. */
    default long truncated() {
        return 0;
    }

    /** Takes records. */
    interface FrameSink {
        /** Takes one record; the bytes are valid only during the call. */
        void frame(byte[] buffer, int offset, int length) throws InterruptedException;

        /**
         * Reports a record that is longer than allowed.
         *
         * @param head its first bytes, at most 1 KiB
         * @param length its full length in bytes
         */
        void oversize(byte[] head, long length) throws InterruptedException;
    }
}
