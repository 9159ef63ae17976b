package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmKey;
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

/** A service without a thread, on real journals; a test steps, kills and restarts it. */
public final class AlarmTrial implements AutoCloseable {
    public static final Instant START = Instant.parse("2026-05-29T10:00:00Z");
    static final AlarmKey WARM = new AlarmKey("warm", "d1", AlarmKey.Subject.VALUE);

    private static final Duration NOTHING = Duration.ZERO;
    private static final JournalSettings SETTINGS = TestJournals.smallSegments(1 << 20, 1 << 16);

    final ManualTime time = new ManualTime();
    final List<Gap> gaps = new ArrayList<>();
    final MemoryBudget memory = new MemoryBudget(1 << 18);
    private final Path folder;
    private final Storage eventStorage;
    private final Storage storage;
    private final Map<String, List<AlarmRule>> texts;
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private RuleSet rules;
    private Journal events;
    private Journal alarms;
    private AlarmService service;
    private int ids;
    /** Whether the project has a stream; without one, all events are pushed. */
    boolean isStreaming = true;

    public AlarmTrial(Path folder, Storage eventStorage, Storage storage, AlarmRule... rules) throws Exception {
        this.folder = folder;
        this.eventStorage = eventStorage;
        this.storage = storage;
        this.texts = new HashMap<>();
        this.rules = set(rules);
        open();
        try {
            service.restore();
        } catch (Exception | Error e) {
            close();
            throw e;
        }
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

    RuleSet set(AlarmRule... some) {
        List<AlarmRule> list = List.of(some);
        texts.put(list.toString(), list);
        return new RuleSet(list, list.isEmpty() ? "" : list.toString());
    }

    private void open() throws IOException {
        Thread thread = Thread.currentThread();
        Supervisor supervisor = Supervisor.system();
        supervisor.onProcessEnd(thread::interrupt);
        events = TestJournals.openOfEvents(folder.resolve("events"), SETTINGS, eventStorage, time, Supervisor.system());
        Journal opened = null;
        try {
            opened = TestJournals.openOfEvents(folder.resolve("alarms"), SETTINGS, storage, time, supervisor);
            alarms = opened;
            service = service();
        } catch (IOException | RuntimeException | Error e) {
            events.close();
            if (opened != null) {
                opened.close();
            }
            throw e;
        }
    }

    private AlarmService service() throws IOException {
        return new AlarmService(
                new AlarmService.Setup(
                        "p1/default",
                        "p1",
                        events,
                        alarms,
                        AtomicFile.keepingPrevious(folder.resolve("alarms").resolve("state.bin"), storage),
                        id -> Optional.of(new Device(id, "temperature", "", Map.of("name", "Freezer " + id))),
                        () -> List.copyOf(gaps),
                        () -> isStreaming,
                        text -> Optional.ofNullable(texts.get(text))
                                .orElseThrow(() -> new IOException("unknown rules")),
                        () -> "i" + ++ids,
                        time,
                        time::nanos,
                        memory),
                rules);
    }

    /** Its clock and its ticker. */
    public MovableClock clock() {
        return time;
    }

    public AlarmService running() {
        return service;
    }

    Journal alarms() {
        return alarms;
    }

    public void append(int number, String device, double value) throws InterruptedException {
        appendOnly(number, device, value);
        events.flush();
    }

    /** Appends without waiting for the disk. */
    void appendOnly(int number, String device, double value) throws InterruptedException {
        Instant at = START.plusSeconds(60L * number);
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

    public void timeIs(Instant now) {
        time.advance(Duration.between(time.instant(), now));
    }

    /** Makes the service do all its work. */
    public void work() throws Exception {
        do {
            service.step(1, NOTHING);
        } while (service.status().lag() > 0);
        service.step(1, NOTHING);
    }

    /** Waits until its entries are on disk, where others read them. */
    public void flush() throws InterruptedException {
        alarms.flush();
    }

    public void acknowledge() throws Exception {
        var answer =
                service.put(new AlarmCommand(AlarmCommand.Action.ACKNOWLEDGE, WARM, new Person("ann", "seen", null)));
        work();
        answer.get();
    }

    public void edit(AlarmRule... edited) throws Exception {
        rules = set(edited);
        var answer = service.edit(rules);
        work();
        answer.get();
    }

    /** Kills the process, and starts another. */
    void kill() throws Exception {
        close();
        open();
        service.restore();
    }

    /** The same with other rules in the file. */
    void kill(AlarmRule... edited) throws Exception {
        rules = set(edited);
        kill();
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

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        service.close();
        alarms.close();
        events.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
