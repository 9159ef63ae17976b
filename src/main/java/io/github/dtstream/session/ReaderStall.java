package io.github.dtstream.session;

import io.github.dtstream.time.CloudClock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a connection's reader was held up: by a sink that took nothing, by a process that was stopped, by a machine
 * that slept. Spans are taken by the ticker and by the machine's clock, of which one stands still while a machine sleeps;
 * a clock that is set looks like a stall, which costs a reconnection and loses nothing. Owned by the reader thread.
 */
final class ReaderStall {
    /** A read ends by itself at the silence limit; a busy machine may run the thread this much later. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final CloudClock clock;
    private final Duration limit;
    private long nanos;
    private Instant machineTime = Instant.EPOCH;

    /** @param limit the longest silence that a living connection has */
    ReaderStall(CloudClock clock, Duration limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** The first read comes next. */
    void begin() {
        nanos = clock.nanos();
        machineTime = clock.machineTime();
    }

    /** A read has returned; returns how long the reader stood still, or null if it did not. */
    @Nullable
    Duration read() {
        return longerThan(limit.plus(GRACE));
    }

    /** What was read is passed on; returns how long that took, or null if it was no stall. */
    @Nullable
    Duration passedOn() {
        return longerThan(limit);
    }

    private @Nullable Duration longerThan(Duration bound) {
        Duration ticked = Duration.ofNanos(clock.nanos() - nanos);
        Duration told = Duration.between(machineTime, clock.machineTime());
        begin();
        Duration longer = ticked.compareTo(told) >= 0 ? ticked : told;
        return longer.compareTo(bound) > 0 ? longer : null;
    }
}
