package io.github.dtstream.session.connection;

import io.github.dtstream.cloud.fault.ConnectionLife;
import io.github.dtstream.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the decisions of a session need of a connection. Called by the session's thread. */
public interface StreamConnection {
    /** Begins to connect; called once. */
    void start();

    /** Ends it at once; the listener is told as of any end. */
    void abort();

    /** Waits for its thread, which was aborted before; wakes it from a sink that blocks. */
    void join(Duration gently, Duration afterInterrupt) throws InterruptedException;

    /** Has all events that are passed on from now on shown to that one as well, on the connection's thread; null ends that. */
    void showTo(@Nullable Consumer<List<Event>> watcher);

    /**
     * From when on it has received everything that the cloud sent, in the cloud's time; null while that is not known. Known
     * before what proves it is passed on.
     */
    @Nullable
    Instant completeFrom();

    /** Whether an event or a ping was received. */
    boolean isLive();

    /** How it has done so far. */
    ConnectionLife life();

    /** See {@link io.github.dtstream.cloud.StreamCall#invalidateCredentials}. */
    boolean invalidateCredentials();
}
