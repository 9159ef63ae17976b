package io.github.dtstream.session.connection;

import io.github.dtstream.cloud.fault.Fault;

/** Is told what happens to a connection, by the connection's thread, in this order; must not block. */
public interface ConnectionListener {
    /** The first event or ping was received and passed on. */
    void live(StreamConnection connection);

    /** It is known from when on it receives everything; at the first ping at the latest. */
    void complete(StreamConnection connection);

    /** The connection has ended; nothing more comes of it. */
    void ended(StreamConnection connection, Fault fault);
}
