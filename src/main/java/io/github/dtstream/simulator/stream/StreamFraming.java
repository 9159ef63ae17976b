package io.github.dtstream.simulator.stream;

import java.io.IOException;
import java.io.OutputStream;

/** The framing of records in the stream's body. */
public enum StreamFraming {
    /** One record per line. */
    NEWLINE_DELIMITED("application/json", new byte[0], new byte[] {'\n'}),
    /** The event-stream format of the WHATWG, with {@code data} fields only. */
    EVENT_STREAM("text/event-stream", new byte[] {'d', 'a', 't', 'a', ':', ' '}, new byte[] {'\n', '\n'});

    private final String contentType;
    private final byte[] before;
    private final byte[] after;

    StreamFraming(String contentType, byte[] before, byte[] after) {
        this.contentType = contentType;
        this.before = before;
        this.after = after;
    }

    public static StreamFraming ofAccept(String accept) {
        return accept.contains("text/event-stream") ? EVENT_STREAM : NEWLINE_DELIMITED;
    }

    String contentType() {
        return contentType;
    }

    void write(OutputStream body, byte[] record, boolean terminated) throws IOException {
        body.write(before);
        body.write(record);
        if (terminated) {
            body.write(after);
        }
    }
}
