package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;

/** Makes of an event what the stream's consumer makes of it: one part of a batch. */
@FunctionalInterface
public interface EventMessageFactory {
    /**
     * The message of one event.
     *
     * @param event the event object, as the cloud sends it
     * @param device what the test file says of its device: {@code id}, {@code type}, {@code labels}; a missing node if nothing
     * @param received when it was received
     * @throws IllegalArgumentException saying why, if it is no event
     */
    Message part(CamelContext context, JsonNode event, JsonNode device, Instant received);
}
