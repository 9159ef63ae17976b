package io.github.dtstream.delivery.batch;

import io.github.dtstream.delivery.DeliveryFault;
import io.github.dtstream.delivery.SinkFailures;
import java.util.Map;
import java.util.Set;

/**
 * How the delivery of an exchange failed. Immutable.
 *
 * @param fault what it means for the exchange as a whole
 * @param delivered the numbers of the events that are delivered all the same, as far as is known
 * @param failed the numbers of the events that are known to have failed, and what that means for each; nothing is known of
 *     the others
 */
record Setback(DeliveryFault fault, Set<Long> delivered, Map<Long, DeliveryFault> failed) {

    /** One of which nothing is known but that it happened. */
    static Setback of(DeliveryFault fault) {
        return new Setback(fault, Set.of(), Map.of());
    }

    static Setback of(DeliveryFault fault, PartEnds ends, SinkFailures sinks) {
        return new Setback(fault, ends.delivered(), ends.failed(sinks));
    }
}
