package io.github.dtstream.cluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class HandOverTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void isReadAsItWasWritten() {
        HandOver told = HandOver.givenUp("node-a", NOON.plusNanos(1_999_999), "it does not\nreach the cloud");

        assertThat(told.text()).isEqualTo("given-up node-a 2026-03-01T12:00:00.001Z it does not reach the cloud");
        assertThat(HandOver.of(told.text()))
                .isEqualTo(HandOver.givenUp("node-a", NOON.plusMillis(1), "it does not reach the cloud"));
        assertThat(HandOver.of(HandOver.taken("b", NOON, null).text())).isEqualTo(HandOver.taken("b", NOON, null));
    }

    @Test
    void isNothingIfNoRouterWroteIt() {
        assertThat(HandOver.of("")).isNull();
        assertThat(HandOver.of("taken a 2026-03-01T12:00:00Z")).isNull();
        assertThat(HandOver.of("stolen a 2026-03-01T12:00:00Z why")).isNull();
        assertThat(HandOver.of("taken a noon why")).isNull();
    }

    @Test
    void saysWhyAStreamWasTaken() {
        HandOver first = HandOver.taken("a", NOON, null);

        assertThat(first.why()).isEqualTo("nobody had it before");
        assertThat(HandOver.taken("b", NOON, first).why()).isEqualTo("a did not answer any more");
        assertThat(HandOver.taken("a", NOON, first).why()).isEqualTo("it started again");
        assertThat(HandOver.taken("b", NOON, HandOver.givenUp("a", NOON, "it was stopped"))
                        .why())
                .isEqualTo("a gave it up: it was stopped");
        assertThat(first).hasToString("a took it: nobody had it before");
    }
}
