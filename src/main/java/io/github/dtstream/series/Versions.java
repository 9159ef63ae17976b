package io.github.dtstream.series;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the changes in all streams of a router, so that one number tells what a viewer has. It is greater after each
 * start, and small enough to be exact in JavaScript. Thread-safe.
 */
public final class Versions {
    /** How many changes per millisecond, on average, still leave the count below that of the next start. */
    private static final long A_MILLISECOND = 1_000;

    private final long first;
    private final AtomicLong newest;

    public Versions(Clock clock) {
        first = clock.millis() * A_MILLISECOND;
        newest = new AtomicLong(first);
    }

    /** The first version of this run of the router. */
    public long first() {
        return first;
    }

    public long newest() {
        return newest.get();
    }

    /**
     * Gives the version of a change. To be called under the lock of the change; otherwise a reader of {@link #newest}
     * could miss it.
     */
    long next() {
        return newest.incrementAndGet();
    }
}
