package io.github.dtstream.cloud.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One page of the device list. Immutable.
 *
 * @param devices the devices with a safe identifier; others are left out with a warning
 * @param nextPageToken the token of the next page
 */
public record DevicePage(List<Device> devices, Optional<String> nextPageToken) {
    private static final Logger LOG = LoggerFactory.getLogger(DevicePage.class);

    public DevicePage {
        devices = List.copyOf(devices);
    }

    /**
     * Reads {@code {"devices":[…],"nextPageToken":"…"}}; other fields are skipped.
     *
     * @throws IOException if the body does not have that form
     */
    static DevicePage parse(byte[] body) throws IOException {
        JsonPage<List<Device>> page = JsonPage.read(body, "devices", List.of(), DevicePage::readDevices);
        return new DevicePage(page.items(), page.nextPageToken());
    }

    private static List<Device> readDevices(JsonParser parser) throws IOException {
        List<Device> devices = new ArrayList<>();
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            Device device = readDevice(parser);
            if (device != null) {
                devices.add(device);
            }
        }
        JsonStructure.expect(parser.currentToken(), JsonToken.END_ARRAY, "the list of devices");
        return devices;
    }

    private static @Nullable Device readDevice(JsonParser parser) throws IOException {
        String name = "";
        String type = "";
        String productNumber = "";
        Map<String, String> labels = Map.of();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING) {
                switch (field) {
                    case "name" -> name = parser.getText();
                    case "type" -> type = parser.getText().intern();
                    case "productNumber" -> productNumber = parser.getText().intern();
                    default -> {}
                }
            } else if (field.equals("labels") && value == JsonToken.START_OBJECT) {
                labels = readLabels(parser);
            } else {
                parser.skipChildren();
            }
        }
        String id = name.substring(name.lastIndexOf('/') + 1);
        if (!Identifiers.isSafe(id)) {
            LOG.warn("A device of the list is left out: its name is not one that the API documents: '{}'", name);
            return null;
        }
        return new Device(id, type, productNumber, labels);
    }

    private static Map<String, String> readLabels(JsonParser parser) throws IOException {
        Map<String, String> labels = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            // JsonFactory interns field names, so that a key of 100,000 devices is in memory once.
            String key = parser.currentName();
            if (parser.nextToken().isScalarValue()) {
                labels.put(key, parser.getText());
            } else {
                parser.skipChildren();
            }
        }
        return labels;
    }
}
