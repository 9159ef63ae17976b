package io.github.dtstream.session.connection;

/** Makes a session's connections. Called by the session's thread. */
public interface ConnectionFactory extends AutoCloseable {
    /**
     * Makes a connection, which connects when it is started.
     *
     * @param sink takes the received records
     * @param listener gets the changes of the connection
     */
    StreamConnection connection(ConnectionSettings settings, RecordSink sink, ConnectionListener listener);

    /** Called when the session makes no more connections. */
    @Override
    void close();
}
