package io.github.dtstream.session.handover;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.session.connection.StreamConnection;

/**
 * A connection that is to take over from another.
 *
 * @param filters the filters of its request
 * @param buffer holds its records until it takes over
 */
public record Successor(StreamConnection connection, StreamFilters filters, HandoverBuffer buffer) {
    /** Ends the connection at once; its held records are dropped. */
    public void abort() {
        connection.abort();
        buffer.discard();
    }
}
