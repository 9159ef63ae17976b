package io.github.dtstream.wire;

import io.github.dtstream.event.Event;

/** The content of one record of the stream. */
public sealed interface Signal {
    /** An event, or a ping. */
    record Received(Event event) implements Signal {}

    /**
     * An error envelope, in any of the three forms that the API uses.
     *
     * @param code an HTTP status, or a gRPC code (0 to 16); -1 if there was none
     * @param message the cloud's message; empty if there was none
     */
    record StreamError(int code, String message) implements Signal {}

    /** An invalid record: to be counted and written to the reject file. */
    record Invalid(String reason) implements Signal {}
}
