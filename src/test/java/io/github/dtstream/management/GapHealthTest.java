package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.fill.HistoryFill.Pause;
import io.github.dtstream.gap.fill.Polling;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GapHealthTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Instant TEN = Instant.parse("2026-11-26T10:00:00Z");

    private static final Gap OPEN = Gap.open(1, TEN, "reset");
    private static final Gap ENDED = OPEN.resumed(TEN.plusSeconds(60));
    private static final Gap LATER =
            Gap.open(2, TEN.plusSeconds(600), "silence").resumed(TEN.plusSeconds(700));

    /** The first gap, settled at a time. */
    private static Gap settled(Gap.State state, Instant at, @Nullable String unfillable) {
        return new Gap(1, TEN, ENDED.to(), null, "reset", 1, state, FillProgress.NONE, TEN, at, unfillable);
    }

    private static FillProgress progress(int done, String... unread) {
        return new FillProgress(
                TEN, false, done, 4, 0, 0, 0, 0, 0, List.of(), List.of(unread), List.of("d1: not found"), null);
    }

    private static GapHealth.Known known(Gap... gaps) {
        return new GapHealth.Known(List.of(gaps), gap -> Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Health of(GapHealth.Known known) {
        return GapHealth.of("p/default", known, NOW);
    }

    private static Health degraded(String message) {
        return new Health(Health.Kind.GAPS.part("p/default"), Health.Status.DEGRADED, message);
    }

    @Test
    void isUpWithoutGapsAndWhenAllAreFilled() {
        Health up = new Health(Health.Kind.GAPS.part("p/default"), Health.Status.UP, "none is open");

        assertThat(of(known())).isEqualTo(up);
        assertThat(of(known(settled(Gap.State.CLOSED, NOW, null)))).isEqualTo(up);
    }

    @Test
    void saysHowManyAreOpenSinceWhenAndHowFarTheFillIs() {
        assertThat(of(known(ENDED, LATER))).isEqualTo(degraded("2 open, the oldest since 2026-11-26T10:00:00Z"));
        assertThat(of(known(ENDED.filling(progress(1), TEN), LATER)))
                .isEqualTo(degraded("2 open, the oldest since 2026-11-26T10:00:00Z; history is being read, 25 % done"));
    }

    @Test
    void saysWhichDevicesCouldNotBeRead() {
        assertThat(of(known(ENDED.filling(progress(4, "d1"), TEN))).message())
                .endsWith("history is being read, 100 % done; the history of 1 of 4 devices could not be read: d1: not"
                        + " found; that is tried again");
    }

    @Test
    void saysWhyTheFillWaitsAfterAFailureAndNothingOfAPlannedWait() {
        Gap filling = ENDED.filling(progress(1), TEN);
        Pause failed = new Pause(NOW.plusSeconds(30), 2, "the cloud answers 503");
        Pause planned = new Pause(NOW.plusSeconds(30), 0, "");

        assertThat(of(new GapHealth.Known(
                                List.of(filling), gap -> Optional.of(failed), Optional.empty(), Optional.empty()))
                        .message())
                .endsWith("; the fill of gap 1 waits until 2026-11-26T12:00:30Z: the cloud answers 503");
        assertThat(of(new GapHealth.Known(
                                List.of(filling), gap -> Optional.of(planned), Optional.empty(), Optional.empty()))
                        .message())
                .endsWith("; history is being read, 25 % done");
    }

    @Test
    void saysWhileTheStreamIsAwayWhenHistoryIsReadOrThatItIsPolled() {
        assertThat(of(known(OPEN)).message())
                .isEqualTo(
                        "1 open, the oldest since 2026-11-26T10:00:00Z; history is read when the stream is live again");

        Polling polling = new Polling(1, TEN, Duration.ofMinutes(1), NOW, 17);
        assertThat(of(new GapHealth.Known(
                                List.of(OPEN), gap -> Optional.empty(), Optional.of(polling), Optional.empty()))
                        .message())
                .contains("the stream is blocked since 2026-11-26T10:00:00Z", "17 so far");
    }

    @Test
    void saysForADayWhatCannotBeFilledAndWhyAloneOrAfterWhatIsOpen() {
        Gap lost = settled(Gap.State.UNFILLABLE, NOW.minusSeconds(3600), "history does not reach that far");
        Gap longAgo = settled(Gap.State.UNFILLABLE, NOW.minus(Duration.ofHours(25)), "too old");
        String sentence = "gap 1 from 2026-11-26T10:00:00Z to 2026-11-26T10:01:00Z cannot be filled: history does not"
                + " reach that far";

        assertThat(of(known(lost))).isEqualTo(degraded(sentence));
        assertThat(of(known(lost, LATER)))
                .isEqualTo(degraded("1 open, the oldest since 2026-11-26T10:10:00Z; " + sentence));
        assertThat(of(known(longAgo)).status()).isEqualTo(Health.Status.UP);
    }

    @Test
    void isDegradedWhileTheLedgerCannotBeWrittenAndSaysBesideWhatIsOpen() {
        assertThat(of(new GapHealth.Known(
                        List.of(), gap -> Optional.empty(), Optional.empty(), Optional.of("No space left"))))
                .isEqualTo(
                        degraded("the gap ledger cannot be written (No space left), so that a crash now would lose its"
                                + " latest changes; it is tried again. none is open"));
    }
}
