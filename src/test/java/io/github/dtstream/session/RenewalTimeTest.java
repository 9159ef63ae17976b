package io.github.dtstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RenewalTimeTest {
    private static final Duration PERIOD = Duration.ofMinutes(55);

    @Test
    void spreadsStreamsThatStartTogetherOverSomeMinutesAndNeverBeyondThePeriod() {
        TreeSet<Duration> times = new TreeSet<>();
        for (int seed = 0; seed < 100; seed++) {
            times.add(new RenewalTime(PERIOD, new Random(seed)).next());
        }

        assertThat(times).hasSizeGreaterThan(90);
        assertThat(times.first()).isBetween(PERIOD.minusMinutes(5), PERIOD.minusMinutes(4));
        assertThat(times.last()).isBetween(PERIOD.minusMinutes(1), PERIOD);
    }

    @Test
    void drawsAnewForEachConnection() {
        RenewalTime time = new RenewalTime(PERIOD, new Random(1));

        assertThat(time.next()).isNotEqualTo(time.next());
    }

    @Test
    void takesATenthOfAShortPeriod() {
        RenewalTime time = new RenewalTime(Duration.ofSeconds(5), new Random(1));

        for (int i = 0; i < 100; i++) {
            assertThat(time.next()).isBetween(Duration.ofMillis(4500), Duration.ofSeconds(5));
        }
    }

    @Test
    void leavesRenewalOffWhereItIsOff() {
        RandomGenerator none = () -> {
            throw new AssertionError("nothing to draw");
        };

        assertThat(new RenewalTime(Duration.ZERO, none).next()).isZero();
    }
}
