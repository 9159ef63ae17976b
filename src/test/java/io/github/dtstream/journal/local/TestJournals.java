package io.github.dtstream.journal.local;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.EventDecoder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Opens journals for tests, and reads them. */
public final class TestJournals {
    public static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");
    public static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
    public static final Duration LONG = Duration.ofMinutes(1);

    private TestJournals() {}

    static JournalSettings settings() {
        return new JournalSettings(1 << 20, Duration.ofDays(7), 1 << 30, 10_000, 1 << 20, 1 << 20);
    }

    public static JournalSettings smallSegments(int segmentBytes, int tailBytes) {
        return new JournalSettings(segmentBytes, Duration.ofDays(7), 1 << 30, 10_000, 1 << 16, tailBytes);
    }

    static Journal open(Path directory) throws IOException {
        return open(directory, settings());
    }

    static Journal open(Path directory, JournalSettings settings) throws IOException {
        return open(directory, settings, new SystemStorage(), CLOCK);
    }

    public static Journal open(Path directory, JournalSettings settings, Storage storage, Clock clock)
            throws IOException {
        return open(directory, settings, storage, clock, Supervisor.system());
    }

    static Journal open(Path directory, JournalSettings settings, Storage storage, Clock clock, Supervisor supervisor)
            throws IOException {
        return open(directory, settings, storage, clock, supervisor, Duration.ofMillis(200));
    }

    /** Opens a journal whose close does not wait for a disk that accepts nothing. */
    static Journal openInAHurry(Path directory, JournalSettings settings, Storage storage) throws IOException {
        return open(directory, settings, storage, CLOCK, Supervisor.system(), Duration.ofMillis(1));
    }

    private static Journal open(
            Path directory,
            JournalSettings settings,
            Storage storage,
            Clock clock,
            Supervisor supervisor,
            Duration close)
            throws IOException {
        return open(directory, settings, storage, clock, supervisor, close, () -> Events::decode);
    }

    /** Opens a journal of events in the cloud's form; its close does not wait for long. */
    public static Journal openOfEvents(
            Path directory, JournalSettings settings, Storage storage, Clock clock, Supervisor supervisor)
            throws IOException {
        return open(
                directory,
                settings,
                storage,
                clock,
                supervisor,
                Duration.ofMillis(50),
                () -> new EnvelopeDecoder()::decodeEvent);
    }

    private static Journal open(
            Path directory,
            JournalSettings settings,
            Storage storage,
            Clock clock,
            Supervisor supervisor,
            Duration close,
            Supplier<EventDecoder> decoders)
            throws IOException {
        return open(directory, settings, storage, clock, Ticker.SYSTEM, supervisor, close, decoders);
    }

    /** Opens a journal that measures by this ticker. */
    static Journal openAt(Ticker ticker, Path directory, JournalSettings settings, Storage storage) throws IOException {
        return open(
                directory,
                settings,
                storage,
                CLOCK,
                ticker,
                Supervisor.system(),
                Duration.ofMillis(200),
                () -> Events::decode);
    }

    private static Journal open(
            Path directory,
            JournalSettings settings,
            Storage storage,
            Clock clock,
            Ticker ticker,
            Supervisor supervisor,
            Duration close,
            Supplier<EventDecoder> decoders)
            throws IOException {
        return LocalJournal.open(
                directory,
                settings,
                new RejectFile(directory.resolveSibling("rejected"), 1 << 20, clock),
                new LocalJournal.Surroundings(
                        storage,
                        decoders,
                        clock,
                        ticker,
                        Duration.ofMillis(1),
                        close,
                        supervisor,
                        new MemoryBudget(64 << 20)));
    }

    public static void append(Journal journal, int from, int to) throws InterruptedException {
        for (int number = from; number <= to; number++) {
            journal.append(Events.event(number), Source.LIVE, NOON);
        }
    }

    /** The identifiers of all durable records. */
    public static List<String> ids(Journal journal) throws IOException {
        List<String> ids = new ArrayList<>();
        journal.scan(Instant.EPOCH, record -> ids.add(record.event().eventId()));
        return ids;
    }

    public static List<String> expectedIds(int from, int to) {
        List<String> ids = new ArrayList<>();
        for (int number = from; number <= to; number++) {
            ids.add("event" + number);
        }
        return ids;
    }

    public static List<String> ids(Batch batch) {
        return batch.records().stream().map(record -> record.event().eventId()).toList();
    }
}
