package io.github.dtstream.session;

import io.github.dtstream.cloud.CloudException;
import io.github.dtstream.cloud.Fault;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Decides what follows the end of a connection. Failures in a row are counted by Resilience4j's retry, which is asked for
 * the delay and does not wait itself. The delay is full jitter below a bound that doubles with each failure, and never less
 * than what the fault asks for. Not thread-safe: owned by the session's thread.
 */
final class ReconnectPolicy {
    /** Doubling more often than this would overflow; any bound is at its cap long before. */
    private static final int MAX_DOUBLINGS = 40;

    private final StreamSettings settings;
    private final RandomGenerator random;
    private final Retry retry;
    private Retry.AsyncContext<Void> attempts;
    private int failures;
    private boolean credentialsReplaced;

    ReconnectPolicy(StreamSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        this.retry = Retry.of(
                "stream " + settings.projectId(),
                RetryConfig.<Void>custom()
                        .maxAttempts(maxAttempts(settings.maxRetries()))
                        .intervalBiFunction(this::delayMillis)
                        .build());
        this.attempts = retry.asyncContext();
    }

    /** Resilience4j counts the first attempt too. */
    private static int maxAttempts(int maxRetries) {
        return maxRetries < 0 || maxRetries == Integer.MAX_VALUE ? Integer.MAX_VALUE : maxRetries + 1;
    }

    /** What to do next. */
    sealed interface Decision {
        /** Connect again at once. */
        record Now() implements Decision {}

        /** Connect again after a delay. */
        record Later(Duration delay) implements Decision {}

        /** Give it up. */
        record Never(SessionState.Outcome outcome) implements Decision {}
    }

    /**
     * A connection, or the attempt at one, has ended.
     *
     * @param otherCredentials whether credentials other than the refused ones can be had
     */
    Decision ended(Fault fault, boolean otherCredentials) {
        return switch (fault.kind()) {
            case ENDED -> new Decision.Now();
            case TRANSIENT, WEATHER -> afterFailure(fault);
            case CREDENTIALS -> afterRefusal(otherCredentials);
            case PERMANENT -> new Decision.Never(SessionState.Outcome.PERMANENT);
        };
    }

    /** An event or a ping was received: the next failure is the first again. */
    void delivered() {
        if (failures > 0) {
            attempts = retry.asyncContext();
            failures = 0;
        }
        credentialsReplaced = false;
    }

    /** How many attempts in a row have failed. */
    int failures() {
        return failures;
    }

    private Decision afterFailure(Fault fault) {
        failures++;
        long millis = attempts.onError(new CloudException(fault));
        return millis < 0
                ? new Decision.Never(SessionState.Outcome.GIVEN_UP)
                : new Decision.Later(Duration.ofMillis(millis));
    }

    private Decision afterRefusal(boolean otherCredentials) {
        if (credentialsReplaced || !otherCredentials) {
            return new Decision.Never(SessionState.Outcome.CREDENTIALS);
        }
        credentialsReplaced = true;
        return new Decision.Now();
    }

    private Long delayMillis(Integer attempt, Either<Throwable, Void> outcome) {
        long least = ((CloudException) outcome.getLeft()).fault().minimumDelay().toMillis();
        long bound = Math.max(least, boundMillis(attempt));
        return bound == least ? least : random.nextLong(least, bound + 1);
    }

    private long boundMillis(int attempt) {
        double doubled =
                (double) settings.initialRetryDelay().toMillis() * Math.pow(2, Math.min(attempt - 1, MAX_DOUBLINGS));
        return (long) Math.min(doubled, (double) settings.maxRetryDelay().toMillis());
    }
}
