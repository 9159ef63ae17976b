package io.github.dtstream.time;

import java.time.Duration;

/**
 * A future moment by a ticker: it does not change when the clock is set. Immutable; as thread-safe as its ticker.
 *
 * @param nanos the ticker's nanoseconds at that moment
 */
public record Deadline(Ticker ticker, long nanos) {
    /** The moment after a delay from now. */
    public static Deadline after(Duration delay, Ticker ticker) {
        return new Deadline(ticker, ticker.nanos() + delay.toNanos());
    }

    /** The time until then; zero once it has come. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - ticker.nanos()));
    }

    /** Whether the moment has come. */
    public boolean isOver() {
        return left().isZero();
    }
}
