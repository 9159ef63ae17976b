package io.github.dtstream.faultproxy;

/** A number of bytes that may pass in one direction before a cut, which happens once. Thread-safe by its lock. */
final class ByteLimit {
    private final boolean downstream;
    private final Cut cut;

    // Guarded by this object's lock.
    private long left;
    private boolean usedUp;

    /** @param downstream whether the limit is for the direction to the client */
    ByteLimit(boolean downstream, long bytes, Cut cut) {
        this.downstream = downstream;
        this.left = bytes;
        this.cut = cut;
    }

    Cut cut() {
        return cut;
    }

    /** How many of so many bytes may pass; fewer only once. */
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
