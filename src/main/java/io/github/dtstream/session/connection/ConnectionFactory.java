package io.github.dtstream.session.connection;

/** Makes a session's connections. Called by the session's thread. */
public interface ConnectionFactory extends AutoCloseable {
    /**
     * A new one, that connects when it is started.
     *
     * @param sink takes what it receives
     * @param listener is told what happens to it
     */
    StreamConnection connection(ConnectionSettings settings, RecordSink sink, ConnectionListener listener);

    /** The session makes no more. */
    @Override
    void close();
}
