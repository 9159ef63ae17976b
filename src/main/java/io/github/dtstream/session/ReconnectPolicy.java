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
 * Decides what follows the end of a connection. Failures in a row are counted by Resilience4j's retry, which is asked for
 * the delay and does not wait itself. The delay is full jitter below a bound that doubles with each failure, and never less
 * than what the fault asks for. Connections that live only for moments make the bound grow, too, although each brings
 * something and so counts as no failure. Not thread-safe: owned by the session's thread.
 */
final class ReconnectPolicy {
    /** A connection that ends sooner is followed by the next one later each time. */
    static final Duration STEADY_LIFE = Duration.ofSeconds(30);

    /** What the cloud itself refuses, although waiting for it may help, is asked for again this often. */
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

        /** The cloud refuses; ask again, far apart. */
        record Slowly(Duration delay) implements Decision {}

        /** Give it up. */
        record Never(SessionState.Outcome outcome) implements Decision {}
    }

    /**
     * A connection, or the attempt at one, has ended.
     *
     * @param otherCredentials whether credentials other than the refused ones can be had
     * @param life how the connection did
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

    /** An event or a ping was received: the next failure is the first again. */
    void delivered() {
        hasLived = true;
        triedAnew();
    }

    /** Somebody asks for another attempt, whatever came of those before. */
    void triedAnew() {
        if (failures > 0) {
            attempts = retry.asyncContext();
            failures = 0;
        }
        credentialsReplaced = false;
    }

    /**
     * How long to wait before a session that has stopped asks again although nobody says so, where other streams keep the
     * process alive: what the cloud refuses today, somebody may allow tomorrow. Empty if it does not.
     */
    Optional<Duration> afterStop(SessionState.Outcome outcome) {
        boolean refused = outcome == SessionState.Outcome.PERMANENT || outcome == SessionState.Outcome.CREDENTIALS;
        return refused && settings.maxRetries() < 0 ? Optional.of(REFUSED_DELAY) : Optional.empty();
    }

    /** How many attempts in a row have failed. */
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

    /** At the start it is a mistake in the settings, which waiting does not mend. */
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
