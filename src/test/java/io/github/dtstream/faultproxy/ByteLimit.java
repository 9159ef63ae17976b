package io.github.dtstream.faultproxy;

/** A number of bytes that may still pass in one direction; then it is used up, once. Thread-safe by its lock. */
final class ByteLimit {
    private final boolean downstream;
    private final Cut cut;

    // Guarded by this object's lock.
    private long left;
    private boolean usedUp;

    /** @param downstream whether it is for the direction towards the client */
    ByteLimit(boolean downstream, long bytes, Cut cut) {
        this.downstream = downstream;
        this.left = bytes;
        this.cut = cut;
    }

    Cut cut() {
        return cut;
    }

    /** How many of so many bytes may pass; fewer than that only once. */
    synchronized int take(boolean towardsClient, int bytes) {
        if (towardsClient != downstream || usedUp) {
            return bytes;
        }
        if (bytes <= left) {
            left -= bytes;
            return bytes;
        }
        usedUp = true;
        return (int) left;
    }
}
