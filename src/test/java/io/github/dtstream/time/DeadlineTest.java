package io.github.dtstream.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final MovableClock time = new MovableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private final Deadline deadline = Deadline.after(Duration.ofMinutes(10), time);

    @Test
    void comesWhenTheTimeHasPassed() {
        time.advance(Duration.ofMinutes(9));
        assertThat(deadline.left()).isEqualTo(Duration.ofMinutes(1));
        assertThat(deadline.isOver()).isFalse();

        time.advance(Duration.ofMinutes(1));
        assertThat(deadline.isOver()).isTrue();

        time.advance(Duration.ofMinutes(1));
        assertThat(deadline.left()).isZero();
    }

    @Test
    void isWhereItWasAfterTheClockIsSet() {
        time.set(time.instant().minus(Duration.ofHours(3)));

        assertThat(deadline.left()).isEqualTo(Duration.ofMinutes(10));
    }
}
