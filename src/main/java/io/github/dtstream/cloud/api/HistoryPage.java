package io.github.dtstream.cloud.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * One page of a device's history: the body as received, and the position of each event object in it, so that nothing is
 * copied. Newest event first, as the cloud sends it. Immutable by contract: nobody writes to {@link #body()}.
 */
public final class HistoryPage {
    private final byte[] body;
    private final int[] bounds;
    private final Optional<String> nextPageToken;

    private HistoryPage(byte[] body, int[] bounds, Optional<String> nextPageToken) {
        this.body = body;
        this.bounds = bounds;
        this.nextPageToken = nextPageToken;
    }

    /**
     * Reads {@code {"events":[…],"nextPageToken":"…"}}; other fields are skipped.
     *
     * @param body UTF-8; not copied
     * @throws IOException if the body does not have that form
     */
    public static HistoryPage parse(byte[] body) throws IOException {
        JsonPage<int[]> page = JsonPage.read(body, "events", new int[0], HistoryPage::readBounds);
        return new HistoryPage(body, page.items(), page.nextPageToken());
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

    /** The number of event objects. */
    public int size() {
        return bounds.length / 2;
    }

    /** The offset of an event object in {@link #body()}; index 0 is the newest. */
    public int offset(int index) {
        return bounds[2 * index];
    }

    /** The length of an event object, in bytes. */
    public int length(int index) {
        return bounds[2 * index + 1] - bounds[2 * index];
    }

    /** The page as received. Not a copy: do not write to it. */
    public byte[] body() {
        return body;
    }

    /** The token of the next page, with older events. */
    public Optional<String> nextPageToken() {
        return nextPageToken;
    }
}
