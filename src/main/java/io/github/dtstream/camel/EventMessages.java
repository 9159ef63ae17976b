package io.github.dtstream.camel;

import io.github.dtstream.cloud.Device;
import io.github.dtstream.journal.JournalRecord;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/** Makes the Camel message of an event, as it stands in a batch. Stateless. */
public final class EventMessages {
    private EventMessages() {}

    /**
     * The message of one event: its body is an {@link EventBody}, its headers are those of {@link DtStreamConstants}.
     *
     * @param receivedDate the UTC date of its receipt, which all events of a batch share
     * @param device what is known of its device, if anything
     */
    public static Message of(CamelContext context, JournalRecord record, String receivedDate, @Nullable Device device) {
        DefaultMessage message = new DefaultMessage(context);
        message.setBody(new EventBody(record.event()));
        message.setHeaders(new EventHeaders(record, receivedDate, device));
        return message;
    }

    /** The UTC date of a receipt, as it stands in the header. */
    public static String dateOf(Instant received) {
        return received.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }
}
