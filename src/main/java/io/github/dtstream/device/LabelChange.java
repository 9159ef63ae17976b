package io.github.dtstream.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The change of a {@code labelsChanged} event: {@code {"added":{…},"modified":{…},"removed":[…]}}.
 *
 * @param set labels that were added or changed
 * @param removed the keys of removed labels
 */
record LabelChange(String deviceId, Map<String, String> set, Set<String> removed) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static LabelChange of(Event event) throws IOException {
        JsonNode data = JSON.readTree(event.json(), event.dataOffset(), event.dataLength());
        Map<String, String> set = new HashMap<>();
        for (String part : new String[] {"added", "modified"}) {
            for (Map.Entry<String, JsonNode> label : data.path(part).properties()) {
                set.put(label.getKey().intern(), label.getValue().asText());
            }
        }
        Set<String> removed = new HashSet<>();
        data.path("removed").forEach(key -> removed.add(key.asText()));
        return new LabelChange(Objects.requireNonNull(event.deviceId()), set, removed);
    }

    Device applyTo(Device device) {
        Map<String, String> labels = new HashMap<>(device.labels());
        labels.keySet().removeAll(removed);
        labels.putAll(set);
        return device.withLabels(labels);
    }
}
