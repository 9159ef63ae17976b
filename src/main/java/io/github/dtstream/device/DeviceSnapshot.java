package io.github.dtstream.device;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import io.github.dtstream.cloud.api.Device;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The device list on disk: JSON lines, {@code {"id":…,"type":…,"productNumber":…,"labels":{…}}}. A mere copy of what the
 * cloud knows, so it is replaced in one step but not forced to disk.
 */
final class DeviceSnapshot {
    private static final JsonFactory JSON = new JsonFactory();

    private final Path file;

    DeviceSnapshot(Path file) {
        this.file = file;
    }

    /** Hands over every device; none where there is no file. */
    void read(Consumer<Device> consumer) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                consumer.accept(device(parser));
            }
        }
    }

    void write(Collection<Device> devices) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(next));
                JsonGenerator generator = JSON.createGenerator(out, JsonEncoding.UTF8)) {
            generator.setRootValueSeparator(new SerializedString("\n"));
            for (Device device : devices) {
                write(device, generator);
            }
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(Device device, JsonGenerator generator) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("id", device.id());
        generator.writeStringField("type", device.type());
        generator.writeStringField("productNumber", device.productNumber());
        generator.writeObjectFieldStart("labels");
        for (Map.Entry<String, String> label : device.labels().entrySet()) {
            generator.writeStringField(label.getKey(), label.getValue());
        }
        generator.writeEndObject();
        generator.writeEndObject();
    }

    private static Device device(JsonParser parser) throws IOException {
        String id = "";
        String type = "";
        String productNumber = "";
        Map<String, String> labels = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals("labels") && value == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    labels.put(parser.currentName(), parser.nextTextValue());
                }
            } else {
                switch (field) {
                    case "id" -> id = parser.getText();
                    case "type" -> type = parser.getText().intern();
                    case "productNumber" -> productNumber = parser.getText().intern();
                    default -> parser.skipChildren();
                }
            }
        }
        return new Device(id, type, productNumber, labels);
    }
}
