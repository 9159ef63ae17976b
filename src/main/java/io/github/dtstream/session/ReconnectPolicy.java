package io.github.dtstream.session;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.ConnectionLife;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.time.Backoff;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Decides what follows the end of a connection. Resilience4j's retry counts failures in a row and computes the delay;
 * it does not wait itself. The delay has full jitter below a bound that doubles with each failure, and is at least the
 * delay that the fault asks for. Short connections also raise the bound, although each delivers something and so is not
 * a failure. Not thread-safe: owned by the session's thread.
 */
final class ReconnectPolicy {
    /** After each connection that is shorter than this, the next one comes later. */
    static final Duration STEADY_LIFE = Duration.ofSeconds(30);

    /** The interval of attempts after a refusal by the cloud that may be temporary. */
    static final Duration REFUSED_DELAY = Duration.ofMinutes(10);

    private final StreamSettings settings;
    private final RandomGenerator random;
    private final Backoff backoff;
    private final Retry retry;
    private Retry.AsyncContext<Void> attempts;
    private int failures;
    private int shortLives;
    private boolean credentialsReplaced;
    private boolean hasLived;

    ReconnectPolicy(StreamSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        this.backoff = Backoff.doubling(settings.initialRetryDelay(), settings.maxRetryDelay())
                .withJitter(1);
        this.retry = Retry.of(
                "stream " + settings.projectId(),
                RetryConfig.<Void>custom()
                        .maxAttempts(maxAttempts(settings.maxRetries()))
                        .intervalBiFunction(this::delayMillis)
                        .build());
        this.attempts = retry.asyncContext();
    }

    /** Resilience4j counts the first attempt as well. */
    private static int maxAttempts(int maxRetries) {
        return maxRetries < 0 || maxRetries == Integer.MAX_VALUE ? Integer.MAX_VALUE : maxRetries + 1;
    }

    /** What to do next. */
    sealed interface Decision {
        /** Connect again at once. */
        record Now() implements Decision {}

        /** Connect again after a delay. */
        record Later(Duration delay) implements Decision {}

        /** The cloud refuses; try again after a long delay. */
        record Slowly(Duration delay) implements Decision {}

        /** Stop trying. */
        record Never(SessionState.Outcome outcome) implements Decision {}
    }

    /**
     * Decides what follows the end of a connection or of an attempt to connect.
     *
     * @param otherCredentials whether the refused credentials can be replaced
     * @param life the life of the connection
     */
    Decision ended(Fault fault, boolean otherCredentials, ConnectionLife life) {
        if (life.delivered()) {
            shortLives = life.lived().compareTo(STEADY_LIFE) < 0 ? shortLives + 1 : 0;
        }
        return switch (fault.kind()) {
            case ENDED -> afterEnd();
            case TRANSIENT, WEATHER -> afterFailure(fault);
            case CREDENTIALS -> afterUnauthorized(otherCredentials);
            case PERMANENT -> afterRefusal(SessionState.Outcome.PERMANENT);
        };
    }

    /** Notes that an event or a ping was received: the count of failures begins again. */
    void delivered() {
        hasLived = true;
        triedAnew();
    }

    /** Notes a requested attempt: the earlier failures do not count any more. */
    void triedAnew() {
        if (failures > 0) {
            attempts = retry.asyncContext();
            failures = 0;
        }
        credentialsReplaced = false;
    }

    /**
     * The delay after which a stopped session tries again by itself, while other streams keep the process running: the
     * cloud may allow tomorrow what it refuses today. Empty if the session does not try again.
     */
    Optional<Duration> afterStop(SessionState.Outcome outcome) {
        boolean refused = outcome == SessionState.Outcome.PERMANENT || outcome == SessionState.Outcome.CREDENTIALS;
        return refused && settings.maxRetries() < 0 ? Optional.of(REFUSED_DELAY) : Optional.empty();
    }

    /** The number of failed attempts in a row. */
    int failures() {
        return failures;
    }

    private Decision afterEnd() {
        return shortLives <= 1 ? new Decision.Now() : new Decision.Later(backoff.delay(shortLives - 1, random));
    }

    private Decision afterFailure(Fault fault) {
        failures++;
        long millis = attempts.onError(new CloudException(fault));
        return millis < 0
                ? new Decision.Never(SessionState.Outcome.GIVEN_UP)
                : new Decision.Later(Duration.ofMillis(millis));
    }

    private Decision afterUnauthorized(boolean otherCredentials) {
        if (credentialsReplaced || !otherCredentials) {
            return afterRefusal(SessionState.Outcome.CREDENTIALS);
        }
        credentialsReplaced = true;
        return new Decision.Now();
    }

    /** A refusal at the start is an error in the settings, so waiting does not help. */
    private Decision afterRefusal(SessionState.Outcome outcome) {
        if (!hasLived || settings.maxRetries() >= 0) {
            return new Decision.Never(outcome);
        }
        failures++;
        credentialsReplaced = false;
        return new Decision.Slowly(REFUSED_DELAY);
    }

    private Long delayMillis(Integer attempt, Either<Throwable, Void> outcome) {
        Duration least = ((CloudException) outcome.getLeft()).fault().minimumDelay();
        return backoff.delay(Math.max(attempt, shortLives), least, random).toMillis();
    }
}
