package io.github.dtstream.simulator;

import java.io.IOException;

/** The connection is to be closed in the middle of its body. */
final class StreamCutException extends IOException {
    private static final long serialVersionUID = 1L;

    StreamCutException() {
        super("the stream is cut on purpose");
    }
}
