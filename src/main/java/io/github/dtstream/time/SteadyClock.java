package io.github.dtstream.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The time of a clock, as if nobody ever set it: it begins with the time of the clock, and then follows a ticker. So moments of
 * one such clock can be compared, and waited for, whatever happens to the other. Immutable; as thread-safe as both.
 */
public final class SteadyClock {
    private final Clock clock;
    private final Ticker ticker;
    private final Instant begin;
    private final long beginNanos;

    public SteadyClock(Clock clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
        this.begin = clock.instant();
        this.beginNanos = ticker.nanos();
    }

    /** The present moment; only to be compared with others of this object. */
    public Instant instant() {
        return begin.plusNanos(ticker.nanos() - beginNanos);
    }

    /**
     * A moment of this clock for people, in the present time of the other clock: it is as long ago there as it is here.
     */
    public Instant shown(Instant moment) {
        return clock.instant().minus(Duration.between(moment, instant()));
    }
}
