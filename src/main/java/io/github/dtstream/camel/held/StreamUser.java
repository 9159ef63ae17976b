package io.github.dtstream.camel.held;

import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.stream.EventStreams;
import java.io.IOException;

/**
 * Uses a stream while this router holds it: a consumer of a route, the alarms, a producer. Called by one thread at a
 * time.
 */
public interface StreamUser {
    /**
     * Called while another router holds the stream, before this one asks for it, and from time to time if it stands by hot. Reads
     * ahead what {@link #begin} needs besides the stream's own journal. May take seconds. May be called while the stream is
     * opened.
     *
     * @return whether that succeeded
     */
    default boolean readAhead(EventStreams streams) {
        return true;
    }

    /**
     * Called when this router has come to hold the stream, before any of its users begins. Starts what takes long and needs
     * no other user. Must not wait. A {@link #begin} that succeeds follows, or {@link #beginNot}.
     */
    default void beginSoon() {}

    /** Called if {@link #begin} was not called or failed, as another router is about to take the stream. Ends what {@link #beginSoon} started. */
    default void beginNot() {}

    /**
     * Whether a route or a setting here needs this user. This router asks no longer for a stream of which that has not been
     * so of any user for a while. Must not wait.
     */
    default boolean isNeeded() {
        return true;
    }

    /** Called when this router holds the stream. Opens the stream, or the part that this user needs. */
    void begin() throws IOException;

    /**
     * Called while another router holds the stream, if this one stands by hot. Has the streams keep a connection.
     *
     * @return whether they do; if not, the next user of the stream is asked
     */
    default boolean standBy(EventStreams streams) {
        return false;
    }

    /** Called when another router is about to take the stream. Begins no new work. Must not wait. */
    default void endSoon() {}

    /**
     * Stops using the stream, which is closed afterwards.
     *
     * @param grace how long work in progress may take
     */
    void end(StopGrace grace) throws InterruptedException;
}
