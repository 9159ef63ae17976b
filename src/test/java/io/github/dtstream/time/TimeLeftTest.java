package io.github.dtstream.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-25T12:00:00Z"));

    @Test
    void judgesByWhatWasDoneSinceItBegan() {
        TimeLeft left = new TimeLeft(4, clock);
        clock.advance(Duration.ofSeconds(6));
        assertThat(left.of(3, 10)).isNull();
        assertThat(left.of(4, 10)).as("nothing is done yet").isNull();
        assertThat(left.of(7, 10)).isEqualTo(Duration.ofSeconds(6));
        assertThat(left.of(6, 10)).isEqualTo(Duration.ofSeconds(12));
        assertThat(left.of(10, 10)).isZero();
    }

    @Test
    void saysWholeSecondsAndOneAtLeast() {
        assertThat(TimeLeft.text(Duration.ZERO)).isEqualTo("1 s");
        assertThat(TimeLeft.text(Duration.ofMillis(-5))).isEqualTo("1 s");
        assertThat(TimeLeft.text(Duration.ofMillis(2_999))).isEqualTo("2 s");
        assertThat(TimeLeft.text(Duration.ofSeconds(75))).isEqualTo("75 s");
    }
}
