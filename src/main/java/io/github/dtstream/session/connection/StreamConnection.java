package io.github.dtstream.session.connection;

import io.github.dtstream.cloud.fault.ConnectionLife;
import io.github.dtstream.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection as the session uses it. Called by the session's thread. */
public interface StreamConnection {
    /** Starts to connect; called once. */
    void start();

    /** Ends the connection at once; the listener gets the end as usual. */
    void abort();

    /** Waits for the thread of an aborted connection, and interrupts it if the sink blocks it. */
    void join(Duration gently, Duration afterInterrupt) throws InterruptedException;

    /** Also passes all later events to a watcher, on the connection's thread; null ends that. */
    void showTo(@Nullable Consumer<List<Event>> watcher);

    /**
     * Since when the connection has received everything that the cloud sent, in the cloud's time; null while unknown.
     * It is set before the record that proves it is passed on.
     */
    @Nullable
    Instant completeFrom();

    /** Whether an event or a ping was received. */
    boolean isLive();

    /** The life of the connection so far. */
    ConnectionLife life();

    /** See {@link io.github.dtstream.cloud.StreamCall#invalidateCredentials}. */
    boolean invalidateCredentials();
}
