package io.github.dtstream.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The time of a clock, as if nobody ever set it: it begins with the time of the clock, and then follows a ticker. So moments of
 * one such clock can be compared, and waited for, whatever happens to the other. As thread-safe as both.
 */
public final class SteadyClock {
    /** The least difference that shows that the clock was set. The two are read one after the other. */
    private static final Duration SET = Duration.ofSeconds(1);

    private final Clock clock;
    private final Ticker ticker;
    private final Instant begin;
    private final long beginNanos;
    /** How far the clock is ahead of this. */
    private volatile Duration ahead = Duration.ZERO;

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
     * A moment of this clock for people, in the present time of the other clock: it is as long ago there as it is here. The
     * answer for a moment is the same each time, until the other clock is set.
     */
    public Instant shown(Instant moment) {
        Duration found = Duration.between(instant(), clock.instant());
        if (found.minus(ahead).abs().compareTo(SET) >= 0) {
            ahead = found;
        }
        return moment.plus(ahead);
    }
}
