package io.github.dtstream.session;

import io.github.dtstream.cloud.Fault;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Turns what connections report on their own threads into messages to the session's. */
record MailedReports(
        Consumer<Runnable> mailbox,
        Consumer<Connection> onLive,
        Consumer<Connection> onComplete,
        BiConsumer<Connection, Fault> onEnded)
        implements Connection.Listener {
    @Override
    public void live(Connection connection) {
        mailbox.accept(() -> onLive.accept(connection));
    }

    @Override
    public void complete(Connection connection) {
        mailbox.accept(() -> onComplete.accept(connection));
    }

    @Override
    public void ended(Connection connection, Fault fault) {
        mailbox.accept(() -> onEnded.accept(connection, fault));
    }
}
