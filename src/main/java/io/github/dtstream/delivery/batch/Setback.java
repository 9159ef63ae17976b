package io.github.dtstream.delivery.batch;

import io.github.dtstream.delivery.DeliveryFault;
import io.github.dtstream.delivery.SinkFailures;
import io.github.dtstream.journal.record.JournalRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The failure of an exchange. Immutable.
 *
 * @param fault its meaning for the whole exchange
 * @param delivered the numbers of the events that were delivered nevertheless, as far as is known
 * @param failed the numbers of the events that are known to have failed, with the meaning for each; nothing is known of
 *     the others
 */
record Setback(DeliveryFault fault, Set<Long> delivered, Map<Long, DeliveryFault> failed) {

    /** A failure without any details. */
    static Setback of(DeliveryFault fault) {
        return new Setback(fault, Set.of(), Map.of());
    }

    /** These events are refused because of themselves, and those are delivered. */
    static Setback refused(Set<JournalRecord> refused, Set<Long> delivered) {
        Map<Long, DeliveryFault> failed = new HashMap<>();
        refused.forEach(record -> failed.put(record.sequence(), DeliveryFault.REFUSAL));
        return new Setback(DeliveryFault.REFUSAL, delivered, failed);
    }

    static Setback of(DeliveryFault fault, PartEnds ends, SinkFailures sinks) {
        return new Setback(fault, ends.delivered(), ends.failed(sinks));
    }
}
