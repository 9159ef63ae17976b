package io.github.dtstream.delivery.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class UsualDurationTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final UsualDuration pace = new UsualDuration();

    @Test
    void grantsAMinuteWhateverIsUsual() {
        pace.took(Duration.ofMillis(20));

        assertThat(pace.isOverdue(START, START.plusSeconds(59))).isFalse();
        assertThat(pace.isOverdue(START, START.plusSeconds(60))).isTrue();
    }

    @Test
    void grantsTenTimesTheUsualToARouteThatIsSlow() {
        pace.took(Duration.ofSeconds(30));

        assertThat(pace.isOverdue(START, START.plusSeconds(299))).isFalse();
        assertThat(pace.isOverdue(START, START.plusSeconds(300))).isTrue();
    }

    @Test
    void followsARouteThatBecomesFaster() {
        pace.took(Duration.ofSeconds(30));
        for (int i = 0; i < 100; i++) {
            pace.took(Duration.ofSeconds(1));
        }

        assertThat(pace.usual()).isBetween(Duration.ofMillis(900), Duration.ofMillis(1_100));
    }
}
