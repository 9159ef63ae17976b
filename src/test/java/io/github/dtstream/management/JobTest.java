package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class JobTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private final Job job = new Job("1", "replay to one", NOON);

    @Test
    void thatHasBegunIsNotGivenUpAnyMore() {
        assertThat(job.snapshot().state()).isEqualTo(Job.State.WAITING);
        assertThat(job.begin()).isTrue();
        job.running(40, "2 events delivered");

        assertThat(job.giveUp("stopped", NOON)).isFalse();

        assertThat(job.snapshot()).isEqualTo(new Job.Snapshot(Job.State.RUNNING, 40, "2 events delivered", null));
    }

    @Test
    void thatWasGivenUpWhileAThreadTookItDoesNotBegin() {
        assertThat(job.giveUp("stopped", NOON)).isTrue();

        assertThat(job.begin()).isFalse();

        assertThat(job.snapshot()).isEqualTo(new Job.Snapshot(Job.State.FAILED, 0, "stopped", NOON));
        assertThat(job.giveUp("stopped again", NOON)).isFalse();
    }

    @Test
    void keepsWhenItFailsHowFarItCame() {
        job.begin();
        job.running(40, "2 events delivered");
        job.failed("the sink is away", NOON);

        assertThat(job.snapshot()).isEqualTo(new Job.Snapshot(Job.State.FAILED, 40, "the sink is away", NOON));
    }
}
