package io.github.dtstream.session;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.thread.SupervisedGroup;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Timers;
import io.github.dtstream.wire.EventStreamReader;
import io.github.dtstream.wire.FrameReader;
import io.github.dtstream.wire.NdjsonReader;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Opens a session's connections over HTTP, which bear its name and a number each. Owned by the session's thread. */
final class Connections implements ConnectionFactory {
    private static final Duration READER_END = Duration.ofMillis(250);
    private static final Duration READER_END_INTERRUPTED = Duration.ofMillis(100);

    private final String name;
    private final CloudClient cloud;
    private final CloudClock clock;
    private final Timers timers;
    private final SupervisedGroup readers;
    private int opened;

    /**
     * @param readers makes their threads
     */
    Connections(String name, CloudClient cloud, CloudClock clock, Timers timers, SupervisedGroup readers) {
        this.name = name;
        this.cloud = cloud;
        this.clock = clock;
        this.timers = timers;
        this.readers = readers;
    }

    @Override
    public Connection open(StreamSettings settings, RecordSink sink, Listener listener) {
        opened++;
        String threadName = name + "-" + opened;
        Connection connection = new Connection(
                settings,
                cloud.stream(StreamQuery.of(settings)),
                frameReader(settings),
                sink,
                cloud.faults(),
                clock,
                timers,
                work -> readers.thread(threadName, work),
                listener);
        connection.start();
        return connection;
    }

    @Override
    public void close() {
        readers.close();
    }

    /**
     * Ends all that are open at once, and waits a moment for their threads.
     *
     * @param releasing passes on what a successor received before it took over; null if none does
     */
    static void end(@Nullable StreamConnection current, @Nullable Handover handover, @Nullable Thread releasing) {
        try {
            if (current != null) {
                current.abort();
            }
            if (handover != null) {
                handover.connection().abort();
                handover.buffer().discard();
            }
            if (current != null) {
                current.join(READER_END, READER_END_INTERRUPTED);
            }
            if (handover != null) {
                handover.connection().join(READER_END, READER_END_INTERRUPTED);
            }
            if (releasing != null) {
                releasing.join(READER_END.toMillis());
                releasing.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static FrameReader frameReader(StreamSettings settings) {
        return switch (settings.format()) {
            case JSON -> new NdjsonReader(settings.maxEventSize());
            case EVENT_STREAM -> new EventStreamReader(settings.maxEventSize());
        };
    }
}
