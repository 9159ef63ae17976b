package io.github.dtstream.faultproxy;

/** A number of bytes that may still pass; then it is used up, once. Thread-safe by its lock. */
final class ByteLimit {
    private long left;
    private final Cut cut;
    private boolean usedUp;

    ByteLimit(long bytes, Cut cut) {
        this.left = bytes;
        this.cut = cut;
    }

    Cut cut() {
        return cut;
    }

    /** How many of so many bytes may pass; fewer than that only once. */
    synchronized int take(int bytes) {
        if (usedUp || bytes <= left) {
            left -= usedUp ? 0 : bytes;
            return bytes;
        }
        usedUp = true;
        return (int) left;
    }
}
