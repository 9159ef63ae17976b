package io.github.dtstream.cloud.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.time.Sleeper;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RequestBudgetTest {
    private static final long FOUR_MINUTES = Duration.ofMinutes(4).toNanos();

    private final List<Duration> slept = new ArrayList<>();
    private long now;

    /** Time passes only by sleeping, except for the limiter, which uses the system's clock. */
    private RequestBudget budget(Duration turn) {
        RateLimiterConfig config = RateLimiterConfig.custom()
                .limitForPeriod(1)
                .limitRefreshPeriod(turn)
                .timeoutDuration(Duration.ofHours(1))
                .build();
        return new RequestBudget(RateLimiter.of("test", config), this::sleep, () -> now);
    }

    private void sleep(Duration time) {
        slept.add(time);
        now += time.toNanos();
    }

    private static CloudApi tooMany(Duration retryAfter) {
        return (path, query) -> {
            throw new CloudException(new Fault(FaultKind.TRANSIENT, "too many", OptionalInt.of(429), retryAfter));
        };
    }

    @Test
    void projectsThatShareABudgetTakeTurns() throws Exception {
        RequestBudget budget = budget(Duration.ofMinutes(4));
        List<String> asked = new ArrayList<>();
        CloudApi large = new RateLimitedApi(named("large", asked), budget);
        CloudApi small = new RateLimitedApi(named("small", asked), budget);

        large.get("devices", Map.of());
        large.get("devices", Map.of());
        small.get("devices", Map.of());
        large.get("devices", Map.of());

        assertThat(asked).containsExactly("large", "large", "small", "large");
        // The limiter's own clock stands still, so each wait counts from the beginning.
        assertThat(slept)
                .extracting(wait -> Math.round((double) wait.toNanos() / FOUR_MINUTES))
                .containsExactly(1L, 2L, 3L);
    }

    private static CloudApi named(String name, List<String> asked) {
        return (path, query) -> {
            asked.add(name);
            return new byte[0];
        };
    }

    @Test
    void tooManyRequestsOfOneProjectHoldAllForAsLongAsTheCloudAsks() throws Exception {
        RequestBudget budget = budget(Duration.ofNanos(1));
        CloudApi one = new RateLimitedApi(tooMany(Duration.ofSeconds(47)), budget);
        CloudApi other = new RateLimitedApi((path, query) -> new byte[] {1}, budget);
        assertThatThrownBy(() -> one.get("devices", Map.of())).hasMessage("too many");

        other.get("devices", Map.of());

        assertThat(now).isGreaterThanOrEqualTo(Duration.ofSeconds(47).toNanos());
    }

    @Test
    void shorterHoldDoesNotEndALongerOne() throws Exception {
        RequestBudget budget = budget(Duration.ofNanos(1));
        budget.hold(Duration.ofSeconds(47));
        budget.hold(Duration.ofSeconds(2));

        budget.awaitTurn();

        assertThat(now).isGreaterThanOrEqualTo(Duration.ofSeconds(47).toNanos());
    }

    @Test
    void afterAHoldTurnsAreGivenAnew() throws Exception {
        Duration turn = Duration.ofMinutes(4);
        RequestBudget budget = budget(turn);
        budget.hold(Duration.ofSeconds(47));

        budget.awaitTurn();
        budget.awaitTurn();

        // Each request takes a turn, then learns of the hold and takes another turn after it, so the last turn is at
        // least the third.
        assertThat(slept).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void faultsOtherThanTooManyRequestsHoldNobody() throws Exception {
        RequestBudget budget = budget(Duration.ofNanos(1));
        CloudApi failing = new RateLimitedApi(
                (path, query) -> {
                    throw new CloudException(
                            new Fault(FaultKind.TRANSIENT, "down", OptionalInt.of(503), Duration.ofMinutes(10)));
                },
                budget);
        assertThatThrownBy(() -> failing.get("devices", Map.of())).hasMessage("down");

        budget.awaitTurn();

        assertThat(now).isLessThan(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void interruptEndsTheWait() {
        Sleeper interrupted = duration -> {
            throw new InterruptedException();
        };
        RequestBudget budget = RequestBudget.of(1, interrupted);
        budget.hold(Duration.ofSeconds(5));

        assertThatThrownBy(budget::awaitTurn).isInstanceOf(InterruptedException.class);
    }
}
