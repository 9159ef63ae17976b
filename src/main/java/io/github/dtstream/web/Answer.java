package io.github.dtstream.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer to a request. Immutable.
 *
 * @param status the HTTP status
 * @param type the content type of the body, with its character set
 * @param headers further headers, by name
 */
public record Answer(int status, String type, Map<String, String> headers, Content content) {
    private static final String JSON = "application/json; charset=utf-8";

    /** The body of an answer. */
    sealed interface Content {
        /** A text, which is masked before it is sent. */
        record Text(String text) implements Content {}

        /** JSON, whose texts are masked before it is sent. */
        record Json(JsonNode json) implements Content {}

        /** Bytes, which are sent as they are. */
        record Bytes(byte[] bytes) implements Content {}

        /** A body that is made while it is sent. */
        record Streamed(Writer writer) implements Content {}
    }

    /**
     * Writes a long answer piece by piece. Each call to {@code out} may wait until the client has received the pieces
     * before.
     */
    public interface Writer {
        void writeTo(TextSink out) throws IOException;
    }

    /** Takes texts, and masks each. */
    public interface TextSink {
        /** @throws IOException if the client is gone, or has received nothing for too long */
        void write(String text) throws IOException;
    }

    /** JSON, indented for people; secrets in its texts are masked. For large answers use {@link #bytes}. */
    public static Answer json(int status, JsonNode body) {
        return new Answer(status, JSON, Map.of(), new Content.Json(body));
    }

    /** Text; secrets in it are masked. */
    public static Answer text(int status, String type, String body) {
        return new Answer(status, type, Map.of(), new Content.Text(body));
    }

    /** Bytes without secrets; they are not masked. */
    public static Answer bytes(int status, String type, byte[] body) {
        return new Answer(status, type, Map.of(), new Content.Bytes(body));
    }

    /** The bytes of JSON without secrets; they are not masked. */
    public static Answer jsonBytes(int status, byte[] body) {
        return bytes(status, JSON, body);
    }

    /** A body that is too long for memory. After it has begun, an error can only cut it off. */
    public static Answer streamed(String type, Writer writer) {
        return new Answer(200, type, Map.of(), new Content.Streamed(writer));
    }

    /** {@code {"error": "a sentence"}} */
    public static Answer error(int status, String message) {
        return json(status, JsonNodeFactory.instance.objectNode().put("error", message));
    }

    /** This answer with one more header. */
    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, type, more, content);
    }
}
