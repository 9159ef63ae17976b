package io.github.dtstream.cloud.api;

import com.fasterxml.jackson.core.JsonFactory;
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
 * @param devices the devices whose identifier is a safe one; others are left out with a warning
 * @param nextPageToken names the page that follows
 */
public record DevicePage(List<Device> devices, Optional<String> nextPageToken) {
    private static final Logger LOG = LoggerFactory.getLogger(DevicePage.class);
    private static final JsonFactory JSON = new JsonFactory();

    public DevicePage {
        devices = List.copyOf(devices);
    }

    /**
     * Reads {@code {"devices":[…],"nextPageToken":"…"}}; what else stands there is skipped.
     *
     * @throws IOException if it is not that
     */
    static DevicePage parse(byte[] body) throws IOException {
        try (JsonParser parser = JSON.createParser(body)) {
            List<Device> devices = new ArrayList<>();
            Optional<String> next = Optional.empty();
            boolean isPage = false;
            JsonStructure.expect(parser.nextToken(), JsonToken.START_OBJECT, "a page");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                isPage |= field.equals("devices") || field.equals("nextPageToken");
                if (field.equals("devices") && value != JsonToken.VALUE_NULL) {
                    JsonStructure.expect(value, JsonToken.START_ARRAY, "devices");
                    readDevices(parser, devices);
                } else if (field.equals("nextPageToken") && value == JsonToken.VALUE_STRING) {
                    next = Optional.of(parser.getText()).filter(token -> !token.isEmpty());
                } else {
                    parser.skipChildren();
                }
            }
            JsonStructure.requireField(isPage, "devices");
            return new DevicePage(devices, next);
        }
    }

    private static void readDevices(JsonParser parser, List<Device> devices) throws IOException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            Device device = readDevice(parser);
            if (device != null) {
                devices.add(device);
            }
        }
        JsonStructure.expect(parser.currentToken(), JsonToken.END_ARRAY, "the list of devices");
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
            // JsonFactory interns field names, so that a key of 100,000 devices stands in memory once.
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
