package io.github.dtstream.gap;

import io.github.dtstream.time.Sleeper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Consumer;

/** A clock that moves when someone sleeps, and tells who wants to know, so that a world goes on meanwhile. */
final class SimulatedTime extends Clock implements Sleeper {
    private Instant now;
    private Consumer<Instant> follower = at -> {};

    SimulatedTime(Instant start) {
        now = start;
    }

    void follow(Consumer<Instant> other) {
        follower = other;
    }

    void advance(Duration duration) {
        now = now.plus(duration);
        follower.accept(now);
    }

    @Override
    public void sleep(Duration duration) {
        advance(duration);
    }

    @Override
    public Instant instant() {
        return now;
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
