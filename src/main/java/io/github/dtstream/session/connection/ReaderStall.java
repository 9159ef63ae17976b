package io.github.dtstream.session.connection;

import io.github.dtstream.time.CloudClock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a connection's reader was held up: by a sink that took nothing, by a process that was stopped, by a machine
 * that slept. While a machine sleeps its ticker stands still and its clock does not, so a read is measured by both; a clock
 * that is set looks like a sleep, which costs a reconnection and loses nothing. Owned by the reader thread.
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

    /** A read has returned; returns for how long the reader stood still, or null if it did not. */
    @Nullable
    Stall read() {
        Duration ticked = Duration.ofNanos(clock.nanos() - nanos);
        Duration told = Duration.between(machineTime, clock.machineTime());
        begin();
        Duration bound = limit.plus(GRACE);
        if (ticked.compareTo(bound) > 0) {
            return new Stall("the process or the machine stood still", ticked);
        }
        return told.compareTo(bound) > 0 ? new Stall("the machine slept, or its clock was set,", told) : null;
    }

    /** What was read is passed on; returns for how long that held the reader, or null if it was no stall. */
    @Nullable
    Stall passedOn() {
        Duration ticked = Duration.ofNanos(clock.nanos() - nanos);
        begin();
        return ticked.compareTo(limit) > 0 ? new Stall("the disk took nothing", ticked) : null;
    }

    /**
     * The reader was held up.
     *
     * @param why half a sentence
     * @param time for how long
     */
    record Stall(String why, Duration time) {}
}
