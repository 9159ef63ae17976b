package io.github.dtstream.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudClockTest {
    private static final Instant TRUE_START = Instant.parse("2026-03-01T10:00:00Z");

    /** The real time, which the ticker measures; the machine's clock differs. */
    private final MovableClock truth = new MovableClock(TRUE_START);

    private final MovableClock machine = new MovableClock(TRUE_START);
    private final CloudClock clock = new CloudClock(machine, truth);

    private void pass(Duration time) {
        truth.advance(time);
        machine.advance(time);
    }

    @Test
    void goesByTheMachinesClockUntilTheCloudHasSpoken() {
        machine.set(TRUE_START.plusSeconds(3600));
        assertThat(clock.instant()).isEqualTo(TRUE_START.plusSeconds(3600));
        assertThat(clock.offset()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-86_400, -3600, -70, 0, 70, 3600, 86_400, 31_536_000})
    void goesByTheCloudsTimeFromItsFirstWordOnHoweverTheMachinesClockIsSet(long ahead) {
        machine.set(TRUE_START.plusSeconds(ahead));
        clock.pinged(TRUE_START);
        pass(Duration.ofMinutes(3));
        assertThat(clock.instant()).isEqualTo(TRUE_START.plus(Duration.ofMinutes(3)));
        assertThat(clock.offset()).contains(Duration.ofSeconds(-ahead));
        machine.set(TRUE_START);
        assertThat(clock.instant()).isEqualTo(TRUE_START.plus(Duration.ofMinutes(3)));
    }

    @Test
    void doesNotFallBackForWordsThatComeLate() {
        clock.pinged(TRUE_START);
        pass(Duration.ofSeconds(60));
        clock.pinged(TRUE_START.plusSeconds(10));
        assertThat(clock.instant()).isEqualTo(TRUE_START.plusSeconds(60));
    }

    @Test
    void catchesUpAtOnceAfterTheMachineSlept() {
        clock.pinged(TRUE_START);
        Duration slept = Duration.ofHours(7);
        machine.advance(slept);
        Instant now = TRUE_START.plus(slept);
        clock.pinged(now);
        assertThat(clock.instant()).isEqualTo(now);
    }

    @Test
    void forgetsAWordThatWasWrong() {
        clock.pinged(TRUE_START.plusSeconds(3600));
        for (int i = 0; i < 70; i++) {
            pass(Duration.ofSeconds(10));
            clock.pinged(truth.instant());
        }
        assertThat(clock.instant()).isEqualTo(truth.instant());
    }

    @Test
    void takesNothingForTheTimeThatIsNoTimeOfTheseCenturies() {
        clock.pinged(Instant.EPOCH);
        clock.pinged(Instant.parse("9999-01-01T00:00:00Z"));
        assertThat(clock.instant()).isEqualTo(TRUE_START);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isNeverAheadOfTheCloudAndNotFarBehindIt(long seed) {
        Random random = new Random(seed);
        clock.pinged(truth.instant());
        for (int i = 0; i < 5000; i++) {
            pass(Duration.ofMillis(random.nextInt(20_000)));
            if (random.nextInt(50) == 0) {
                machine.set(truth.instant().plusSeconds(random.nextInt(200_000) - 100_000));
            }
            clock.pinged(truth.instant().minusMillis(random.nextInt(5) == 0 ? 30_000 : random.nextInt(300)));
            assertThat(clock.instant())
                    .as("seed " + seed)
                    .isBetween(truth.instant().minusMillis(300), truth.instant());
        }
    }

    @Test
    void goesByTheDateOfAnswersWhileThereAreNoPings() {
        machine.set(TRUE_START.minusSeconds(500));
        clock.answered(TRUE_START, Duration.ofMillis(200));
        pass(Duration.ofSeconds(30));
        assertThat(clock.instant()).isEqualTo(TRUE_START.plusSeconds(30));
        clock.answered(TRUE_START.plusSeconds(29), Duration.ofSeconds(3));
        assertThat(clock.instant()).as("the answer took that long").isEqualTo(TRUE_START.plusSeconds(30));
    }

    @Test
    void believesTheNewestAnswerWhereTwoCannotBothBeRight() {
        clock.answered(TRUE_START.plusSeconds(7000), Duration.ofMillis(100));
        pass(Duration.ofSeconds(2));
        clock.answered(truth.instant(), Duration.ofMillis(100));
        assertThat(clock.instant()).isEqualTo(truth.instant());
    }

    @ParameterizedTest
    @ValueSource(longs = {-7000, 7000})
    void believesAPingMoreThanTheDateOfAnAnswer(long wrong) {
        clock.answered(TRUE_START.plusSeconds(wrong), Duration.ofMillis(100));
        clock.pinged(TRUE_START);
        assertThat(clock.instant()).isEqualTo(TRUE_START);
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(10));
            clock.pinged(truth.instant());
            clock.answered(truth.instant().plusSeconds(wrong), Duration.ofMillis(100));
            assertThat(clock.instant()).isEqualTo(truth.instant());
        }
    }

    @Test
    void goesByAnswersAgainWhenPingsHaveStayedAwayAndTheMachineMayHaveSlept() {
        clock.pinged(TRUE_START);
        machine.advance(Duration.ofHours(7));
        pass(Duration.ofMinutes(3));
        clock.answered(machine.instant(), Duration.ofMillis(100));
        assertThat(clock.instant()).isEqualTo(machine.instant());
    }
}
