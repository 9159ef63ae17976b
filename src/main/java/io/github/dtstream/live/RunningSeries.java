package io.github.dtstream.live;

import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.series.SeriesIndex;
import io.github.dtstream.series.SeriesViewer;
import io.github.dtstream.series.Versions;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of all streams, in an index for each stream from its opening on. Thread-safe. */
final class RunningSeries implements AutoCloseable {
    private final Path folder;
    private final MemoryBudget memory;
    private final Supervisor supervisor;
    private final Versions versions;

    // Guarded by this.
    private final Map<EventStream, SeriesIndex> open = new LinkedHashMap<>();
    private boolean closed;

    /** @param folder holds the blocks of all streams */
    RunningSeries(Path folder, MemoryBudget memory, Supervisor supervisor, Clock clock) {
        this.folder = folder;
        this.memory = memory;
        this.supervisor = supervisor;
        this.versions = new Versions(clock);
    }

    Versions versions() {
        return versions;
    }

    /** Keeps the values of a stream from now on; does nothing if they are kept already. */
    synchronized void add(EventStream stream) {
        if (closed || open.containsKey(stream)) {
            return;
        }
        SeriesIndex index = new SeriesIndex(new SeriesIndex.Setup(
                stream.name(),
                stream.journal(),
                // The streams of a second component have names of the form COMPONENT:STREAM.
                folder.resolve(stream.name().replace(':', '_')),
                new SystemStorage(),
                memory,
                versions,
                Ticker.SYSTEM,
                Sleeper.SYSTEM));
        open.put(stream, index);
        stream.onDevicesListed(index::devicesListed);
        index.start(supervisor);
    }

    /** The stream is closed: its values stay on disk. */
    void remove(EventStream stream) {
        SeriesIndex ending;
        synchronized (this) {
            ending = open.remove(stream);
        }
        if (ending != null) {
            ending.close();
        }
    }

    synchronized List<SeriesIndex> all() {
        return List.copyOf(open.values());
    }

    /** The streams with their indexes. */
    synchronized Map<EventStream, SeriesIndex> byStream() {
        return new LinkedHashMap<>(open);
    }

    /** Shows all changes after a version. */
    void changes(long after, SeriesViewer viewer) {
        all().forEach(index -> index.changes(after, viewer));
    }

    /** The first stream with values of a series, and its index; empty if none has any. */
    Optional<Map.Entry<EventStream, SeriesIndex>> of(SeriesKey key) {
        return byStream().entrySet().stream()
                .filter(each -> each.getValue().knows(key))
                .findFirst();
    }

    @Override
    public void close() {
        List<SeriesIndex> ending;
        synchronized (this) {
            closed = true;
            ending = new ArrayList<>(open.values());
            open.clear();
        }
        ending.forEach(SeriesIndex::close);
    }
}
