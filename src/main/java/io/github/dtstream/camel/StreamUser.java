package io.github.dtstream.camel;

import java.io.IOException;

/** Who has to do with a stream that this router holds, and perhaps not for ever. Called by one thread at a time. */
public interface StreamUser {
    /** The stream is this router's: opens it, or what it needs of it. */
    void begin() throws IOException;

    /** The stream is about to be another router's: begins nothing more. Does not wait. */
    default void endSoon() {}

    /** Lets go of the stream, which is closed then; what is in hand gets a moment to come to its end. */
    void end() throws InterruptedException;
}
