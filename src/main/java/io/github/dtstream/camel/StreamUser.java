package io.github.dtstream.camel;

import java.io.IOException;

/**
 * Uses a stream while this router holds it: a consumer of a route, the alarms, a producer. Called by one thread at a
 * time.
 */
public interface StreamUser {
    /** Called when this router holds the stream. Opens the stream, or the part that this user needs. */
    void begin() throws IOException;

    /** Called when another router is about to take the stream. Begins no new work. Must not wait. */
    default void endSoon() {}

    /** Stops using the stream, which is closed afterwards. Work in progress gets a moment to end. */
    void end() throws InterruptedException;
}
