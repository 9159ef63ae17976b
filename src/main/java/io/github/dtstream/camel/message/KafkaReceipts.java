package io.github.dtstream.camel.message;

import io.github.dtstream.delivery.BatchDelivery;
import io.github.dtstream.journal.record.JournalRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * What Camel's Kafka component leaves in the records of a batch that failed: it sends each by itself, and the brokers of one
 * partition may be away while those of others are not. The component is not in the router's jar, so its header stands here by
 * its name.
 */
public final class KafkaReceipts {
    public static final String SCHEME = "kafka";
    /**
     * Set, with the option recordMetadata, as soon as the outcome of a record is known. If it failed, the exchange of the
     * record's part has the exception, too.
     */
    private static final String METADATA = "kafka.RECORD_META";

    private KafkaReceipts() {}

    /** Tells the outcome of each event of which it is known. Where records cannot be told apart, it tells nothing. */
    public static void tell(List<JournalRecord> events, Object body, BatchDelivery.Acknowledgement acknowledgement) {
        Map<String, Message> records = new HashMap<>();
        for (Object element : body instanceof Records list ? list : List.of()) {
            if (!(element instanceof Message record)
                    || !(record.getHeader(DtStreamConstants.EVENT_ID) instanceof String eventId)
                    || records.put(eventId, record) != null) {
                return;
            }
        }
        for (int i = 0; i < events.size(); i++) {
            Message record = records.get(events.get(i).event().eventId());
            if (record != null && record.getHeader(METADATA) != null) {
                Exchange part = record.getExchange();
                acknowledgement.partDone(i, part == null ? null : part.getException());
            }
        }
    }
}
