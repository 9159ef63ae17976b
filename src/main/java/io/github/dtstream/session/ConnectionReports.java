package io.github.dtstream.session;

import io.github.dtstream.cloud.fault.Fault;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Turns what connections report on their own threads into messages to the session's. */
record ConnectionReports(
        Consumer<Runnable> mailbox,
        Consumer<StreamConnection> onLive,
        Consumer<StreamConnection> onComplete,
        BiConsumer<StreamConnection, Fault> onEnded)
        implements ConnectionFactory.Listener {
    @Override
    public void live(StreamConnection connection) {
        mailbox.accept(() -> onLive.accept(connection));
    }

    @Override
    public void complete(StreamConnection connection) {
        mailbox.accept(() -> onComplete.accept(connection));
    }

    @Override
    public void ended(StreamConnection connection, Fault fault) {
        mailbox.accept(() -> onEnded.accept(connection, fault));
    }
}
