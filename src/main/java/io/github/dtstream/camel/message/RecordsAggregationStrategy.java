package io.github.dtstream.camel.message;

import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the results of a {@code split} in one list of messages, in order, so that the sink after the split takes the
 * batch at once: one file operation, or one window of MQTT messages. An event that the route dropped by {@code stop} is
 * left out. If a part failed, the batch fails.
 *
 * <p>Bound as {@code records} in the registry: {@code aggregationStrategy: "#records"}. Stateless, thread-safe.
 */
public final class RecordsAggregationStrategy implements AggregationStrategy {

    @Override
    public Exchange aggregate(@Nullable Exchange gathered, Exchange part) {
        Message record = part.getMessage();
        boolean wanted = part.getException() == null && !part.isRouteStop();
        Exchange batch = gathered == null ? asBatch(part, record) : gathered;
        if (wanted) {
            records(batch).add(record);
        } else if (part.getException() != null && batch.getException() == null) {
            batch.setException(part.getException());
        }
        return batch;
    }

    /** The first part's exchange becomes that of the batch. */
    private static Exchange asBatch(Exchange part, Message record) {
        DefaultMessage message = new DefaultMessage(part.getContext());
        message.setBody(new Records());
        message.setHeader(DtStreamConstants.PROJECT_ID, record.getHeader(DtStreamConstants.PROJECT_ID));
        message.setHeader(DtStreamConstants.RECEIVED_DATE, record.getHeader(DtStreamConstants.RECEIVED_DATE));
        part.setMessage(message);
        part.setRouteStop(false);
        return part;
    }

    @SuppressWarnings("unchecked")
    private static List<Message> records(Exchange batch) {
        return (List<Message>) batch.getMessage().getBody(List.class);
    }
}
