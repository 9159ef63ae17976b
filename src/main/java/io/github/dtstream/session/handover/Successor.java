package io.github.dtstream.session.handover;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.session.connection.StreamConnection;

/**
 * A connection that is to take over from another.
 *
 * @param filters what it asks for
 * @param buffer holds what it receives until then
 */
public record Successor(StreamConnection connection, StreamFilters filters, HandoverBuffer buffer) {
    /** Ends it at once; what it holds is dropped. */
    public void abort() {
        connection.abort();
        buffer.discard();
    }
}
