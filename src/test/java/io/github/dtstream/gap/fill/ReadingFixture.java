package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.History;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.event.Source;
import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The objects of one reader of history: a cloud, a journal and a gap ledger, in simulated time. */
final class ReadingFixture {
    final SimulatedTime time = new SimulatedTime(World.START);
    final FakeCloud cloud = new FakeCloud(time);
    final MemoryLog log = new MemoryLog(10_000);
    final Set<String> known = new TreeSet<>();
    final List<Gap> saved = new ArrayList<>();
    final FaultyStorage storage = new FaultyStorage();
    final GapLedger ledger;
    final HistoryReading reading;
    List<String> eventTypes = List.of();

    private final EnvelopeDecoder decoder = new EnvelopeDecoder();

    ReadingFixture(Path folder, FillSettings settings) throws IOException {
        ledger = GapLedger.open(
                AtomicFile.keepingPrevious(folder.resolve("gaps.json"), storage),
                settings,
                Duration.ofMinutes(2),
                200,
                time,
                saved::add);
        DeviceList devices = new DeviceList(
                new Devices(cloud, FakeCloud.PROJECT),
                () -> StreamFilters.NONE,
                filters -> known,
                folder,
                storage,
                time);
        History history = new History(cloud, FakeCloud.PROJECT, 1000);
        DeviceReader reader = new DeviceReader(history, log, decoder, folder.resolve("pages.spool"), storage, time);
        Sweep sweep = new Sweep(reader, log, 1000, new MemoryBudget(64 << 20), time, time);
        reading = new HistoryReading(ledger, devices, sweep, log, () -> eventTypes, settings, time, time);
    }

    /** Adds so many devices to the cloud's list. */
    void devices(int count) {
        IntStream.range(0, count).forEach(i -> cloud.addDevice(World.device(i)));
    }

    /** An event that history shows from its timestamp on. */
    FakeCloud.Published publish(String id, String type, int device, Instant stamp) {
        FakeCloud.Published event = new FakeCloud.Published(id, World.device(device), type, stamp, stamp);
        cloud.publish(event);
        return event;
    }

    /** Puts an event into the journal, as if the stream had delivered it. */
    void receive(FakeCloud.Published event) throws InvalidRecordException {
        byte[] json = event.json().getBytes(StandardCharsets.UTF_8);
        log.append(decoder.decodeEvent(json, 0, json.length), Source.LIVE, time.instant());
        log.flush();
    }

    List<String> journaled() {
        return log.records().stream().map(record -> record.event().eventId()).toList();
    }

    /** The devices whose history was asked for, in order. */
    List<String> asked() {
        return cloud.paths.stream()
                .filter(path -> path.endsWith("/events"))
                .map(path -> path.split("/")[3])
                .toList();
    }

    /** How often the device list was asked for. */
    long lists() {
        return cloud.paths.stream().filter(path -> path.endsWith("/devices")).count();
    }

    /** The window and the event types of the last request for history. */
    Asked lastAsked() {
        for (int i = cloud.paths.size() - 1; i >= 0; i--) {
            if (cloud.paths.get(i).endsWith("/events")) {
                return new Asked(
                        Instant.parse(cloud.queries.get(i).get("start_time").get(0)),
                        Instant.parse(cloud.queries.get(i).get("end_time").get(0)),
                        cloud.queries.get(i).get("event_types"));
            }
        }
        throw new AssertionError("history was not asked for");
    }

    /** What a request for history asked for. */
    record Asked(Instant from, Instant to, List<String> eventTypes) {}
}
