package io.github.dtstream.delivery.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.delivery.DeliveryFailures;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class DeliveryTallyTest {
    private static final Instant NOON = TestEvents.NOON;

    private final DeliveryTally tally = new DeliveryTally();

    private DeliveryStatus status(Instant now) {
        return tally.status("files", 12, 3, null, now);
    }

    @Test
    void saysOfARouteThatHasJustStartedThatNothingHappened() {
        Overdue overdue = new Overdue(NOON, Duration.ZERO, "jdbc:postgres");
        assertThat(tally.status("files", 12, 3, overdue, NOON))
                .isEqualTo(new DeliveryStatus(
                        "files",
                        12,
                        3,
                        0,
                        0,
                        0,
                        null,
                        null,
                        0,
                        null,
                        overdue,
                        DeliveryFailures.NONE,
                        DeliveryFailures.NONE,
                        DeliveryFailures.NONE));
    }

    @Test
    void countsWhatTheCursorPassesAsDelivered() {
        tally.passed(4, NOON);
        tally.passed(2, NOON.plusSeconds(1));

        DeliveryStatus status = status(NOON.plusSeconds(1));
        assertThat(status.delivered()).isEqualTo(6);
        assertThat(status.perSecond()).isEqualTo(0.1);
        assertThat(status.lastDelivered()).isEqualTo(NOON.plusSeconds(1));
    }

    @Test
    void aRefusedEventIsNotDeliveredWhenTheCursorPassesIt() {
        tally.refused("too large", NOON);
        tally.refused("too old", NOON.plusSeconds(1));

        tally.passed(1, NOON.plusSeconds(2));
        assertThat(status(NOON.plusSeconds(2)).delivered()).isZero();
        assertThat(status(NOON.plusSeconds(2)).lastDelivered()).isNull();
        assertThat(status(NOON.plusSeconds(2)).perSecond()).isZero();

        tally.passed(3, NOON.plusSeconds(3));
        assertThat(status(NOON.plusSeconds(3)).delivered()).isEqualTo(2);
        tally.passed(2, NOON.plusSeconds(4));
        assertThat(status(NOON.plusSeconds(4)).delivered()).isEqualTo(4);
        assertThat(status(NOON).refused()).isEqualTo(new DeliveryFailures(2, NOON.plusSeconds(1), "too old"));
        assertThat(status(NOON).setAside()).isEqualTo(status(NOON).refused());
    }

    @Test
    void saysSinceWhenAndHowOftenInARowItFailsAndWhyLast() {
        tally.failed("refused", NOON);
        tally.failed("timed out", NOON.plusSeconds(5));

        DeliveryStatus status = status(NOON.plusSeconds(6));
        assertThat(status.failures()).isEqualTo(2);
        assertThat(status.failingSince()).isEqualTo(NOON);
        assertThat(status.failedInARow()).isEqualTo(2);
        assertThat(status.lastFailure()).isEqualTo("timed out");
    }

    @Test
    void aSuccessEndsTheRowAndKeepsTheCount() {
        tally.failed("refused", NOON);
        tally.recovered();
        assertThat(status(NOON).failingSince()).isNull();
        assertThat(status(NOON).failedInARow()).isZero();
        assertThat(status(NOON).lastFailure()).isNull();
        tally.failed("timed out", NOON.plusSeconds(5));

        DeliveryStatus status = status(NOON.plusSeconds(6));
        assertThat(status.failures()).isEqualTo(2);
        assertThat(status.failingSince()).isEqualTo(NOON.plusSeconds(5));
        assertThat(status.failedInARow()).isEqualTo(1);
    }

    @Test
    void isCompletedByWhatOthersKnow() {
        tally.refused("too large", NOON);
        DeliveryFailures setAside = new DeliveryFailures(7, NOON, "too large");
        DeliveryFailures handled = new DeliveryFailures(9, NOON, "away");

        DeliveryStatus status = status(NOON).with(setAside, handled);

        assertThat(status.setAside()).isEqualTo(setAside);
        assertThat(status.handled()).isEqualTo(handled);
        assertThat(status.refused().count()).isEqualTo(1);
        assertThat(status.lag()).isEqualTo(12);
        assertThat(status.inFlight()).isEqualTo(3);
    }
}
