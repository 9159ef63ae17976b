package io.github.dtstream.time;

import java.time.Duration;

/**
 * A moment to come, measured by a ticker: it comes as soon as was meant when it was set, whatever is done to the clock
 * meanwhile. Immutable; as thread-safe as its ticker.
 *
 * @param nanos the ticker's nanoseconds at that moment
 */
public record Deadline(Ticker ticker, long nanos) {
    /** The moment that comes so much later than now. */
    public static Deadline after(Duration delay, Ticker ticker) {
        return new Deadline(ticker, ticker.nanos() + delay.toNanos());
    }

    /** How long it takes until then; zero once it has come. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - ticker.nanos()));
    }

    /** Whether the moment has come. */
    public boolean isOver() {
        return left().isZero();
    }
}
