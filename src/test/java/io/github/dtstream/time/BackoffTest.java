package io.github.dtstream.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    private static final Backoff BACKOFF = Backoff.doubling(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private final Random random = new Random(7);

    @Test
    void growsByItsFactorUpToItsBound() {
        assertThat(IntStream.rangeClosed(1, 8).mapToObj(BACKOFF::bound))
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(new Backoff(Duration.ofMillis(100), 1.5, Duration.ofHours(1), 0).bound(3))
                .isEqualTo(Duration.ofMillis(225));
    }

    @Test
    void staysAtItsBoundHoweverOftenItFails() {
        assertThat(BACKOFF.bound(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(1));
        assertThat(Backoff.doubling(Duration.ZERO, Duration.ofMinutes(1)).bound(Integer.MAX_VALUE))
                .isZero();
    }

    @Test
    void doesNotWaitWhereNothingHasFailed() {
        assertThat(BACKOFF.bound(0)).isZero();
        assertThat(BACKOFF.withJitter(1).delay(0, random)).isZero();
    }

    @Test
    void leavesNothingToChanceWithoutJitter() {
        assertThat(BACKOFF.delay(4, random)).isEqualTo(Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "0.5, 4000", "0.25, 6000"})
    void takesOffNoMoreThanTheJittersPartAndUsesAllOfIt(double jitter, long lowest) {
        Backoff jittered = BACKOFF.withJitter(jitter);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 10_000; i++) {
            long millis = jittered.delay(4, random).toMillis();
            least = Math.min(least, millis);
            most = Math.max(most, millis);
        }
        assertThat(least).isBetween(lowest, lowest + 40);
        assertThat(most).isBetween(7960L, 8000L);
    }

    @Test
    void neverFallsShortOfWhatIsAskedFor() {
        Backoff jittered = BACKOFF.withJitter(1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(jittered.delay(4, Duration.ofSeconds(5), random))
                    .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(8));
        }
        assertThat(jittered.delay(4, Duration.ofHours(1), random)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> BACKOFF.withJitter(1.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(1), 0.5, Duration.ofSeconds(1), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Backoff.doubling(Duration.ofSeconds(-1), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
