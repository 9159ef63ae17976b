package io.github.dtstream.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Turns a line of the stream into a flat record with a streaming parser; the bare Java loops share it. Not thread-safe.
 */
final class FlatRecord {
    private final JsonFactory json =
            JsonFactory.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(512);
    private String eventId;
    private String type;
    private String target;
    private String timestamp;

    /** Reads a line; false if it is a ping. Expects an event's fields in the cloud's order. */
    boolean read(byte[] bytes, int offset, int length) throws IOException {
        data.reset();
        try (JsonParser parser = json.createParser(bytes, offset, length)) {
            parser.nextToken();
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME) {
                    field(parser, parser.currentName());
                }
            }
        }
        return !type.equals("ping");
    }

    private void field(JsonParser parser, String name) throws IOException {
        switch (name) {
            case "eventId" -> eventId = parser.nextTextValue();
            case "eventType" -> type = parser.nextTextValue();
            case "targetName" -> target = parser.nextTextValue();
            case "timestamp" -> timestamp = parser.nextTextValue();
            case "data" -> {
                if (parser.nextToken() == JsonToken.START_OBJECT) {
                    own(parser);
                }
            }
            case "labels" -> {
                parser.nextToken();
                parser.skipChildren();
            }
            default -> {}
        }
    }

    private void own(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals(type);
            parser.nextToken();
            if (wanted) {
                try (JsonGenerator generator = json.createGenerator(data)) {
                    generator.copyCurrentStructure(parser);
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    String topic() {
        return "dt/" + project() + "/" + device() + "/" + type;
    }

    byte[] toBytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = json.createGenerator(out)) {
            generator.writeStartObject();
            generator.writeStringField("eventId", eventId);
            generator.writeStringField("projectId", project());
            generator.writeStringField("deviceId", device());
            generator.writeStringField("eventType", type);
            generator.writeStringField("timestamp", timestamp);
            generator.writeFieldName("data");
            generator.writeRawValue(data.toString());
            generator.writeEndObject();
        }
        return out.toByteArray();
    }

    private String project() {
        return target.substring("projects/".length(), target.indexOf("/devices/"));
    }

    private String device() {
        return target.substring(target.lastIndexOf('/') + 1);
    }
}
