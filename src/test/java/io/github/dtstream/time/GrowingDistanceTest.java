package io.github.dtstream.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GrowingDistanceTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final GrowingDistance distance = new GrowingDistance();

    @Test
    void tellsTheFirstAtOnceAndThenAtGrowingDistanceUpToAnHour() {
        List<Long> minutes = new ArrayList<>();
        for (long second = 0; second < Duration.ofHours(4).toSeconds(); second++) {
            Instant now = START.plusSeconds(second);
            if (distance.tell("answered 404", now).isPresent()) {
                minutes.add(second / 60);
            }
        }

        assertThat(minutes).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L);
    }

    @Test
    void saysHowManyWereNotTold() {
        distance.tell("answered 404", START);
        distance.tell("answered 404", START.plusSeconds(10));
        distance.tell("answered 404", START.plusSeconds(20));

        assertThat(distance.tell("answered 404", START.plusSeconds(60))).contains(2L);
    }

    @Test
    void tellsAnotherReasonAtOnceButNotOneThatDiffersInItsNumbersOnly() {
        distance.tell("event 17 is too large", START);

        assertThat(distance.tell("event 18 is too large", START.plusSeconds(1))).isEmpty();
        assertThat(distance.tell("no route to host", START.plusSeconds(1))).contains(0L);
    }

    @Test
    void tellsOfWhatComesBackAfterItWasOverButNoMoreThanOnceAMinute() {
        for (long minute : new long[] {0, 1, 3, 7, 15}) {
            assertThat(distance.tell("away", START.plus(Duration.ofMinutes(minute))))
                    .isPresent();
        }
        distance.over();

        assertThat(distance.tell("away", START.plus(Duration.ofMinutes(15)).plusSeconds(30)))
                .isEmpty();
        assertThat(distance.tell("away", START.plus(Duration.ofMinutes(17)))).isPresent();
    }

    @Test
    void keepsNoMoreThanFiftyKindsInMemory() {
        for (char kind = 'A'; kind < 'A' + 50; kind++) {
            assertThat(distance.tell("reason " + kind, START)).contains(0L);
        }
        assertThat(distance.tell("reason A", START)).as("it is remembered").isEmpty();

        assertThat(distance.tell("one more", START)).contains(0L);

        assertThat(distance.tell("reason A", START)).as("all begins anew").contains(0L);
    }
}
