package io.github.dtstream.gap;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.time.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GapEndsTest {
    private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration DELAY = Duration.ofSeconds(20);

    private final MovableClock ticker = new MovableClock(TEN);
    private final GapEnds ends = new GapEnds(DELAY, ticker);

    private static Gap ended(long id, Instant to) {
        return Gap.open(id, TEN, "reset").resumed(to);
    }

    @Test
    void waitsTheWholeDelayForAGapThatWasNotSeen() {
        assertThat(ends.left(1)).isEqualTo(DELAY);
    }

    @Test
    void countsFromWhenTheEndWasSeenWhateverItsTimeIs() {
        ends.saw(List.of(ended(1, TEN.plus(Duration.ofHours(3)))));
        ticker.advance(Duration.ofSeconds(5));

        assertThat(ends.left(1)).isEqualTo(Duration.ofSeconds(15));
        ticker.advance(Duration.ofSeconds(15));
        assertThat(ends.left(1)).isZero();
        ticker.advance(Duration.ofHours(1));
        assertThat(ends.left(1)).isZero();
    }

    @Test
    void seeingTheSameEndAgainDoesNotBeginAnew() {
        ends.saw(List.of(ended(1, TEN)));
        ticker.advance(Duration.ofSeconds(5));
        ends.saw(List.of(ended(1, TEN)));

        assertThat(ends.left(1)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void anotherEndBeginsAnew() {
        ends.saw(List.of(ended(1, TEN)));
        ticker.advance(Duration.ofSeconds(5));
        ends.saw(List.of(ended(1, TEN.plusSeconds(3))));

        assertThat(ends.left(1)).isEqualTo(DELAY);
    }

    @Test
    void theClockMayBeSetMeanwhile() {
        ends.saw(List.of(ended(1, TEN)));
        ticker.set(TEN.minus(Duration.ofDays(1)));
        ticker.advance(Duration.ofSeconds(5));

        assertThat(ends.left(1)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void forgetsGapsThatAreSettled() {
        ends.saw(List.of(ended(1, TEN), ended(2, TEN)));
        ticker.advance(Duration.ofSeconds(20));
        ends.saw(List.of(ended(2, TEN)));

        assertThat(ends.left(1)).isEqualTo(DELAY);
        assertThat(ends.left(2)).isZero();
    }
}
