package io.github.dtstream.gap.fill;

import io.github.dtstream.time.MovableClock;
import io.github.dtstream.time.Sleeper;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** A clock that moves when somebody sleeps, and notifies listeners, so that the simulated world continues meanwhile. */
public final class SimulatedTime extends MovableClock implements Sleeper {
    private Consumer<Instant> follower = at -> {};

    public SimulatedTime(Instant start) {
        super(start);
    }

    void follow(Consumer<Instant> other) {
        follower = other;
    }

    @Override
    public void advance(Duration duration) {
        super.advance(duration);
        follower.accept(instant());
    }

    @Override
    public void sleep(Duration duration) {
        advance(duration);
    }
}
