package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** Makes simple messages: the event's JSON text as the body, its fields as headers. Stateless. */
public final class EventMessages implements EventMessageFactory {
    @Override
    public Message part(CamelContext context, JsonNode event, JsonNode device, Instant received) {
        String type = text(event, "eventType");
        String[] target = event.path("targetName").asText().split("/");
        Message part = new DefaultMessage(context);
        part.setBody(event.toString());
        part.setHeader("DtEventId", text(event, "eventId"));
        part.setHeader("DtEventType", type);
        part.setHeader("DtTimestamp", text(event, "timestamp"));
        part.setHeader("DtSource", "live");
        part.setHeader(
                "DtReceivedDate", received.atZone(ZoneOffset.UTC).toLocalDate().toString());
        if (target.length > 1) {
            part.setHeader("DtProjectId", target[1]);
        }
        if (target.length > 3) {
            part.setHeader("DtDeviceId", target[3]);
        }
        JsonNode data = event.path("data");
        part.setHeader(
                "DtData",
                data.isMissingNode() ? "null" : data.has(type) ? data.get(type).toString() : data.toString());
        return part;
    }

    private static String text(JsonNode event, String field) {
        if (!event.path(field).isTextual()) {
            throw new IllegalArgumentException("an event has a text '" + field + "': " + event);
        }
        return event.path(field).asText();
    }
}
