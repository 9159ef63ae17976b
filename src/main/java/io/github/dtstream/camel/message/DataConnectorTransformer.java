package io.github.dtstream.camel.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.event.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/**
 * {@code transformDataType: {toType: dt-stream:data-connector}}: converts an event to the record that the vendor's Data
 * Connectors send, with the device's labels and metadata. The body becomes the record's bytes in UTF-8, so that exactly
 * the signed bytes are sent. The record has the event as it was received.
 *
 * <p>The data of the device comes from the message's headers. If the device list does not have the device yet, labels
 * are empty, and type and product number are empty texts. Stateless.
 */
@DataTypeTransformer(
        name = "dt-stream:data-connector",
        description = "Makes of an event the record that the vendor's Data Connectors send")
public final class DataConnectorTransformer extends Transformer {
    private static final JsonFactory JSON = new JsonFactory();
    /** The usual length of a record beyond its event: names, identifiers, a few labels. */
    private static final int USUAL = 512;

    @Override
    public void transform(Message message, DataType from, DataType to) throws IOException {
        if (!(message.getBody() instanceof EventBody body)) {
            throw new IllegalArgumentException(
                    "dt-stream:data-connector makes a record of an event as it came, and this is "
                            + (message.getBody() == null
                                    ? "nothing"
                                    : "a " + message.getBody().getClass().getName())
                            + ": put transformDataType inside the split, before what changes the body");
        }
        message.setBody(record(body.event(), message));
    }

    private static byte[] record(Event event, Message message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(event.json().length + USUAL);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeFieldName("event");
            json.writeRawValue(event.toString());
            json.writeObjectFieldStart("labels");
            if (message.getHeader(DtStreamConstants.LABELS) instanceof Map<?, ?> labels) {
                for (Map.Entry<?, ?> label : new TreeMap<>(labels).entrySet()) {
                    json.writeStringField(
                            label.getKey().toString(), label.getValue().toString());
                }
            }
            json.writeEndObject();
            json.writeObjectFieldStart("metadata");
            json.writeStringField("deviceId", event.deviceId() == null ? "" : event.deviceId());
            json.writeStringField("projectId", event.projectId());
            json.writeStringField("deviceType", text(message, DtStreamConstants.DEVICE_TYPE));
            json.writeStringField("productNumber", text(message, DtStreamConstants.PRODUCT_NUMBER));
            json.writeEndObject();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static String text(Message message, String header) {
        return message.getHeader(header, "", String.class);
    }
}
