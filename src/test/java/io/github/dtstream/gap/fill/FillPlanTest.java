package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FillPlanTest {
    private static final FillSettings SETTINGS = FillSettings.DEFAULTS;
    private static final Instant FROM = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant TO = Instant.parse("2026-03-01T10:05:00Z");

    private static Gap gap(Instant from, Instant to) {
        return Gap.open(1, from, "reset").resumed(to);
    }

    @Test
    void windowOverlapsBothEnds() {
        FillPlan plan = FillPlan.of(gap(FROM, TO), SETTINGS, TO);

        assertThat(plan.window()).contains(new Window(FROM.minusSeconds(70), TO.plusSeconds(20)));
        assertThat(plan.historyStart()).isEmpty();
    }

    @Test
    void historyIsCompleteAfterTheIndexingDelayAndWhatClocksMayDiffer() {
        assertThat(SETTINGS.settling()).isEqualTo(Duration.ofSeconds(20));
        assertThat(SETTINGS.withIndexingDelay(Duration.ofMinutes(2)).settling()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void partOlderThanHistoryIsSplitOff() {
        Instant now = TO.plusSeconds(1);
        Instant oldest = now.minus(Duration.ofDays(30));
        FillPlan plan = FillPlan.of(gap(now.minus(Duration.ofDays(40)), TO), SETTINGS, now);

        assertThat(plan.historyStart()).contains(oldest);
        assertThat(plan.window()).map(Window::from).contains(oldest);
    }

    @Test
    void gapOlderThanHistoryHasNoWindow() {
        FillPlan plan = FillPlan.of(gap(FROM, TO), SETTINGS, TO.plus(Duration.ofDays(31)));

        assertThat(plan.window()).isEmpty();
    }

    @Test
    void fillUnderWayMayUseTheDayThatHistoryReachesFurther() {
        Instant now = FROM.plus(Duration.ofDays(30)).plusSeconds(60);
        Gap filling = gap(FROM, TO).filling(FillProgress.NONE, now);

        assertThat(FillPlan.of(filling, SETTINGS, now).historyStart()).isEqualTo(Optional.empty());
        assertThat(FillPlan.of(gap(FROM, TO), SETTINGS, now).historyStart()).isPresent();
    }

    @Test
    void lastPassReadsTheNewestPartOnly() {
        Instant end = TO.plusSeconds(20);
        Window before = new Window(TO.minusSeconds(70), end);
        Window shorter = new Window(TO.minusSeconds(69), end);

        assertThat(FillPlan.lastPass(new Window(FROM, end), SETTINGS)).isEqualTo(before);
        assertThat(FillPlan.lastPass(before, SETTINGS)).isEqualTo(before);
        assertThat(FillPlan.lastPass(shorter, SETTINGS)).isEqualTo(shorter);
    }
}
