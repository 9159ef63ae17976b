package io.github.dtstream.cloud.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A page of the device list with the last value of each device and event type. Immutable.
 *
 * @param nextPageToken the token of the next page
 */
public record ReportedPage(List<Reported> devices, Optional<String> nextPageToken) {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    public ReportedPage {
        devices = List.copyOf(devices);
    }

    /** A device and its last values; without values if it has sent nothing yet. */
    public record Reported(Device device, List<Value> values) {
        public Reported {
            values = List.copyOf(values);
        }
    }

    /**
     * The last value of an event type.
     *
     * @param updateTime the time of the value, as the cloud wrote it
     * @param json the event type's object, on one line
     */
    public record Value(String eventType, String updateTime, String json) {}

    /**
     * Reads {@code {"devices":[…],"nextPageToken":"…"}}. Values without a time, or of a type with an unsafe name, are
     * left out.
     *
     * @throws IOException if the body does not have that form
     */
    static ReportedPage parse(byte[] body) throws IOException {
        DevicePage page = DevicePage.parse(body);
        Map<String, JsonNode> reported = new HashMap<>();
        for (JsonNode device : JSON.readTree(body).path("devices")) {
            String name = device.path("name").asText();
            reported.put(name.substring(name.lastIndexOf('/') + 1), device.path("reported"));
        }
        List<Reported> devices = new ArrayList<>();
        for (Device device : page.devices()) {
            devices.add(new Reported(device, values(reported.getOrDefault(device.id(), MissingNode.getInstance()))));
        }
        return new ReportedPage(devices, page.nextPageToken());
    }

    private static List<Value> values(JsonNode reported) {
        List<Value> values = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : reported.properties()) {
            String time = each.getValue().path("updateTime").asText("");
            if (!time.isEmpty() && Identifiers.isSafe(each.getKey())) {
                values.add(new Value(each.getKey(), time, each.getValue().toString()));
            }
        }
        return values;
    }
}
