package io.github.dtstream.camel.held;

import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.stream.EventStreams;
import io.github.dtstream.thread.Supervisor;
import java.util.Optional;
import java.util.concurrent.Future;

/** Where streams are opened, and by whose threads. Thread-safe. */
public interface StreamHost {
    /** The streams. The first call creates them. */
    EventStreams streams();

    /** The streams, if they were created already. */
    Optional<EventStreams> openStreams();

    /** Creates threads. */
    Supervisor supervisor();

    /** The time that work in progress gets when a stream ends, for all its users together; it begins now. */
    StopGrace stopGrace();

    /** Calls this regularly, until it is cancelled or the routes have stopped. */
    Future<?> look(Runnable look);
}
