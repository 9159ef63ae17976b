package io.github.dtstream.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SteadyClockTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final MovableClock clock = new MovableClock(NOON);
    private final SteadyClock steady = new SteadyClock(clock, clock);

    @Test
    void followsTheTickerAlthoughTheClockIsSet() {
        clock.advance(Duration.ofSeconds(1));
        clock.set(NOON.minus(Duration.ofDays(1)));
        clock.advance(Duration.ofSeconds(1));

        assertThat(steady.instant()).isEqualTo(NOON.plusSeconds(2));
    }

    @Test
    void showsAMomentAsLongAgoAsItIs() {
        clock.set(NOON.minus(Duration.ofDays(1)));
        clock.advance(Duration.ofSeconds(30));

        assertThat(steady.shown(NOON)).isEqualTo(clock.instant().minusSeconds(30));
    }

    @Test
    void showsAMomentAsTheSameTimeAlthoughTheTwoAreNotReadAtOnce() {
        MovableClock ticker = new MovableClock(NOON);
        SteadyClock apart = new SteadyClock(clock, ticker);
        Instant before = apart.shown(NOON);
        clock.advance(Duration.ofMillis(3));

        assertThat(apart.shown(NOON)).isEqualTo(before).isEqualTo(NOON);
    }
}
