package io.github.dtstream.camel.message;

import io.github.dtstream.delivery.batch.BatchDelivery;
import io.github.dtstream.journal.record.JournalRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Reads the results that Camel's Kafka component leaves in the records of a failed batch: it sends each record
 * separately, and the brokers of some partitions may be unreachable while others work. The component is not in the
 * router's jar, so its header's name is repeated here.
 */
public final class KafkaReceipts {
    public static final String SCHEME = "kafka";
    /**
     * The header is set, with the option recordMetadata, when the result of a record is known. If the record failed,
     * the exchange of its part also has the exception.
     */
    private static final String METADATA = "kafka.RECORD_META";

    private KafkaReceipts() {}

    /** Reports the result of each event, as far as it is known; nothing if records cannot be told apart. */
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
