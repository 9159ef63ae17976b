package io.github.dtstream.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer. Immutable.
 *
 * @param status HTTP's
 * @param type what the body is, with its character set
 * @param headers further ones, by name
 */
public record Answer(int status, String type, Map<String, String> headers, Content content) {
    private static final String JSON = "application/json; charset=utf-8";

    /** What goes out. */
    sealed interface Content {
        /** Masked before it goes out. */
        record Text(String text) implements Content {}

        /** Its texts are masked before it goes out. */
        record Json(JsonNode json) implements Content {}

        /** Goes out as it is. */
        record Bytes(byte[] bytes) implements Content {}

        /** Made while it goes out. */
        record Streamed(Writer writer) implements Content {}
    }

    /** Writes a long answer piece by piece; each call to {@code out} may wait until the reader has taken what came before. */
    public interface Writer {
        void writeTo(TextSink out) throws IOException;
    }

    /** Takes texts, and masks each. */
    public interface TextSink {
        /** @throws IOException if the reader is gone, or has taken nothing for too long */
        void write(String text) throws IOException;
    }

    /** JSON, indented for people; what is secret in its texts is masked. For what is large use {@link #bytes}. */
    public static Answer json(int status, JsonNode body) {
        return new Answer(status, JSON, Map.of(), new Content.Json(body));
    }

    /** Text; what is secret in it is masked. */
    public static Answer text(int status, String type, String body) {
        return new Answer(status, type, Map.of(), new Content.Text(body));
    }

    /** What has been made ready before, and holds nothing secret: it is not looked through. */
    public static Answer bytes(int status, String type, byte[] body) {
        return new Answer(status, type, Map.of(), new Content.Bytes(body));
    }

    /** JSON that has been made ready before, and holds nothing secret: it is not looked through. */
    public static Answer jsonBytes(int status, byte[] body) {
        return bytes(status, JSON, body);
    }

    /** What is too long to be held in memory. Once it has begun, an error can only cut it off. */
    public static Answer streamed(String type, Writer writer) {
        return new Answer(200, type, Map.of(), new Content.Streamed(writer));
    }

    /** {@code {"error": "a sentence"}} */
    public static Answer error(int status, String message) {
        return json(status, JsonNodeFactory.instance.objectNode().put("error", message));
    }

    /** The same with one more header. */
    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, type, more, content);
    }
}
