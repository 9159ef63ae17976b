package io.github.dtstream.cloud.api;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.time.Backoff;
import io.github.dtstream.time.Sleeper;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats requests after faults that may pass. Resilience4j decides whether and how long to wait, and the sleeper
 * waits. Thread-safe if the random generator is.
 */
public final class RetryingApi implements CloudApi {
    private static final Logger LOG = LoggerFactory.getLogger(RetryingApi.class);

    private final CloudApi api;
    private final Retry retry;
    private final Sleeper sleeper;

    private RetryingApi(CloudApi api, Retry retry, Sleeper sleeper) {
        this.api = api;
        this.retry = retry;
        this.sleeper = sleeper;
    }

    /**
     * Waits as the back-off says, but at least the fault's minimum delay ({@code Retry-After}, or the documented
     * minimum of a status).
     *
     * @param maxAttempts how often a request is made at most; then the caller gets the last fault
     */
    public static RetryingApi of(
            CloudApi api, int maxAttempts, Backoff backoff, Sleeper sleeper, RandomGenerator random) {
        RetryConfig config = RetryConfig.<byte[]>custom()
                .maxAttempts(maxAttempts)
                .retryOnException(RetryingApi::mayPass)
                .intervalBiFunction((attempt, outcome) -> delay(attempt, outcome, backoff, random))
                .build();
        return new RetryingApi(api, Retry.of("cloud", config), sleeper);
    }

    @Override
    public byte[] get(String path, Map<String, List<String>> query) throws CloudException, InterruptedException {
        Retry.AsyncContext<byte[]> attempts = retry.asyncContext();
        while (true) {
            try {
                byte[] body = api.get(path, query);
                attempts.onComplete();
                return body;
            } catch (CloudException e) {
                long millis = attempts.onError(e);
                if (millis < 0) {
                    throw e;
                }
                LOG.debug("GET {} failed and is tried again in {} ms: {}", path, millis, e.getMessage());
                sleeper.sleep(Duration.ofMillis(millis));
            }
        }
    }

    private static boolean mayPass(Throwable failure) {
        return failure instanceof CloudException e && e.fault().mayPass();
    }

    private static long delay(int attempt, Either<Throwable, byte[]> outcome, Backoff backoff, RandomGenerator random) {
        Duration least = outcome.isLeft() && outcome.getLeft() instanceof CloudException e
                ? e.fault().minimumDelay()
                : Duration.ZERO;
        return backoff.delay(attempt, least, random).toMillis();
    }
}
