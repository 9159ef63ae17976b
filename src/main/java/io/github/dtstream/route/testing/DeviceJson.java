package io.github.dtstream.route.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.cloud.api.Device;
import java.util.HashMap;
import java.util.Map;

/** Reads the devices of test files. Stateless. */
public final class DeviceJson {
    private DeviceJson() {}

    /** The device; fields that are not given are empty. */
    public static Device read(JsonNode json) {
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
