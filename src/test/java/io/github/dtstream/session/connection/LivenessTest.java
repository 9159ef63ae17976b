package io.github.dtstream.session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.time.ManualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private static final Duration LIMIT = Duration.ofSeconds(12);

    private final ManualTime time = new ManualTime();
    private final AtomicInteger ended = new AtomicInteger();
    private final Liveness liveness = new Liveness(time, time.cloudClock(), LIMIT, ended::incrementAndGet);

    private void pass(long seconds) {
        time.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void endsWhatBringsNothingForTheLimitAndNotBefore() {
        liveness.begin();
        pass(11);
        assertThat(ended).hasValue(0);
        pass(1);
        assertThat(ended).hasValue(1);
        assertThat(liveness.isSilent()).isTrue();
        assertThat(time.pending()).isEmpty();
    }

    @Test
    void countsFromTheLastEventOrPing() {
        liveness.begin();
        for (int i = 0; i < 100; i++) {
            pass(11);
            liveness.proven();
        }
        assertThat(ended).hasValue(0);
        pass(11);
        pass(1);
        assertThat(ended).hasValue(1);
    }

    @Test
    void doesNotCountTheTimeThatTheSinkTakes() {
        liveness.begin();
        pass(5);
        liveness.enterSink();
        pass(3600);
        liveness.leaveSink();
        pass(6);
        assertThat(ended).hasValue(0);
        pass(1);
        assertThat(ended).hasValue(1);
    }

    @Test
    void asksNoMoreAfterTheEnd() {
        liveness.begin();
        liveness.end();
        pass(100);
        assertThat(ended).hasValue(0);
        assertThat(time.pending()).isEmpty();
    }
}
