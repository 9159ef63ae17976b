package io.github.dtstream.cloud.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * One page of a device's history: the body as received, and where in it each event object stands, so that nothing is
 * copied or rewritten. Newest event first, as the cloud sends it. Immutable by contract: nobody writes to {@link #body()}.
 */
public final class HistoryPage {
    private static final JsonFactory JSON = new JsonFactory();

    private final byte[] body;
    private final int[] bounds;
    private final Optional<String> nextPageToken;

    private HistoryPage(byte[] body, int[] bounds, Optional<String> nextPageToken) {
        this.body = body;
        this.bounds = bounds;
        this.nextPageToken = nextPageToken;
    }

    /**
     * Reads {@code {"events":[…],"nextPageToken":"…"}}; what else stands there is skipped.
     *
     * @param body UTF-8; not copied
     * @throws IOException if it is not that
     */
    public static HistoryPage parse(byte[] body) throws IOException {
        try (JsonParser parser = JSON.createParser(body)) {
            int[] bounds = new int[0];
            Optional<String> next = Optional.empty();
            boolean isPage = false;
            JsonStructure.expect(parser.nextToken(), JsonToken.START_OBJECT, "a page");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                isPage |= field.equals("events") || field.equals("nextPageToken");
                if (field.equals("events") && value != JsonToken.VALUE_NULL) {
                    JsonStructure.expect(value, JsonToken.START_ARRAY, "events");
                    bounds = readBounds(parser);
                } else if (field.equals("nextPageToken") && value == JsonToken.VALUE_STRING) {
                    next = Optional.of(parser.getText()).filter(token -> !token.isEmpty());
                } else {
                    parser.skipChildren();
                }
            }
            JsonStructure.requireField(isPage, "events");
            return new HistoryPage(body, bounds, next);
        }
    }

    private static int[] readBounds(JsonParser parser) throws IOException {
        int[] bounds = new int[64];
        int used = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (used + 2 > bounds.length) {
                bounds = Arrays.copyOf(bounds, bounds.length * 2);
            }
            bounds[used++] = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            bounds[used++] = (int) parser.currentLocation().getByteOffset();
        }
        return Arrays.copyOf(bounds, used);
    }

    /** How many event objects the page has. */
    public int size() {
        return bounds.length / 2;
    }

    /** Where in {@link #body()} an event object begins; 0 is the newest. */
    public int offset(int index) {
        return bounds[2 * index];
    }

    /** How many bytes an event object takes. */
    public int length(int index) {
        return bounds[2 * index + 1] - bounds[2 * index];
    }

    /** The page as received. Not a copy: do not write to it. */
    public byte[] body() {
        return body;
    }

    /** Names the page that follows, with older events. */
    public Optional<String> nextPageToken() {
        return nextPageToken;
    }
}
