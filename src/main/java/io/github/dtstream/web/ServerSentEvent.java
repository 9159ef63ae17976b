package io.github.dtstream.web;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Encodes frames of {@code text/event-stream}; a frame can be sent to many viewers. Stateless. */
public final class ServerSentEvent {
    private ServerSentEvent() {}

    /**
     * A frame.
     *
     * @param event the event's name
     * @param id the viewer sends it as {@code Last-Event-ID} when it reconnects; null to keep the id before
     * @param data any text, also of several lines
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

    /** A frame that tells viewers how long to wait before they reconnect. */
    static byte[] retry(long millis) {
        return ("retry: " + millis + "\n\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** A comment, which keeps the connection alive. */
    static byte[] comment() {
        return ":\n\n".getBytes(StandardCharsets.US_ASCII);
    }
}
