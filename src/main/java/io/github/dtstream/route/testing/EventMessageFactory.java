package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;

/** Makes the message of an event, as the stream's consumer does for a part of a batch. */
@FunctionalInterface
public interface EventMessageFactory {
    /**
     * The message of one event.
     *
     * @param event the event object, as the cloud sends it
     * @param device the device of the test file, with {@code id}, {@code type}, {@code labels}; a missing node if there
     *     is none
     * @param received the time of receipt
     * @throws IllegalArgumentException if it is not an event; the message says why
     */
    Message part(CamelContext context, JsonNode event, JsonNode device, Instant received);
}
