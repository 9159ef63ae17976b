package io.github.dtstream.simulator;

import io.github.dtstream.simulator.device.EventText;
import io.github.dtstream.simulator.device.SimulatedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All produced events in order, in memory up to a limit and, if requested, in a file. Thread-safe by its lock.
 */
final class EventLog implements AutoCloseable {
    private final int limit;
    private final ArrayDeque<SimulatedEvent> events = new ArrayDeque<>();
    private @Nullable Writer record;
    private long count;

    EventLog(int limit) {
        this.limit = limit;
    }

    /** How many events were added. */
    synchronized long count() {
        return count;
    }

    synchronized List<SimulatedEvent> events() {
        return List.copyOf(events);
    }

    /** Writes the events in memory, and every later event, to a file. */
    synchronized void recordTo(Path file) throws IOException {
        close();
        Writer writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        for (SimulatedEvent event : events) {
            writer.write(line(event));
        }
        writer.flush();
        record = writer;
    }

    /**
     * Adds an event, which is in the file when this returns.
     *
     * @return the oldest event, if it was removed
     */
    synchronized @Nullable SimulatedEvent add(SimulatedEvent event) {
        if (record != null) {
            write(record, event);
        }
        count++;
        events.addLast(event);
        return events.size() > limit ? events.removeFirst() : null;
    }

    private static void write(Writer record, SimulatedEvent event) {
        try {
            record.write(line(event));
            record.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the record of produced events cannot be written", e);
        }
    }

    private static String line(SimulatedEvent event) {
        return "{\"sequence\":" + event.sequence() + ",\"origin\":\"" + event.origin() + "\",\"produced\":\""
                + EventText.timestamp(event.produced()) + "\",\"event\":" + event + "}\n";
    }

    @Override
    public synchronized void close() throws IOException {
        if (record != null) {
            record.close();
            record = null;
        }
    }
}
