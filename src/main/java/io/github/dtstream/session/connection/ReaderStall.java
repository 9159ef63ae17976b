package io.github.dtstream.session.connection;

import io.github.dtstream.time.CloudClock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Detects that a connection's reader was held up: by a sink that did not accept, by a stopped process, or by a sleeping
 * machine. While a machine sleeps, its ticker stops and its clock does not, so a read is measured by both. If the clock
 * is set, this looks like a sleep; that costs a reconnection and loses nothing. Owned by the reader thread.
 */
final class ReaderStall {
    /** How much later than the limit of silence a read may end, on a busy machine. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final String SLEPT = "the machine slept, or its clock was set,";

    private final CloudClock clock;
    private final Duration limit;
    private long nanos;
    private Instant machineTime = Instant.EPOCH;

    /** @param limit the longest silence of a working connection */
    ReaderStall(CloudClock clock, Duration limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** Called before the first read. */
    void begin() {
        nanos = clock.nanos();
        machineTime = clock.machineTime();
    }

    /** Called after a read; returns how long the reader was held up, or null if it was not. */
    @Nullable
    Stall read() {
        return stall(limit.plus(GRACE), "the process or the machine stood still");
    }

    /**
     * Called when records were passed on; returns how long that held the reader up, or null if it was within the limit.
     */
    @Nullable
    Stall passedOn() {
        return stall(limit, "the journal took nothing");
    }

    private @Nullable Stall stall(Duration most, String why) {
        Duration ticked = Duration.ofNanos(clock.nanos() - nanos);
        Duration told = Duration.between(machineTime, clock.machineTime());
        begin();
        if (ticked.compareTo(most) > 0) {
            return new Stall(why, ticked);
        }
        return told.compareTo(limit.plus(GRACE)) > 0 ? new Stall(SLEPT, told) : null;
    }

    /**
     * The reader was held up.
     *
     * @param why the reason, half a sentence
     * @param time the duration
     */
    record Stall(String why, Duration time) {}
}
