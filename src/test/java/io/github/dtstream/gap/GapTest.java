package io.github.dtstream.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.gap.DeviceOutcome.Kind;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GapTest {
    private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

    private final Gap open = Gap.open(1, TEN, "reset");
    private final Gap ended = open.resumed(TEN.plusSeconds(60));

    @Test
    void canBeFilledOnceItHasAnEndAndUntilItIsSettled() {
        assertThat(open.isFillable()).isFalse();
        assertThat(ended.isFillable()).isTrue();
        assertThat(ended.filling(FillProgress.NONE, TEN).isFillable()).isTrue();
        assertThat(ended.closed(FillProgress.NONE, TEN).isFillable()).isFalse();
        assertThat(ended.unfillable("too old", FillProgress.NONE, TEN).isFillable())
                .isFalse();
        assertThat(ended.unfillable("too old", FillProgress.NONE, TEN).isSettled())
                .isTrue();
    }

    @Test
    void isReportedAsLostForADayAfterItWasFoundUnfillable() {
        Gap lost = ended.unfillable("too old", FillProgress.NONE, TEN);

        assertThat(lost.isLatelyUnfillable(TEN.plus(Duration.ofHours(23)))).isTrue();
        assertThat(lost.isLatelyUnfillable(TEN.plus(Duration.ofHours(25)))).isFalse();
        assertThat(ended.closed(FillProgress.NONE, TEN).isLatelyUnfillable(TEN)).isFalse();
        assertThat(ended.isLatelyUnfillable(TEN)).isFalse();
    }

    @Test
    void neverEndsBeforeItBegins() {
        assertThat(open.resumed(TEN.minusSeconds(5)).to()).isEqualTo(TEN);
        assertThatThrownBy(() -> ended.startingAt(TEN.plusSeconds(61)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("before it begins");
    }

    @Test
    void lastsUntilNowWhileItIsOpenAndNeverLessThanNothing() {
        assertThat(open.length(TEN.plusSeconds(7))).isEqualTo(Duration.ofSeconds(7));
        assertThat(open.length(TEN.minusSeconds(7))).isZero();
        assertThat(ended.length(TEN.plusSeconds(999))).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void spansBothAndWhatLiesBetweenWhenJoined() {
        Gap next = Gap.open(2, TEN.minusSeconds(10), "silence").resumed(TEN.plusSeconds(30));

        Gap joined = ended.joined(next);

        assertThat(joined.id()).isEqualTo(1);
        assertThat(joined.from()).isEqualTo(TEN.minusSeconds(10));
        assertThat(joined.to()).isEqualTo(TEN.plusSeconds(60));
        assertThat(joined.reason()).isEqualTo("reset");
        assertThat(joined.interruptions()).isEqualTo(2);
        assertThat(ended.joined(open).to()).as("one of them has no end").isNull();
        assertThat(open.joined(ended).to()).isNull();
    }

    @Test
    void remembersWhenItsFillBeganFirst() {
        Gap filling = ended.filling(FillProgress.NONE, TEN.plusSeconds(70));

        assertThat(filling.filling(FillProgress.NONE, TEN.plusSeconds(90)).started())
                .isEqualTo(TEN.plusSeconds(70));
        assertThat(filling.closed(FillProgress.NONE, TEN.plusSeconds(95)).ended())
                .isEqualTo(TEN.plusSeconds(95));
    }

    @Test
    void theCloudHasAnsweredWhereItKnowsNoDeviceOrGivesNothing() {
        assertThat(DeviceOutcome.without("a", Kind.UNKNOWN, "404").isRefused()).isTrue();
        assertThat(DeviceOutcome.without("a", Kind.REFUSED, "403").isRefused()).isTrue();
        assertThat(DeviceOutcome.without("a", Kind.FAILED, "500").isRefused()).isFalse();
        assertThat(DeviceOutcome.read("a", 1, 1, 0).isRefused()).isFalse();
        assertThat(DeviceOutcome.without("a", Kind.FAILED, "500").isRead()).isFalse();
    }

    @Test
    void theLastPassWaitsForIndexingTwiceOrTheMarginIfThatIsLess() {
        FillSettings settings = FillSettings.DEFAULTS;
        assertThat(settings.settling()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.withIndexingDelay(Duration.ofSeconds(90)).settling())
                .isEqualTo(Duration.ofSeconds(150));
        assertThat(settings.withReconcileWindow(Duration.ofDays(2)).reconcileWindow())
                .isEqualTo(Duration.ofDays(2));
    }
}
