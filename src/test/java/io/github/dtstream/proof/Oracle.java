package io.github.dtstream.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every event that the cloud produced, from its own record. Immutable. */
final class Oracle {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Produced> events;

    /**
     * A produced event.
     *
     * @param sequence its number in the order of production
     */
    record Produced(long sequence, String event) {

        /** The difference of a record from the event; null if there is none. */
        @Nullable
        String difference(SinkRecord other) throws IOException {
            JsonNode produced = JSON.readTree(event);
            String target = "projects/" + text(other, "projectId") + "/devices/" + other.deviceId();
            Map<String, Boolean> same = new LinkedHashMap<>();
            same.put("targetName", produced.path("targetName").asText().equals(target));
            same.put("eventType", produced.path("eventType").asText().equals(text(other, "eventType")));
            same.put("timestamp", produced.path("timestamp").asText().equals(text(other, "timestamp")));
            same.put("source", other.isLive() || other.isFromHistory());
            same.put("data", data(produced).equals(other.json().path("data")));
            return same.containsValue(false) ? same + " produced " + event + " delivered " + other.json() : null;
        }

        /** The event type's own object; {@code labelsChanged} has none with its name. */
        private static JsonNode data(JsonNode produced) {
            JsonNode data = produced.path("data");
            JsonNode own = data.path(produced.path("eventType").asText());
            return own.isMissingNode() ? data : own;
        }

        private static String text(SinkRecord record, String field) {
            return record.json().path(field).asText();
        }
    }

    private Oracle(Map<String, Produced> events) {
        this.events = events;
    }

    /** Reads the simulator's record. */
    static Oracle read(Path file) throws IOException {
        Map<String, Produced> events = new HashMap<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode entry = JSON.readTree(line);
                JsonNode event = entry.get("event");
                events.put(
                        event.get("eventId").asText(),
                        new Produced(entry.get("sequence").asLong(), event.toString()));
            }
        }
        return new Oracle(events);
    }

    Map<String, Produced> events() {
        return events;
    }
}
