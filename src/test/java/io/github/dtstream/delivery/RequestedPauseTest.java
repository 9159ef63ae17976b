package io.github.dtstream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.delivery.batch.TestEvents;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RequestedPauseTest {
    private final RequestedPause pause = new RequestedPause(new MovableClock(TestEvents.NOON), AnsweredException.SINKS);

    private Duration of(Map<String, String> headers) {
        return pause.of(new IllegalStateException(new AnsweredException(503, "http://sink", "busy", headers)));
    }

    @Test
    void readsSecondsAndDatesWhateverTheHeadersCase() {
        assertThat(of(Map.of("retry-after", "120"))).isEqualTo(Duration.ofMinutes(2));
        assertThat(of(Map.of("Retry-After", "Thu, 01 Jan 2026 12:00:30 GMT"))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void isAnHourAtMost() {
        assertThat(of(Map.of("Retry-After", "86400"))).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void isNoneWhereTheServerDoesNotAsk() {
        assertThat(of(Map.of("Content-Type", "text/plain"))).isZero();
        assertThat(of(Map.of("Retry-After", "soon"))).isZero();
        assertThat(pause.of(new AnsweredException(503, "busy"))).isZero();
        assertThat(pause.of(new IOException("refused"))).isZero();
    }
}
