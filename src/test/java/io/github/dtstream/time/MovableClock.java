package io.github.dtstream.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is moved. Thread-safe. */
public class MovableClock extends Clock implements Ticker {
    private final AtomicReference<Instant> now;
    /** How far the ticker is ahead of the clock, which may have been set. */
    private final AtomicReference<Duration> ticked = new AtomicReference<>(Duration.ZERO);

    public MovableClock(Instant start) {
        this.now = new AtomicReference<>(start);
    }

    public void advance(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    /** Sets the clock, which does not affect its ticker. */
    public void set(Instant time) {
        ticked.updateAndGet(before -> before.minus(Duration.between(now.get(), time)));
        now.set(time);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    /** The cloud's time in a world in which this is the machine's clock and its ticker. */
    public CloudClock cloudClock() {
        return new CloudClock(this, this);
    }

    @Override
    public long nanos() {
        return ChronoUnit.NANOS.between(Instant.EPOCH, now.get()) + ticked.get().toNanos();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
