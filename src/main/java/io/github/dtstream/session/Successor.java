package io.github.dtstream.session;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.session.connection.StreamConnection;

/**
 * A connection that is to take over from another.
 *
 * @param filters what it asks for
 * @param buffer holds what it receives until then
 */
record Successor(StreamConnection connection, StreamFilters filters, HandoverBuffer buffer) {
    /** Ends it at once; what it holds is dropped. */
    void abort() {
        connection.abort();
        buffer.discard();
    }
}
