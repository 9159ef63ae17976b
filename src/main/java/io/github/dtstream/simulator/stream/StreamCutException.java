package io.github.dtstream.simulator.stream;

import java.io.IOException;

/** Thrown to close the connection in the middle of its body. */
public final class StreamCutException extends IOException {
    private static final long serialVersionUID = 1L;

    public StreamCutException() {
        super("the stream is cut on purpose");
    }
}
