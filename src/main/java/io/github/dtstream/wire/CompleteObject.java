package io.github.dtstream.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Tells a complete JSON object from one that was cut off. */
final class CompleteObject {
    private CompleteObject() {}

    /** Whether the bytes are one JSON object and nothing else but white space. */
    static boolean isIn(byte[] bytes, int offset, int length) {
        JsonFactory factory = new JsonFactory();
        try (JsonParser parser = factory.createParser(bytes, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException cutOff) {
            return false;
        }
    }
}
