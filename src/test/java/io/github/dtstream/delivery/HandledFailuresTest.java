package io.github.dtstream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.LogCapture;
import io.github.dtstream.delivery.batch.TestEvents;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HandledFailuresTest {
    private final LogCapture lines = LogCapture.of(HandledFailures.class);
    private final MovableClock clock = new MovableClock(TestEvents.NOON);
    private final HandledFailures failures = new HandledFailures(clock, clock, AnsweredException.SINKS);

    @AfterEach
    void stopListening() {
        lines.close();
    }

    @Test
    void countsEachAndKnowsTheNewest() {
        assertThat(failures.all()).isEqualTo(DeliveryFailures.NONE);

        failures.handled("files", "the dead letter channel", new IOException("refused"));
        clock.advance(Duration.ofSeconds(1));
        failures.handled("files", "the dead letter channel", new AnsweredException(400, "no text"));

        assertThat(failures.all())
                .isEqualTo(new DeliveryFailures(
                        2, TestEvents.NOON.plusSeconds(1), "https://example.com answered 400: no text"));
    }

    @Test
    void tellsTheFirstOfAKindAndThenAtGrowingDistanceHowManyThereWere() {
        for (int second = 0; second <= 60; second++) {
            failures.handled("files", "the dead letter channel", new IOException("refused"));
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(lines.messages())
                .containsExactly(
                        "route files: a failure is handled by the dead letter channel, so the event counts as done"
                                + " (1 since the route started): IOException: refused",
                        "route files: a failure is handled by the dead letter channel, so the event counts as done"
                                + " (61 since the route started): IOException: refused");
    }

    @Test
    void tellsAgainAfterTheDistanceAlthoughTheClockWasSetBackByADay() {
        failures.handled("files", "the dead letter channel", new IOException("refused"));
        clock.set(TestEvents.NOON.minus(Duration.ofDays(1)));
        clock.advance(Duration.ofMinutes(1));
        failures.handled("files", "the dead letter channel", new IOException("refused"));

        assertThat(lines.messages()).hasSize(2);
        assertThat(failures.all().last()).isEqualTo(clock.instant());
    }

    @Test
    void anotherHandlerIsAnotherKind() {
        failures.handled("files", "the dead letter channel", new IOException("refused"));
        failures.handled("files", "onException of IOException", new IOException("refused"));

        assertThat(lines.messages()).hasSize(2);
        assertThat(lines.messages().get(1)).contains("handled by onException of IOException", "(2 since");
    }
}
