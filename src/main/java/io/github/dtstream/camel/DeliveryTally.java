package io.github.dtstream.camel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What there is to count of a subscriber's deliveries. Not thread-safe: guarded by the lock of its {@link BatchDelivery}. */
final class DeliveryTally {
    private final DeliveryRate rate = new DeliveryRate();
    private long delivered;
    private long failures;
    private @Nullable Instant lastDelivered;
    private @Nullable Failure lastFailure;

    private record Failure(Instant at, String message) {}

    /** The cursor has passed so many more events. */
    void delivered(long events, Instant now) {
        delivered += events;
        rate.add(now, events);
        lastDelivered = now;
    }

    void failed(Throwable failure, Instant now) {
        failures++;
        lastFailure = new Failure(now, DeliveryFault.describe(failure));
    }

    /** Something went well: what failed before is no news any more. */
    void recovered() {
        lastFailure = null;
    }

    DeliveryStatus status(String subscriber, long lag, int inHand, Instant now) {
        Failure failure = lastFailure;
        return new DeliveryStatus(
                subscriber,
                lag,
                inHand,
                delivered,
                rate.perSecond(now),
                failures,
                lastDelivered,
                failure == null ? null : failure.at(),
                failure == null ? null : failure.message());
    }
}
