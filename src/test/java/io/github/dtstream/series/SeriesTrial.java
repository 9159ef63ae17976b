package io.github.dtstream.series;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.local.TestJournals;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.ManualTime;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An index without a thread, on a real journal and real files; a test steps, kills and restarts it. */
final class SeriesTrial implements AutoCloseable {
    /** Before all events are received. */
    static final long START = Instant.parse("2025-12-20T10:00:00Z").toEpochMilli();

    static final int BLOCK = 64;
    private static final JournalSettings SETTINGS = TestJournals.smallSegments(1 << 15, 1 << 16);

    final ManualTime time = new ManualTime();
    final Versions versions = new Versions(time);
    private final Path folder;
    private final Storage storage;
    private final JournalSettings settings;
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private Journal journal;
    private SeriesIndex index;
    private int events;

    SeriesTrial(Path folder) throws Exception {
        this(folder, new SystemStorage(), SETTINGS);
    }

    /** @param storage the storage of the blocks; the journal has another one */
    SeriesTrial(Path folder, Storage storage, JournalSettings settings) throws Exception {
        this.folder = folder;
        this.storage = storage;
        this.settings = settings;
        open();
    }

    private void open() throws Exception {
        journal = TestJournals.openOfEvents(
                folder.resolve("journal"), settings, new SystemStorage(), time, Supervisor.system());
        index = index(journal);
        try {
            index.restore();
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    /** Another index on the same blocks. */
    SeriesIndex index(Journal journal) {
        return new SeriesIndex(
                new SeriesIndex.Setup(
                        "p1/default",
                        journal,
                        blocks(),
                        storage,
                        new MemoryBudget(1 << 24),
                        versions,
                        time::nanos,
                        duration -> {}),
                BLOCK);
    }

    Path blocks() {
        return folder.resolve("series");
    }

    SeriesIndex running() {
        return index;
    }

    Journal journal() {
        return journal;
    }

    static SeriesKey key(String device, Quantity quantity) {
        return new SeriesKey(device, quantity);
    }

    static SeriesKey temperature(String device) {
        return key(device, Quantity.TEMPERATURE);
    }

    void temperature(String device, long at, double value) throws Exception {
        append(device, "temperature", "{\"temperature\":{\"value\":" + value + "}}", at);
    }

    void contact(String device, long at, String state) throws Exception {
        append(device, "contact", "{\"contact\":{\"state\":\"" + state + "\"}}", at);
    }

    void signal(String device, long at, int strength) throws Exception {
        append(
                device,
                "networkStatus",
                "{\"networkStatus\":{\"signalStrength\":" + strength + ",\"cloudConnectors\":[{\"id\":\"cc1\"}]}}",
                at);
    }

    /** @param at milliseconds after {@link #START} */
    void append(String device, String type, String data, long at) throws Exception {
        byte[] json = ("{\"eventId\":\"e" + events++ + "\",\"targetName\":\"projects/p1/devices/" + device
                        + "\",\"eventType\":\"" + type + "\",\"data\":" + data + ",\"timestamp\":\""
                        + Instant.ofEpochMilli(START + at) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        try {
            Event event = decoder.decodeEvent(json, 0, json.length);
            journal.append(event, Source.LIVE, time.instant().plusMillis(events));
        } catch (InvalidRecordException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Makes the index do all its work. */
    void work() throws Exception {
        journal.flush();
        do {
            index.step(Duration.ZERO);
        } while (index.status().lag() > 0 || index.status().missing() > 0);
        index.step(Duration.ZERO);
    }

    /** Kills the process, and starts another. */
    void kill() throws Exception {
        close();
        open();
    }

    /** All values of a series, each {@code time=value} with the time after {@link #START}. */
    List<String> values(SeriesKey key) {
        return values(key, Long.MIN_VALUE / 4, Long.MAX_VALUE / 4);
    }

    List<String> values(SeriesKey key, long from, long to) {
        List<String> found = new ArrayList<>();
        index.values(key, from, to, (at, value) -> found.add(at - START + "=" + value));
        return found;
    }

    Line line(SeriesKey key, long from, long to, int width) {
        return index.graph(List.of(key), START + from, START + to, width)
                .lines()
                .get(0);
    }

    /** The values of a line, in the form of those of a series. */
    static List<String> text(Line line) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < line.times().length; i++) {
            found.add(line.times()[i] - START + "=" + line.min()[i]);
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        index.close();
        journal.close();
    }
}
