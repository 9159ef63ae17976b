package io.github.dtstream.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Tells whether a JSON object is complete or was cut off. */
final class CompleteObject {
    private CompleteObject() {}

    /** Whether the bytes are one JSON object, with only white space around it. */
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
