package io.github.dtstream.camel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a subscriber's deliveries go, at one moment. Immutable.
 *
 * @param subscriber its name
 * @param lag how many events of the journal lie behind its place
 * @param inFlight how many events the route has in hand
 * @param delivered how many events were delivered since the route started
 * @param perSecond events delivered a second, averaged over the last minute
 * @param failures how many deliveries failed since the route started
 * @param lastDelivered when a delivery last succeeded
 * @param failingSince when the newest failure was; null if the newest delivery succeeded
 * @param lastFailure what it said; null if the newest delivery succeeded
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
        @Nullable String lastFailure) {}
