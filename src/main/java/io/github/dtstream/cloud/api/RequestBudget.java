package io.github.dtstream.cloud.api;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.time.Sleeper;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A budget of requests per second: one rate limiter for all that share it, whatever their project. Turns are given in
 * the order of requests, and each requester waits for its turn before the next request. So a project with thousands of
 * devices delays another project's request by one turn, not by thousands. After a 429, all wait for as long as the
 * cloud demands. Thread-safe.
 */
public final class RequestBudget {
    private static final Duration LONGEST_QUEUE = Duration.ofHours(1);

    private final RateLimiter limiter;
    private final Sleeper sleeper;
    private final LongSupplier nanoTime;
    private final AtomicLong heldUntil;

    RequestBudget(RateLimiter limiter, Sleeper sleeper, LongSupplier nanoTime) {
        this.limiter = limiter;
        this.sleeper = sleeper;
        this.nanoTime = nanoTime;
        this.heldUntil = new AtomicLong(nanoTime.getAsLong());
    }

    /**
     * Makes a budget without bursts: the cloud's documents recommend evenly spread requests.
     *
     * @param requestsPerSecond more than 0; the cloud allows 5 a second in the long run
     */
    public static RequestBudget of(double requestsPerSecond, Sleeper sleeper) {
        RateLimiterConfig config = RateLimiterConfig.custom()
                .limitForPeriod(1)
                .limitRefreshPeriod(Duration.ofNanos((long) (1_000_000_000L / requestsPerSecond)))
                .timeoutDuration(LONGEST_QUEUE)
                .build();
        return new RequestBudget(RateLimiter.of("cloud", config), sleeper, System::nanoTime);
    }

    /** Waits for the caller's turn. */
    void awaitTurn() throws CloudException, InterruptedException {
        takeTurn();
        // After a hold all turns are given anew; otherwise the earlier turns would all come at once.
        for (long held = heldFor(); held > 0; held = heldFor()) {
            sleeper.sleep(Duration.ofNanos(held));
            takeTurn();
        }
    }

    /** Gives no turn for this time. */
    void hold(Duration time) {
        long until = nanoTime.getAsLong() + time.toNanos();
        heldUntil.accumulateAndGet(until, (one, other) -> one - other > 0 ? one : other);
    }

    private long heldFor() {
        return heldUntil.get() - nanoTime.getAsLong();
    }

    private void takeTurn() throws CloudException, InterruptedException {
        // Reserving, instead of acquiring, leaves the waiting to the sleeper, which tests replace.
        long nanos = limiter.reservePermission();
        if (nanos < 0) {
            throw new CloudException(
                    Fault.of(FaultKind.TRANSIENT, "requests to the cloud are queued for more than " + LONGEST_QUEUE));
        }
        if (nanos > 0) {
            sleeper.sleep(Duration.ofNanos(nanos));
        }
    }
}
