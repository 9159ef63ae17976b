package io.github.dtstream.device;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The device list on disk: JSON lines, {@code {"id":…,"type":…,"productNumber":…,"labels":{…}}}. A copy of the cloud's
 * data, replaced in one step.
 */
public final class DeviceSnapshot {
    private static final JsonFactory JSON = new JsonFactory();

    private final AtomicFile file;

    public DeviceSnapshot(Path file, Storage storage) {
        this.file = AtomicFile.of(file, storage);
    }

    /** Passes every device to the consumer; none if there is no file. */
    public void read(Consumer<Device> consumer) throws IOException {
        Optional<byte[]> content = file.read();
        if (content.isEmpty()) {
            return;
        }
        try (JsonParser parser = JSON.createParser(content.get())) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                consumer.accept(device(parser));
            }
        }
    }

    void write(Collection<Device> devices) throws IOException {
        file.save(out -> {
            try (JsonGenerator generator = JSON.createGenerator(out, JsonEncoding.UTF8)) {
                generator.setRootValueSeparator(new SerializedString("\n"));
                for (Device device : devices) {
                    write(device, generator);
                }
            }
        });
    }

    /** The line of a device, with its end. */
    static byte[] line(Device device) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator generator = JSON.createGenerator(line, JsonEncoding.UTF8)) {
            write(device, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        line.write('\n');
        return line.toByteArray();
    }

    /** @throws IOException if the line is not that of a device */
    static Device device(String line) throws IOException {
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            return device(parser);
        }
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
