package io.github.dtstream.cloud.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * A page of a list in the API's form: {@code {"<field>":[…],"nextPageToken":"…"}}. Immutable.
 *
 * @param items the items of the list
 * @param nextPageToken the token of the next page
 */
record JsonPage<T>(T items, Optional<String> nextPageToken) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads the items of a list, after its opening bracket, up to its closing bracket. */
    @FunctionalInterface
    interface ItemsReader<T> {
        T read(JsonParser parser) throws IOException;
    }

    /**
     * Reads a page; other fields are skipped.
     *
     * @param field the field of the list
     * @param none the items of a page without a list
     * @throws IOException if the body does not have that form
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
