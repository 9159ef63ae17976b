package io.github.dtstream.session.connection;

import io.github.dtstream.cloud.fault.Fault;

/** Gets the changes of a connection, by the connection's thread, in this order; must not block. */
public interface ConnectionListener {
    /** The first event or ping was received and passed on. */
    void live(StreamConnection connection);

    /** The connection knows since when it receives everything; called at the first ping at the latest. */
    void complete(StreamConnection connection);

    /** The connection has ended; no more calls follow. */
    void ended(StreamConnection connection, Fault fault);
}
