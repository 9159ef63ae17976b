package io.github.dtstream.session;

import io.github.dtstream.cloud.fault.Fault;

/** Opens a session's connections. Called by the session's thread. */
interface ConnectionFactory extends AutoCloseable {
    /**
     * A new one, connecting already.
     *
     * @param sink takes what it receives
     * @param listener is told what happens to it, on a thread of the connection's
     */
    StreamConnection open(StreamSettings settings, RecordSink sink, Listener listener);

    /** The session opens no more. */
    @Override
    void close();

    /** Is told what happens to a connection. */
    interface Listener {
        /** The first event or ping was received and passed on. */
        void live(StreamConnection connection);

        /** It is known from when on it receives everything; at the first ping at the latest. */
        void complete(StreamConnection connection);

        /** The connection has ended; nothing more comes of it. */
        void ended(StreamConnection connection, Fault fault);
    }
}
