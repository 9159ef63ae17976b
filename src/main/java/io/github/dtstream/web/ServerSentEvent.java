package io.github.dtstream.web;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Frames of {@code text/event-stream}, made once for however many viewers. Stateless. */
public final class ServerSentEvent {
    private ServerSentEvent() {}

    /**
     * A frame.
     *
     * @param event its name
     * @param id what the viewer shows when it comes again, as {@code Last-Event-ID}; null to leave that as it is
     * @param data any text; it may have several lines
     */
    public static byte[] frame(String event, @Nullable String id, String data) {
        StringBuilder frame = new StringBuilder(data.length() + 64);
        frame.append("event: ").append(oneLine(event)).append('\n');
        if (id != null) {
            frame.append("id: ").append(oneLine(id)).append('\n');
        }
        data.lines().forEach(line -> frame.append("data: ").append(line).append('\n'));
        if (data.isEmpty()) {
            frame.append("data: \n");
        }
        return frame.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String oneLine(String text) {
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("it would end the line: " + text);
        }
        return text;
    }

    /** How long to wait before coming again. */
    static byte[] retry(long millis) {
        return ("retry: " + millis + "\n\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Says nothing, but that the connection lives. */
    static byte[] comment() {
        return ":\n\n".getBytes(StandardCharsets.US_ASCII);
    }
}
