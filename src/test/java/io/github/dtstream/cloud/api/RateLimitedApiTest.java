package io.github.dtstream.cloud.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.time.Backoff;
import io.github.dtstream.time.Sleeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RateLimitedApiTest {
    private static final CloudApi EMPTY = (path, query) -> new byte[0];

    /**
     * The limiter plans by the system's clock, and the test's sleeper returns at once, so the test sees the plan. The
     * time of a planned turn is between the bounds that the times before and after the call give.
     */
    @Test
    void budgetIsHonouredInEverySecond() throws Exception {
        List<Long> earliest = new ArrayList<>();
        List<Long> latest = new ArrayList<>();
        long[] wait = new long[1];
        CloudApi api = RateLimitedApi.of(EMPTY, 4, duration -> wait[0] = duration.toNanos());
        for (int i = 0; i < 200; i++) {
            wait[0] = 0;
            long before = System.nanoTime();
            api.get("devices", Map.of());
            earliest.add(before + wait[0]);
            latest.add(System.nanoTime() + wait[0]);
        }

        long almostASecond = Duration.ofMillis(900).toNanos();
        for (int i = 4; i < latest.size(); i++) {
            assertThat(latest.get(i) - earliest.get(i - 4)).isGreaterThan(almostASecond);
        }
    }

    @Test
    void transientFaultIsTriedAgainAfterAtLeastWhatItAsksFor() throws Exception {
        List<Duration> slept = new ArrayList<>();
        int[] calls = new int[1];
        CloudApi failing = (path, query) -> {
            if (++calls[0] <= 3) {
                throw new CloudException(
                        new Fault(FaultKind.TRANSIENT, "busy", OptionalInt.of(429), Duration.ofSeconds(7)));
            }
            return new byte[] {1};
        };

        assertThat(retrying(failing, slept::add).get("devices", Map.of())).containsExactly(1);
        assertThat(slept).hasSize(3).allMatch(duration -> duration.compareTo(Duration.ofSeconds(7)) >= 0);
    }

    @Test
    void permanentFaultIsNotTriedAgain() {
        List<Duration> slept = new ArrayList<>();
        CloudApi failing = (path, query) -> {
            throw new CloudException(Fault.of(FaultKind.PERMANENT, "no"));
        };

        assertThatThrownBy(() -> retrying(failing, slept::add).get("devices", Map.of()))
                .isInstanceOf(CloudException.class);
        assertThat(slept).isEmpty();
    }

    @Test
    void attemptsAreBoundedAndTheirDelaysGrowUpToTheCap() {
        List<Duration> slept = new ArrayList<>();
        CloudApi failing = (path, query) -> {
            throw new CloudException(Fault.of(FaultKind.TRANSIENT, "down"));
        };

        assertThatThrownBy(() -> retrying(failing, slept::add).get("devices", Map.of()))
                .hasMessage("down");
        assertThat(slept).hasSize(7).allMatch(duration -> duration.compareTo(Duration.ofSeconds(20)) <= 0);
        assertThat(slept.get(0)).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void interruptEndsTheWait() {
        Sleeper interrupted = duration -> {
            throw new InterruptedException();
        };
        CloudApi api = RateLimitedApi.of(EMPTY, 1, interrupted);

        assertThatThrownBy(() -> {
                    api.get("devices", Map.of());
                    api.get("devices", Map.of());
                })
                .isInstanceOf(InterruptedException.class);
    }

    private static CloudApi retrying(CloudApi api, Sleeper sleeper) {
        return RetryingApi.of(
                api,
                8,
                Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(20)).withJitter(1),
                sleeper,
                new Random(1));
    }
}
