package io.github.dtstream.series;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what changes in all streams of a router, so that one number says what somebody has seen. It is greater after each start,
 * and exact as a number of JavaScript's. Thread-safe.
 */
public final class Versions {
    /** As many changes a millisecond as may come from the start of the router on. */
    private static final long A_MILLISECOND = 1_000;

    private final long first;
    private final AtomicLong newest;

    public Versions(Clock clock) {
        first = clock.millis() * A_MILLISECOND;
        newest = new AtomicLong(first);
    }

    /** What was given before all else. */
    public long first() {
        return first;
    }

    public long newest() {
        return newest.get();
    }

    /** To be called under the lock under which the change is made, or who asks for the newest would miss it. */
    long next() {
        return newest.incrementAndGet();
    }
}
