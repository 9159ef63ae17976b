package io.github.dtstream.session;

import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.session.connection.ConnectionListener;
import io.github.dtstream.session.connection.StreamConnection;
import java.util.function.Consumer;

/** Converts the calls of connections, which come on their own threads, to messages to the session's thread. */
record ConnectionReports(Consumer<Happening> mailbox) implements ConnectionListener {
    @Override
    public void live(StreamConnection connection) {
        mailbox.accept(new Happening.FirstRecord(connection));
    }

    @Override
    public void complete(StreamConnection connection) {
        mailbox.accept(new Happening.Complete(connection));
    }

    @Override
    public void ended(StreamConnection connection, Fault fault) {
        mailbox.accept(new Happening.Ended(connection, fault));
    }
}
