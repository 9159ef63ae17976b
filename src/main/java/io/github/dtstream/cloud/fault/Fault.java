package io.github.dtstream.cloud.fault;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * The reason why an exchange with the cloud ended, as a value.
 *
 * @param kind determines what we do next
 * @param summary one sentence for users that says what is wrong and, for permanent faults, what to change; never
 *     contains a credential
 * @param status the HTTP status, if there was one (including status codes inside the stream)
 * @param minimumDelay the shortest delay before the next attempt: {@code Retry-After}, or the documented minimum of the
 *     status (1 s for 500 and 503, 10 s for 504); zero if there is none
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

    /** Whether the fault may pass by itself, so that another attempt makes sense. */
    public boolean mayPass() {
        return switch (kind) {
            case ENDED, TRANSIENT, WEATHER -> true;
            case CREDENTIALS, PERMANENT -> false;
        };
    }
}
