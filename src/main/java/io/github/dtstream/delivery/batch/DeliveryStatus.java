package io.github.dtstream.delivery.batch;

import io.github.dtstream.delivery.DeliveryFailures;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The state of a subscriber's deliveries at one moment. Immutable.
 *
 * @param subscriber its name
 * @param lag the number of events in the journal after its cursor
 * @param inFlight the number of events in the route
 * @param delivered events that the route delivered or left out since it started
 * @param perSecond events delivered a second, averaged over the last minute
 * @param failures failed deliveries since the route started
 * @param lastDelivered when a delivery last succeeded
 * @param failingSince since when no delivery succeeds; null if the newest one did
 * @param failedInARow the number of failures since then
 * @param lastFailure the reason of the newest failure; null if the newest delivery succeeded
 * @param overdue the exchange that takes far too long; null if there is none
 * @param refused the events that the sink refused for good since the route started
 * @param setAside the events that were refused, now or before a restart, and were not sent again
 * @param handled the failures that an error handler of the route has handled, such as a dead letter channel
 */
public record DeliveryStatus(
        String subscriber,
        long lag,
        int inFlight,
        long delivered,
        double perSecond,
        long failures,
        @Nullable Instant lastDelivered,
        @Nullable Instant failingSince,
        long failedInARow,
        @Nullable String lastFailure,
        @Nullable Overdue overdue,
        DeliveryFailures refused,
        DeliveryFailures setAside,
        DeliveryFailures handled) {
    /** The state of a subscriber that reads nothing. */
    public static DeliveryStatus idle(String subscriber) {
        return new DeliveryStatus(
                subscriber,
                0,
                0,
                0,
                0,
                0,
                null,
                null,
                0,
                null,
                null,
                DeliveryFailures.NONE,
                DeliveryFailures.NONE,
                DeliveryFailures.NONE);
    }

    /** What remains of this when its reader has ended: what it has delivered, and what has failed. */
    public DeliveryStatus ended() {
        return new DeliveryStatus(
                subscriber,
                0,
                0,
                delivered,
                0,
                failures,
                lastDelivered,
                null,
                0,
                null,
                null,
                refused,
                DeliveryFailures.NONE,
                DeliveryFailures.NONE);
    }

    /** The same with the times of another clock. */
    DeliveryStatus shownIn(UnaryOperator<Instant> clock) {
        return new DeliveryStatus(
                subscriber,
                lag,
                inFlight,
                delivered,
                perSecond,
                failures,
                lastDelivered == null ? null : clock.apply(lastDelivered),
                failingSince == null ? null : clock.apply(failingSince),
                failedInARow,
                lastFailure,
                overdue == null ? null : new Overdue(clock.apply(overdue.since()), overdue.usual(), overdue.waitsFor()),
                refused,
                setAside,
                handled);
    }

    /** The sum of two readers of the same route; of failures, the one that has lasted for longer. */
    public DeliveryStatus and(DeliveryStatus other) {
        DeliveryStatus worse = isWorse(other) ? other : this;
        return new DeliveryStatus(
                subscriber,
                lag + other.lag,
                inFlight + other.inFlight,
                delivered + other.delivered,
                perSecond + other.perSecond,
                failures + other.failures,
                later(lastDelivered, other.lastDelivered),
                worse.failingSince,
                worse.failedInARow,
                worse.lastFailure,
                overdue == null ? other.overdue : overdue,
                refused.and(other.refused),
                setAside.and(other.setAside),
                handled.and(other.handled));
    }

    private boolean isWorse(DeliveryStatus other) {
        Instant since = failingSince;
        return other.failingSince != null && (since == null || other.failingSince.isBefore(since));
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isAfter(one)) ? other : one;
    }

    public DeliveryStatus with(DeliveryFailures notSentAgain, DeliveryFailures ofErrorHandlers) {
        return new DeliveryStatus(
                subscriber,
                lag,
                inFlight,
                delivered,
                perSecond,
                failures,
                lastDelivered,
                failingSince,
                failedInARow,
                lastFailure,
                overdue,
                refused,
                notSentAgain,
                ofErrorHandlers);
    }
}
