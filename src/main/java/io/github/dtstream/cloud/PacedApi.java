package io.github.dtstream.cloud;

import io.github.dtstream.time.Sleeper;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Requests under a budget: each waits until the rate limiter has a place for it. Thread-safe; several callers share one
 * budget by sharing the object.
 */
public final class PacedApi implements CloudApi {
    private static final Duration LONGEST_QUEUE = Duration.ofHours(1);

    private final CloudApi api;
    private final RateLimiter limiter;
    private final Sleeper sleeper;

    public PacedApi(CloudApi api, RateLimiter limiter, Sleeper sleeper) {
        this.api = api;
        this.limiter = limiter;
        this.sleeper = sleeper;
    }

    /**
     * A budget without bursts: the cloud's documents prefer requests that are spread out.
     *
     * @param requestsPerSecond more than 0; the cloud allows 5 a second in the long run
     */
    public static PacedApi of(CloudApi api, double requestsPerSecond, Sleeper sleeper) {
        RateLimiterConfig config = RateLimiterConfig.custom()
                .limitForPeriod(1)
                .limitRefreshPeriod(Duration.ofNanos((long) (1_000_000_000L / requestsPerSecond)))
                .timeoutDuration(LONGEST_QUEUE)
                .build();
        return new PacedApi(api, RateLimiter.of("cloud", config), sleeper);
    }

    @Override
    public byte[] get(String path, Map<String, List<String>> query) throws CloudException, InterruptedException {
        // Reserving instead of acquiring leaves the waiting to the sleeper, which a test replaces.
        long nanos = limiter.reservePermission();
        if (nanos < 0) {
            throw new CloudException(
                    Fault.of(FaultKind.TRANSIENT, "requests to the cloud are queued for more than " + LONGEST_QUEUE));
        }
        if (nanos > 0) {
            sleeper.sleep(Duration.ofNanos(nanos));
        }
        return api.get(path, query);
    }
}
