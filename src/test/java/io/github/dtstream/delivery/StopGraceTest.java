package io.github.dtstream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StopGraceTest {
    private static final Duration WHOLE = Duration.ofSeconds(5);

    private long nanos = Long.MAX_VALUE - 1;
    private final StopGrace grace = new StopGrace(WHOLE, () -> nanos);

    @Test
    void givesARouteThatStopsByItselfTheWholeTime() {
        assertThat(grace.left()).isEqualTo(WHOLE);
        nanos += Duration.ofHours(1).toNanos();
        assertThat(grace.left()).isEqualTo(WHOLE);
    }

    @Test
    void givesRoutesThatStopTogetherWhatTheOthersHaveLeft() {
        grace.beginForAll();
        nanos += Duration.ofSeconds(2).toNanos();
        assertThat(grace.left()).isEqualTo(Duration.ofSeconds(3));
        nanos += Duration.ofSeconds(4).toNanos();
        assertThat(grace.left()).isNegative();

        grace.endForAll();
        assertThat(grace.left()).isEqualTo(WHOLE);
    }

    @Test
    void beginsATimeThatIsSharedAndDoesNotGoOnAfterItsOwn() {
        StopGrace alone = grace.begun();
        grace.beginForAll();
        nanos += Duration.ofSeconds(2).toNanos();
        StopGrace together = grace.begun();
        nanos += Duration.ofSeconds(1).toNanos();

        assertThat(alone.left()).isEqualTo(Duration.ofSeconds(2));
        assertThat(together.left()).isEqualTo(Duration.ofSeconds(2));
    }
}
