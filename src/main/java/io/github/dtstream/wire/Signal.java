package io.github.dtstream.wire;

import io.github.dtstream.event.Event;

/** What one record of the stream says. */
public sealed interface Signal {
    /** An event, or a ping. */
    record Received(Event event) implements Signal {}

    /**
     * An error envelope, in any of the three shapes that the API is known to use.
     *
     * @param code an HTTP status, or a gRPC code (0 to 16); -1 where there was none
     * @param message what the cloud said; empty where it said nothing
     */
    record StreamError(int code, String message) implements Signal {}

    /** No event: to be counted and set aside. */
    record Invalid(String reason) implements Signal {}
}
