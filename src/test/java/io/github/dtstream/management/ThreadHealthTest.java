package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.thread.ThreadReport;
import io.github.dtstream.thread.ThreadReport.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThreadHealthTest {
    private static final Instant NOW = Instant.parse("2026-01-31T08:00:00Z");
    private static final ThreadReport WELL =
            new ThreadReport("timers", "nothing happens in time", State.RUNNING, 0, null, null);

    private static ThreadReport failed(State state, Duration ago) {
        return new ThreadReport("filler", "no gap is filled", state, 2, NOW.minus(ago), "java.lang.OutOfMemoryError");
    }

    private static Health health(ThreadReport... reports) {
        return PartHealth.ofThreads(List.of(reports), NOW);
    }

    @Test
    void isUpWhileEveryThreadWorks() {
        assertThat(health(WELL, WELL)).isEqualTo(new Health(Health.Kind.THREADS.part(), Health.Status.UP, "2 work"));
    }

    @Test
    void isDownWhileAThreadDoesNotWorkAndSaysWhatIsNotDone() {
        Health health = health(WELL, failed(State.DOWN, Duration.ZERO));

        assertThat(health.status()).isEqualTo(Health.Status.DOWN);
        assertThat(health.message())
                .contains("filler failed 2 times", "OutOfMemoryError", "started again", "no gap is filled")
                .doesNotContain("timers");
        assertThat(health(failed(State.DEAD, Duration.ofDays(2))).message()).contains("the process ends");
    }

    @Test
    void tellsOfAFailureForADayAfterItIsMended() {
        assertThat(health(WELL, failed(State.RUNNING, Duration.ofHours(23))).status())
                .isEqualTo(Health.Status.DEGRADED);
        assertThat(health(WELL, failed(State.RUNNING, Duration.ofHours(25))).status())
                .isEqualTo(Health.Status.UP);
    }
}
