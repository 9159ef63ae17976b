package io.github.dtstream.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class EventRateTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final EventRate rate = new EventRate();

    @Test
    void isZeroWhereNothingWasDelivered() {
        assertThat(rate.perSecond(NOON)).isZero();
    }

    @Test
    void averagesOverTheLastMinute() {
        for (int second = 0; second < 60; second++) {
            rate.add(NOON.plusSeconds(second), 5);
        }

        assertThat(rate.perSecond(NOON.plusSeconds(59))).isEqualTo(5);
    }

    @Test
    void addsUpWhatCameInOneSecond() {
        rate.add(NOON, 30);
        rate.add(NOON.plusMillis(999), 30);

        assertThat(rate.perSecond(NOON.plusMillis(999))).isEqualTo(1);
    }

    @Test
    void forgetsEachSecondAMinuteLater() {
        rate.add(NOON, 60);
        rate.add(NOON.plusSeconds(1), 120);

        assertThat(rate.perSecond(NOON.plusSeconds(59))).isEqualTo(3);
        assertThat(rate.perSecond(NOON.plusSeconds(60))).isEqualTo(2);
        assertThat(rate.perSecond(NOON.plusSeconds(61))).isZero();
    }

    @Test
    void forgetsAllAfterALongPause() {
        rate.add(NOON, 60);

        assertThat(rate.perSecond(NOON.plusSeconds(3_600))).isZero();
    }

    @Test
    void aClockThatIsSetBackCountsIntoTheNewestSecond() {
        rate.add(NOON, 60);
        rate.add(NOON.minusSeconds(30), 60);

        assertThat(rate.perSecond(NOON.minusSeconds(30))).isEqualTo(2);
        assertThat(rate.perSecond(NOON.plusSeconds(59))).isEqualTo(2);
        assertThat(rate.perSecond(NOON.plusSeconds(60))).isZero();
    }
}
