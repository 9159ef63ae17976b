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

/** Makes the Camel message of an event in a batch. Stateless. */
public final class EventMessages {
    private EventMessages() {}

    /** Looks devices up. Called by the thread that reads a header, and only if a header needs it. */
    @FunctionalInterface
    public interface Devices {
        /** The device of an event as far as it is known; null if it is unknown, or if the event has no device. */
        @Nullable
        Device of(Event event);
    }

    /**
     * The message of one event: its body is an {@link EventBody}, its headers are those of {@link DtStreamConstants}.
     *
     * @param receivedDate the UTC date of receipt, which all events of a batch share
     * @param devices called at most once, when a route reads a header with a value of the device
     */
    public static Message of(CamelContext context, JournalRecord record, String receivedDate, Devices devices) {
        return fill(new DefaultMessage(context), record, receivedDate, devices);
    }

    public static Message fill(DefaultMessage message, JournalRecord record, String receivedDate, Devices devices) {
        message.setBody(new EventBody(record.event()));
        message.setHeaders(new EventHeaders(record, receivedDate, devices));
        return message;
    }

    /** The UTC date of receipt, as it is in the header. */
    public static String dateOf(Instant received) {
        return received.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }
}
