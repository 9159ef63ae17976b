package io.github.dtstream.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
    private final AtomicLong now = new AtomicLong();
    private final FailedAttempts attempts = new FailedAttempts(now::get);

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            attempts.failed(address);
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void letsAFewFailuresPassAndDoublesTheWaitAfterThem() {
        fail("10.0.0.1", 4);
        assertThat(attempts.waitSeconds("10.0.0.1")).isZero();
        fail("10.0.0.1", 1);
        assertThat(attempts.waitSeconds("10.0.0.1")).isEqualTo(1);
        fail("10.0.0.1", 1);
        assertThat(attempts.waitSeconds("10.0.0.1")).isEqualTo(2);
        pass(Duration.ofMillis(1_500));
        assertThat(attempts.waitSeconds("10.0.0.1")).isEqualTo(1);
        pass(Duration.ofMillis(500));
        assertThat(attempts.waitSeconds("10.0.0.1")).isZero();
        fail("10.0.0.1", 100);
        assertThat(attempts.waitSeconds("10.0.0.1")).isEqualTo(60);
    }

    @Test
    void forgetsAfterAWhileAndOnSuccess() {
        fail("10.0.0.1", 20);
        fail("10.0.0.2", 20);
        attempts.succeeded("10.0.0.1");
        assertThat(attempts.waitSeconds("10.0.0.1")).isZero();
        pass(Duration.ofMinutes(16));
        fail("10.0.0.2", 1);
        assertThat(attempts.waitSeconds("10.0.0.2")).isZero();
    }

    @Test
    void countsAddressesByThemselvesButThoseOfOneNetworkOfVersionSixTogether() {
        fail("10.0.0.1", 20);
        fail("2001:db8:1:2:3:4:5:6", 10);
        fail("2001:db8:1:2:ffff:4:5:6", 10);

        assertThat(attempts.waitSeconds("10.0.0.2")).isZero();
        assertThat(attempts.waitSeconds("2001:db8:1:2::1")).isEqualTo(60);
        assertThat(attempts.waitSeconds("2001:db8:1:3::1")).isZero();
    }

    @Test
    void remembersNoMoreAddressesThanABound() {
        fail("10.0.0.1", 20);
        for (int i = 0; i < 2_000; i++) {
            attempts.failed("10.1." + i / 256 + "." + i % 256);
        }
        assertThat(attempts.waitSeconds("10.0.0.1")).isZero();
    }

    @Test
    void countsANetworkOfVersionSixTogetherHoweverItsAddressesAreWritten() {
        for (int i = 1; i <= 10; i++) {
            attempts.failed("2001:db8::" + i);
            attempts.failed("::ffff:10.0.0.1");
        }
        assertThat(attempts.waitSeconds("2001:db8::ab")).isPositive();
        assertThat(attempts.waitSeconds("2001:0DB8:0:0:1::")).isPositive();
        assertThat(attempts.waitSeconds("2001:db8:0:1::1")).isZero();
        assertThat(attempts.waitSeconds("10.0.0.1"))
                .as("the same, of version 4")
                .isPositive();
        assertThat(attempts.waitSeconds("::ffff:10.0.0.2")).isZero();
    }

    @Test
    void countsAfterAQuarterOfAnHourFromOneAgainAndNotBefore() {
        fail("10.0.0.1", 5);
        pass(Duration.ofMinutes(15));
        fail("10.0.0.1", 1);
        assertThat(attempts.waitSeconds("10.0.0.1")).as("the sixth").isEqualTo(2);
        pass(Duration.ofMinutes(15).plusNanos(1));
        fail("10.0.0.1", 1);
        assertThat(attempts.waitSeconds("10.0.0.1")).as("the first").isZero();
    }
}
