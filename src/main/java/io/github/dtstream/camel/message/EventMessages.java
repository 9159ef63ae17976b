package io.github.dtstream.camel.message;

import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import io.github.dtstream.journal.record.JournalRecord;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/** Makes the Camel message of an event, as it stands in a batch. Stateless. */
public final class EventMessages {
    private EventMessages() {}

    /** Finds what is known of devices. Called by the thread that asks for a header, and only if one asks. */
    @FunctionalInterface
    public interface Devices {
        /** What is known of the device that an event is about; null if nothing is, or it is about none. */
        @Nullable
        Device of(Event event);
    }

    /**
     * The message of one event: its body is an {@link EventBody}, its headers are those of {@link DtStreamConstants}.
     *
     * @param receivedDate the UTC date of its receipt, which all events of a batch share
     * @param devices is asked when a route asks for a header that the device has the value of, once
     */
    public static Message of(CamelContext context, JournalRecord record, String receivedDate, Devices devices) {
        return fill(new DefaultMessage(context), record, receivedDate, devices);
    }

    public static Message fill(DefaultMessage message, JournalRecord record, String receivedDate, Devices devices) {
        message.setBody(new EventBody(record.event()));
        message.setHeaders(new EventHeaders(record, receivedDate, devices));
        return message;
    }

    /** The UTC date of a receipt, as it stands in the header. */
    public static String dateOf(Instant received) {
        return received.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }
}
