package io.github.dtstream.mqtt.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StateWatchTest {
    private static final Duration BRIEF = Duration.ofSeconds(5);
    private static final Duration LONG = BRIEF.plusMillis(1);

    private final StateWatch watch = new StateWatch();

    private boolean askedOnALinkThatEnds(Duration lasted) {
        watch.asked();
        return watch.ended(lasted);
    }

    @Test
    void asksNoMoreAfterTwoLinksInARowThatEndBeforeAnAnswer() {
        assertThat(askedOnALinkThatEnds(BRIEF)).isFalse();
        assertThat(watch.isWanted()).isTrue();

        assertThat(askedOnALinkThatEnds(BRIEF)).as("is told, once").isTrue();
        assertThat(watch.isWanted()).isFalse();
        assertThat(watch.ended(BRIEF)).isFalse();
    }

    @Test
    void asksAgainAfterAnAnswer() {
        askedOnALinkThatEnds(BRIEF);
        watch.asked();
        watch.answered();
        assertThat(watch.ended(BRIEF)).isFalse();

        askedOnALinkThatEnds(BRIEF);

        assertThat(watch.isWanted()).isTrue();
    }

    @Test
    void doesNotBlameTheQuestionForTheEndOfALongLink() {
        for (int link = 0; link < 10; link++) {
            assertThat(askedOnALinkThatEnds(LONG)).isFalse();
        }

        assertThat(watch.isWanted()).isTrue();
    }
}
