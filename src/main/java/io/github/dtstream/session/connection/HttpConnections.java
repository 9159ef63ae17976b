package io.github.dtstream.session.connection;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.thread.SupervisedGroup;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Timers;
import io.github.dtstream.wire.EventStreamReader;
import io.github.dtstream.wire.FrameReader;
import io.github.dtstream.wire.NdjsonReader;

/**
 * Makes a session's connections over HTTP. Each is named by the session's name and a number. Owned by the session's
 * thread.
 */
public final class HttpConnections implements ConnectionFactory {
    private final String name;
    private final CloudClient cloud;
    private final CloudClock clock;
    private final Timers timers;
    private final SupervisedGroup readers;
    private final MemoryBudget memory;
    private int made;

    /**
     * @param readers makes their threads
     * @param memory the budget for their buffers
     */
    public HttpConnections(
            String name,
            CloudClient cloud,
            CloudClock clock,
            Timers timers,
            SupervisedGroup readers,
            MemoryBudget memory) {
        this.name = name;
        this.cloud = cloud;
        this.clock = clock;
        this.timers = timers;
        this.readers = readers;
        this.memory = memory;
    }

    @Override
    public StreamConnection connection(ConnectionSettings settings, RecordSink sink, ConnectionListener listener) {
        made++;
        String threadName = name + "-" + made;
        return new Connection(
                settings,
                cloud.stream(StreamQuery.of(settings)),
                frameReader(settings),
                sink,
                cloud.faults(),
                clock,
                timers,
                work -> readers.thread(threadName, work),
                memory,
                listener);
    }

    @Override
    public void close() {
        readers.close();
    }

    private static FrameReader frameReader(ConnectionSettings settings) {
        return switch (settings.format()) {
            case JSON -> new NdjsonReader(settings.maxEventSize());
            case EVENT_STREAM -> new EventStreamReader(settings.maxEventSize());
        };
    }
}
