package io.github.dtstream.camel;

import io.github.dtstream.mqtt.PublishRefusedException;
import io.github.dtstream.mqtt.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Recognises failures that name the events that a sink refused while it took all others. */
final class Refusals {
    static final String SCHEME = "dt-mqtt";

    private Refusals() {}

    /** The failure as the delivery is to see it: as {@link PartlyRefused} where all but some events were delivered. */
    static Throwable of(Exchange exchange, Throwable failure) {
        if (failure instanceof PublishRefusedException refused
                && exchange.getMessage().getBody() instanceof List<?> records) {
            Map<String, Throwable> reasons = new HashMap<>();
            for (Refusal refusal : refused.refusals()) {
                if (!(records.get(refusal.index()) instanceof Message record)
                        || !(record.getHeader(DtStreamConstants.EVENT_ID) instanceof String eventId)) {
                    return failure;
                }
                reasons.put(eventId, new IllegalArgumentException(refusal.reason()));
            }
            return new PartlyRefused(reasons);
        }
        return failure;
    }
}
