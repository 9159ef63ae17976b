package io.github.dtstream.alarm;

import io.github.dtstream.alarm.engine.Devices;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.alarm.rule.Condition;
import io.github.dtstream.alarm.rule.DeviceSelector;
import io.github.dtstream.alarm.rule.LatePolicy;
import io.github.dtstream.alarm.rule.Limit;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.local.TestJournals;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.ManualTime;
import io.github.dtstream.time.MovableClock;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts with which the alarms of a stream are processed: real journals in a folder, and what a test says of the rest. */
public class AlarmFixture implements AutoCloseable {
    public static final Instant START = Instant.parse("2026-05-29T10:00:00Z");

    private static final JournalSettings SETTINGS = TestJournals.smallSegments(1 << 20, 1 << 16);

    final ManualTime time = new ManualTime();
    final List<Gap> gaps = new ArrayList<>();
    final MemoryBudget memory = new MemoryBudget(1 << 18);
    /** The rules that can be read, by their text. */
    final Map<String, List<AlarmRule>> texts = new HashMap<>();

    /** Whether the project has a stream; without one, all events are pushed. */
    boolean isStreaming = true;
    /** The project's list of devices. */
    Devices devices = AlarmFixture::freezer;

    private final Path folder;
    private final Storage eventStorage;
    private final Storage storage;
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private Journal events;
    private Journal alarms;
    private int ids;

    /** @param storage of all but the stream's journal */
    AlarmFixture(Path folder, Storage eventStorage, Storage storage) throws IOException {
        this.folder = folder;
        this.eventStorage = eventStorage;
        this.storage = storage;
        open();
    }

    /** A rule that reacts to the first value. */
    public static AlarmRule above(String name, double limit, int minutes) {
        return rule(
                name,
                Quantity.TEMPERATURE,
                new Condition(List.of(new Comparison.Above(Limit.of(limit))), Duration.ofMinutes(minutes)));
    }

    private static AlarmRule rule(String name, Quantity quantity, Condition raise) {
        return new AlarmRule(
                name,
                DeviceSelector.ANY,
                Optional.of(quantity),
                Optional.of(raise),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Severity.WARNING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                LatePolicy.DIGEST);
    }

    /** A rule about the stream itself. */
    static AlarmRule blind(String name, int minutes) {
        return rule(
                name,
                Quantity.STREAM,
                new Condition(List.of(new Comparison.Is("INTERRUPTED")), Duration.ofMinutes(minutes)));
    }

    /** A rule about silent devices. */
    static AlarmRule silence(String name, int minutes) {
        return new AlarmRule(
                name,
                DeviceSelector.ANY,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Duration.ofMinutes(minutes)),
                Severity.WARNING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                LatePolicy.DIGEST);
    }

    RuleSet set(AlarmRule... some) {
        List<AlarmRule> list = List.of(some);
        texts.put(list.toString(), list);
        return new RuleSet(list, list.isEmpty() ? "" : list.toString());
    }

    static Optional<Device> freezer(String id) {
        return Optional.of(new Device(id, "temperature", "", Map.of("name", "Freezer " + id)));
    }

    private void open() throws IOException {
        Thread thread = Thread.currentThread();
        Supervisor supervisor = Supervisor.system();
        supervisor.onProcessEnd(thread::interrupt);
        events = TestJournals.openOfEvents(folder.resolve("events"), SETTINGS, eventStorage, time, Supervisor.system());
        try {
            alarms = TestJournals.openOfEvents(folder.resolve("alarms"), SETTINGS, storage, time, supervisor);
        } catch (IOException | RuntimeException | Error e) {
            events.close();
            throw e;
        }
    }

    /** Opens the journals again, as another process does. */
    void reopen() throws IOException {
        closeJournals();
        open();
    }

    /** What a service, or a part of it, is made with. */
    AlarmService.Setup setup() {
        return new AlarmService.Setup(
                "p1/default",
                "p1",
                events,
                alarms,
                AtomicFile.keepingPrevious(state(), storage),
                id -> devices.get(id),
                () -> List.copyOf(gaps),
                () -> isStreaming,
                text -> Optional.ofNullable(texts.get(text)).orElseThrow(() -> new IOException("unknown rules")),
                () -> "i" + ++ids,
                time,
                time::nanos,
                memory);
    }

    /** The file of the saved state. */
    Path state() {
        return folder.resolve("alarms").resolve("state.bin");
    }

    /** Its clock and its ticker. */
    public MovableClock clock() {
        return time;
    }

    public void timeIs(Instant now) {
        time.advance(Duration.between(time.instant(), now));
    }

    /** A time in minutes after the start. */
    public static Instant minute(int number) {
        return START.plusSeconds(60L * number);
    }

    Journal events() {
        return events;
    }

    Journal alarmJournal() {
        return alarms;
    }

    /** Appends a temperature of that minute, or a ping if the device's name is empty. */
    public void append(int number, String device, double value) throws InterruptedException {
        appendOnly(number, device, value);
        events.flush();
    }

    /** Appends without waiting for the disk. */
    void appendOnly(int number, String device, double value) throws InterruptedException {
        Instant at = minute(number);
        String target = device.isEmpty() ? "" : "/devices/" + device;
        String type = device.isEmpty() ? "ping" : "temperature";
        String data = device.isEmpty() ? "null" : "{\"temperature\":{\"value\":" + value + "}}";
        byte[] json = ("{\"eventId\":\"e" + number + "\",\"targetName\":\"projects/p1" + target + "\",\"eventType\":\""
                        + type + "\",\"data\":" + data + ",\"timestamp\":\"" + at + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        try {
            Event event = decoder.decodeEvent(json, 0, json.length);
            events.append(event, Source.LIVE, at);
        } catch (InvalidRecordException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Waits until the entries of the alarm journal are on disk, where others read them. */
    public void flush() throws InterruptedException {
        alarms.flush();
    }

    /** All entries of the alarm journal as text. */
    List<String> entries() throws Exception {
        List<String> found = new ArrayList<>();
        alarms.flush();
        alarms.scan(Instant.EPOCH, record -> found.add(record.event().toString()));
        return found;
    }

    /** The identifiers of these entries. */
    List<String> ids() throws Exception {
        alarms.flush();
        return TestJournals.ids(alarms);
    }

    private void closeJournals() {
        boolean interrupted = Thread.interrupted();
        alarms.close();
        events.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closeJournals();
    }
}
