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
    private final AtomicReference<Hands> hands;

    /**
     * What it shows.
     *
     * @param ahead how far the ticker is ahead of the clock, which may have been set
     */
    private record Hands(Instant now, Duration ahead) {}

    public MovableClock(Instant start) {
        this.hands = new AtomicReference<>(new Hands(start, Duration.ZERO));
    }

    public void advance(Duration time) {
        hands.updateAndGet(before -> new Hands(before.now().plus(time), before.ahead()));
    }

    /** Sets the clock, which does not affect its ticker. */
    public void set(Instant time) {
        hands.updateAndGet(before -> new Hands(time, before.ahead().minus(Duration.between(before.now(), time))));
    }

    @Override
    public Instant instant() {
        return hands.get().now();
    }

    /** The cloud's time in a world in which this is the machine's clock and its ticker. */
    public CloudClock cloudClock() {
        return new CloudClock(this, this);
    }

    @Override
    public long nanos() {
        Hands shown = hands.get();
        return ChronoUnit.NANOS.between(Instant.EPOCH, shown.now())
                + shown.ahead().toNanos();
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
