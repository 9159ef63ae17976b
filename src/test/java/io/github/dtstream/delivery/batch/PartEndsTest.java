package io.github.dtstream.delivery.batch;

import static io.github.dtstream.delivery.batch.TestEvents.touches;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.delivery.AnsweredException;
import io.github.dtstream.delivery.DeliveryFault;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PartEndsTest {
    private final PartEnds ends = new PartEnds(touches(7, 9).records());

    @Test
    void knowsNothingBeforeTheFirstEnd() {
        assertThat(ends.delivered()).isEmpty();
        assertThat(ends.failed(AnsweredException.SINKS)).isEmpty();
        assertThat(ends.isInTheMiddle()).isFalse();
        assertThat(ends).hasToString("0 of 3 ended");
    }

    @Test
    void tellsByTheirNumbersWhatIsDeliveredAndWhatFailed() {
        ends.note(0, null);
        ends.note(1, new IOException("refused"));
        ends.note(2, new IllegalArgumentException("too large"));

        assertThat(ends.delivered()).isEqualTo(Set.of(7L));
        assertThat(ends.failed(AnsweredException.SINKS))
                .isEqualTo(Map.of(8L, DeliveryFault.UNAVAILABLE, 9L, DeliveryFault.REFUSAL));
    }

    @Test
    void isInTheMiddleFromTheFirstEndToTheLastButOne() {
        ends.note(2, null);
        assertThat(ends.isInTheMiddle()).isTrue();
        ends.note(0, new IOException("refused"));
        assertThat(ends.isInTheMiddle()).isTrue();
        ends.note(1, null);
        assertThat(ends.isInTheMiddle()).isFalse();
    }

    @Test
    void theSameEndToldTwiceIsNoSignOfLife() {
        assertThat(ends.note(0, new IOException("refused"))).isTrue();
        assertThat(ends.note(0, new IOException("refused"))).isFalse();
        assertThat(ends.note(1, null)).isTrue();
        assertThat(ends.isInTheMiddle()).as("two of three").isTrue();
    }

    @Test
    void whatWasToldLastOfAPartCounts() {
        ends.note(0, new IOException("refused"));
        ends.note(0, null);

        assertThat(ends.delivered()).isEqualTo(Set.of(7L));
        assertThat(ends.failed(AnsweredException.SINKS)).isEmpty();
    }

    @Test
    void showsTheEndsInADebugger() {
        ends.note(0, new IOException("refused"));

        assertThat(ends).hasToString("1 of 3 ended: [java.io.IOException: refused, null, null]");
    }
}
