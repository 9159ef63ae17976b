package io.github.dtstream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.time.MovableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StreamActivityTest {
    private static final Instant START = Instant.parse("2026-05-01T08:00:00Z");

    private final MovableClock clock = new MovableClock(START);
    private final StreamActivity activity = new StreamActivity(clock.cloudClock());

    @Test
    void isSilentSinceItReceivedLast() {
        assertThat(activity.silence()).isEmpty();

        activity.received(1, START);
        clock.advance(Duration.ofSeconds(7));

        assertThat(activity.silence()).contains(Duration.ofSeconds(7));
    }

    @Test
    void aPushEndsTheSilenceOnlyOfAStreamThatReceivesNothingElse() {
        activity.received(1, START);
        clock.advance(Duration.ofSeconds(7));

        activity.pushed(1, false);
        assertThat(activity.silence()).contains(Duration.ofSeconds(7));
        assertThat(activity.lastPushed()).contains(clock.instant());

        activity.pushed(1, true);
        assertThat(activity.silence()).contains(Duration.ZERO);
    }

    @Test
    void theRateHasWhatWasReceivedAndPushedButNotWhatHistoryHad() {
        for (int second = 0; second < 60; second++) {
            activity.received(2, clock.instant());
            activity.pushed(1, false);
            activity.fetched();
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(activity.perSecond()).isBetween(2.5, 3.5);
        assertThat(activity.counters().live()).isEqualTo(120);
        assertThat(activity.counters().pushed()).isEqualTo(60);
        assertThat(activity.counters().history()).isEqualTo(60);
    }

    @Test
    void interruptionsThatDifferOnlyInNumbersAreCountedTogether() {
        activity.interrupted("nothing came for 12 s");
        activity.interrupted("nothing came for 13 s");
        activity.interrupted("reset by peer");

        assertThat(activity.counters().interruptions()).isEqualTo(3);
        assertThat(activity.reconnects().values()).containsExactlyInAnyOrder(2L, 1L);
    }
}
