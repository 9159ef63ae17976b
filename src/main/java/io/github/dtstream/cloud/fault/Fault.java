package io.github.dtstream.cloud.fault;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Why an exchange with the cloud ended, as a value.
 *
 * @param kind what it means for what we do next
 * @param summary one sentence for a person, in the user's terms, saying what is wrong and for permanent faults what to
 *     change; never contains a credential
 * @param status the HTTP status, where there was one (status codes inside the stream count)
 * @param minimumDelay how long to wait at least before the next attempt: {@code Retry-After}, or the documented minimum of
 *     the status (1 s for 500 and 503, 10 s for 504); zero where none is asked for
 */
public record Fault(FaultKind kind, String summary, OptionalInt status, Duration minimumDelay) {
    public Fault {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(summary);
        Objects.requireNonNull(status);
        if (minimumDelay.isNegative()) {
            throw new IllegalArgumentException("minimumDelay is negative: " + minimumDelay);
        }
    }

    public static Fault of(FaultKind kind, String summary) {
        return new Fault(kind, summary, OptionalInt.empty(), Duration.ZERO);
    }

    /** Whether it may pass by itself, so that another attempt makes sense. */
    public boolean mayPass() {
        return switch (kind) {
            case ENDED, TRANSIENT, WEATHER -> true;
            case CREDENTIALS, PERMANENT -> false;
        };
    }
}
