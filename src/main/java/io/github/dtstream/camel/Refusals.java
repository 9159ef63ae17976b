package io.github.dtstream.camel;

import io.github.dtstream.camel.message.DtStreamConstants;
import io.github.dtstream.delivery.EventRefusedException;
import io.github.dtstream.delivery.PartlyRefused;
import io.github.dtstream.delivery.batch.BatchDelivery;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.mqtt.message.PublishException;
import io.github.dtstream.mqtt.message.PublishFailedException;
import io.github.dtstream.mqtt.message.PublishRefusedException;
import io.github.dtstream.mqtt.message.Refusal;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Recognises failures of a sink that name the refused events, all others having been accepted. */
final class Refusals {
    static final String SCHEME = "dt-mqtt";

    private Refusals() {}

    /**
     * Converts a failure for the delivery: to {@link PartlyRefused} if all other events were delivered and the refused
     * ones never will be. If some may be delivered later, it reports which events were delivered and which were not.
     */
    static Throwable of(
            List<JournalRecord> events,
            Exchange exchange,
            Throwable failure,
            BatchDelivery.Acknowledgement acknowledgement) {
        if (!(failure instanceof PublishException partly)
                || !(exchange.getMessage().getBody() instanceof List<?> records)) {
            return failure;
        }
        Map<String, Refusal> refused = new HashMap<>();
        for (Refusal refusal : partly.refusals()) {
            String eventId = eventId(records.get(refusal.index()));
            if (eventId == null) {
                return failure;
            }
            refused.merge(eventId, refusal, (one, other) -> one.permanent() ? other : one);
        }
        if (failure instanceof PublishRefusedException) {
            Map<String, Throwable> reasons = new HashMap<>();
            refused.forEach((eventId, refusal) -> reasons.put(eventId, reason(refusal)));
            return new PartlyRefused(reasons);
        }
        if (failure instanceof PublishFailedException) {
            tell(events, published(partly, records), refused, acknowledgement);
        }
        return failure;
    }

    /** The events whose messages have all arrived. */
    private static Set<String> published(PublishException partly, List<?> records) {
        Set<String> published = new HashSet<>();
        Set<String> missing = new HashSet<>();
        for (int i = 0; i < records.size(); i++) {
            String eventId = eventId(records.get(i));
            if (eventId != null) {
                (partly.isPublished(i) ? published : missing).add(eventId);
            }
        }
        published.removeAll(missing);
        return published;
    }

    private static void tell(
            List<JournalRecord> events,
            Set<String> published,
            Map<String, Refusal> refused,
            BatchDelivery.Acknowledgement acknowledgement) {
        for (int i = 0; i < events.size(); i++) {
            String eventId = events.get(i).event().eventId();
            Refusal refusal = refused.get(eventId);
            if (refusal != null) {
                acknowledgement.partDone(i, reason(refusal));
            } else if (published.contains(eventId)) {
                acknowledgement.partDone(i, null);
            }
        }
    }

    private static Throwable reason(Refusal refusal) {
        return refusal.permanent() ? new EventRefusedException(refusal.reason()) : new IOException(refusal.reason());
    }

    private static @Nullable String eventId(Object record) {
        return record instanceof Message message
                        && message.getHeader(DtStreamConstants.EVENT_ID) instanceof String eventId
                ? eventId
                : null;
    }
}
