package io.github.dtstream.delivery.batch;

import io.github.dtstream.delivery.DeliveryFailures;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a subscriber's deliveries go, at one moment. Immutable.
 *
 * @param subscriber its name
 * @param lag how many events of the journal lie behind its place
 * @param inFlight how many events the route has in hand
 * @param delivered how many events were delivered or left out by the route since it started
 * @param perSecond events delivered a second, averaged over the last minute
 * @param failures how many deliveries failed since the route started
 * @param lastDelivered when a delivery last succeeded
 * @param failingSince since when no delivery succeeds; null if the newest one did
 * @param failedInARow how many have failed since then
 * @param lastFailure what the newest failure said; null if the newest delivery succeeded
 * @param overdue what takes far too long; null if nothing does
 * @param refused the events that the sink refused for good since the route started
 * @param setAside those that were refused, then or before, and were not sent again
 * @param handled the failures that an error handler of the route took upon itself, such as a dead letter channel
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
    /** Those of two readers of the same route as one: sums, and of what fails that which has failed for longer. */
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
