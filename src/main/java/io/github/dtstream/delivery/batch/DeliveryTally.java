package io.github.dtstream.delivery.batch;

import io.github.dtstream.delivery.DeliveryFailures;
import io.github.dtstream.time.EventRate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The counters of a subscriber's deliveries. Not thread-safe: guarded by the lock of its {@link BatchDelivery}. */
final class DeliveryTally {
    private final EventRate rate = new EventRate();
    private long delivered;
    private long failures;
    private DeliveryFailures refused = DeliveryFailures.NONE;
    /** Refused events that the cursor has not passed, as far as is known. */
    private long refusedInHand;

    private @Nullable Instant lastDelivered;
    private @Nullable Failure lastFailure;

    private record Failure(Instant since, long inARow, String message) {}

    /** The cursor has passed so many more events, of which refused ones are not delivered. */
    void passed(long events, Instant now) {
        long refusedOnes = Math.min(events, refusedInHand);
        refusedInHand -= refusedOnes;
        if (events > refusedOnes) {
            delivered += events - refusedOnes;
            rate.add(now, events - refusedOnes);
            lastDelivered = now;
        }
    }

    void failed(String reason, Instant now) {
        failures++;
        Failure last = lastFailure;
        lastFailure = last == null ? new Failure(now, 1, reason) : new Failure(last.since(), last.inARow() + 1, reason);
    }

    /** An event is given up. */
    void refused(String reason, Instant now) {
        refused = refused.and(reason, now);
        refusedInHand++;
    }

    /** A delivery succeeded, which ends the failure before it. */
    void recovered() {
        lastFailure = null;
    }

    DeliveryStatus status(String subscriber, long lag, int inHand, @Nullable Overdue overdue, Instant now) {
        Failure failure = lastFailure;
        return new DeliveryStatus(
                subscriber,
                lag,
                inHand,
                delivered,
                rate.perSecond(now),
                failures,
                lastDelivered,
                failure == null ? null : failure.since(),
                failure == null ? 0 : failure.inARow(),
                failure == null ? null : failure.message(),
                overdue,
                refused,
                refused,
                DeliveryFailures.NONE);
    }
}
