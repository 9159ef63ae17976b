package io.github.dtstream.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.camel.Alarms;
import io.github.dtstream.camel.EventMessages;
import io.github.dtstream.camel.StreamBeans;
import io.github.dtstream.cloud.Device;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.file.TornProofFileComponent;
import io.github.dtstream.journal.JournalRecord;
import io.github.dtstream.route.RouteTests;
import io.github.dtstream.route.RouteValidator;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What the commands need to look at a folder of routes without running it. Stateless. */
final class RoutesFolder {
    private static final String SOME_PROJECT = "project";

    private RoutesFolder() {}

    /** Checks routes in contexts that have what the router's own has. */
    static RouteValidator validator() {
        return new RouteValidator(RoutesFolder::equip);
    }

    /** Runs the tests beside routes, with events as the stream's consumer delivers them. */
    static RouteTests tests() {
        return new RouteTests(RoutesFolder::equip, RoutesFolder::part);
    }

    /** Gives a context what the router's own has: the torn-proof file component and the beans of streams. */
    private static void equip(CamelContext context) {
        context.getRegistry().bind("file", new TornProofFileComponent());
        StreamBeans.bind(context, Alarms.inMemory());
    }

    /** The values of placeholders; a project that is not configured yet gets a name, so that the rest can be checked. */
    static Map<String, String> properties(Settings settings) {
        Map<String, String> properties = new HashMap<>(settings.forRoutes());
        properties.merge(Setting.PROJECT_ID.key(), SOME_PROJECT, (own, other) -> own.isEmpty() ? other : own);
        return properties;
    }

    private static Message part(CamelContext context, JsonNode json, JsonNode device, Instant received) {
        byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        try {
            Event event = new EnvelopeDecoder().decodeEvent(bytes, 0, bytes.length);
            JournalRecord record = new JournalRecord(1, received, Source.LIVE, event);
            Device known = device(device);
            return EventMessages.of(context, record, EventMessages.dateOf(received), ofEvent -> known);
        } catch (InvalidRecordException e) {
            throw new IllegalArgumentException("it is no event: " + e.getMessage(), e);
        }
    }

    private static @Nullable Device device(JsonNode json) {
        if (json.isMissingNode()) {
            return null;
        }
        Map<String, String> labels = new HashMap<>();
        json.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return new Device(
                json.path("id").asText(),
                json.path("type").asText(),
                json.path("productNumber").asText(),
                labels);
    }
}
