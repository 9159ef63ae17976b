package io.github.dtstream.cloud.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * A page of a list, as the API gives it: {@code {"<field>":[…],"nextPageToken":"…"}}. Immutable.
 *
 * @param items what was read of the list
 * @param nextPageToken names the page that follows
 */
record JsonPage<T>(T items, Optional<String> nextPageToken) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads the items of a list, of which the parser has read the bracket that opens it, up to the one that closes it. */
    @FunctionalInterface
    interface ItemsReader<T> {
        T read(JsonParser parser) throws IOException;
    }

    /**
     * Reads a page; what else stands there is skipped.
     *
     * @param field where the list stands
     * @param none what a page without a list has
     * @throws IOException if it is no page
     */
    static <T> JsonPage<T> read(byte[] body, String field, T none, ItemsReader<T> reader) throws IOException {
        try (JsonParser parser = JSON.createParser(body)) {
            T items = none;
            Optional<String> next = Optional.empty();
            boolean isPage = false;
            JsonStructure.expect(parser.nextToken(), JsonToken.START_OBJECT, "a page");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                isPage |= name.equals(field) || name.equals("nextPageToken");
                if (name.equals(field) && value != JsonToken.VALUE_NULL) {
                    JsonStructure.expect(value, JsonToken.START_ARRAY, field);
                    items = reader.read(parser);
                } else if (name.equals("nextPageToken") && value == JsonToken.VALUE_STRING) {
                    next = Optional.of(parser.getText()).filter(token -> !token.isEmpty());
                } else {
                    parser.skipChildren();
                }
            }
            JsonStructure.requireField(isPage, field);
            return new JsonPage<>(items, next);
        }
    }
}
