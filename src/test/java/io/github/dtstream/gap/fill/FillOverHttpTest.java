package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.api.CloudApi;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.DeviceFilters;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.RateLimitedApi;
import io.github.dtstream.cloud.api.RequestBudget;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.api.StreamFormat;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.http.CloudClientSettings;
import io.github.dtstream.cloud.token.Credentials;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.local.LocalJournal;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.session.SessionListener;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.session.StreamSession;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.session.handover.EventSink;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.stream.LabelMatch;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.text.Secret;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.time.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fill without replaced parts: HTTP, tokens, the journal on disk, the worker's own thread. */
class FillOverHttpTest {
    private static final CloudClock CLOCK = CloudClock.system();
    private static final FillSettings SETTINGS = new FillSettings(
            Duration.ofMillis(1500),
            Duration.ofSeconds(30),
            Duration.ofDays(30),
            Duration.ZERO,
            1,
            7,
            1000,
            Duration.ofMinutes(3),
            Duration.ofMinutes(1));

    @TempDir
    private Path folder;

    private static GapLedger ledger(Path file, FillSettings settings, Duration joinWithin, Clock clock)
            throws IOException {
        return GapLedger.open(
                AtomicFile.keepingPrevious(file, new SystemStorage()), settings, joinWithin, 200, clock, gap -> {});
    }

    @Test
    void journalHoldsWhatTheCloudProducedDuringTheOutage() throws Exception {
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(200), Duration.ofSeconds(1));
        try (SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new Random(1));
                CloudClient client = client(cloud);
                RejectFile rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, CLOCK);
                Journal journal = LocalJournal.open(
                        folder.resolve("journal"),
                        JournalSettings.DEFAULTS,
                        rejects,
                        CLOCK,
                        Supervisor.system(),
                        new MemoryBudget(64 << 20))) {
            GapLedger ledger = ledger(folder.resolve("gaps.json"), SETTINGS, Duration.ofMinutes(2), CLOCK);
            try (HistoryFill fill = new HistoryFill(
                    cloud.projectId(),
                    () -> StreamFilters.NONE,
                    filters -> Set.of(),
                    client,
                    ledger,
                    EventLog.of(journal, rejects, () -> {}, () -> {}),
                    folder.resolve("fill"),
                    SETTINGS,
                    new FillEnvironment(
                            CLOCK,
                            CLOCK::nanos,
                            Sleeper.SYSTEM,
                            new Random(2),
                            Thread::new,
                            new MemoryBudget(64 << 20)))) {
                fill.start();
                ledger.interrupted(CLOCK.instant(), "the connection was reset");
                for (String device : cloud.addDevices(3, DeviceType.TEMPERATURE)) {
                    for (int i = 0; i < 20; i++) {
                        cloud.publish(device, "temperature", "{\"temperature\":{\"value\":" + i + "}}");
                    }
                }
                ledger.resumed(CLOCK.instant());

                await().atMost(Duration.ofSeconds(60))
                        .until(() -> ledger.snapshot().get(0).state() == Gap.State.CLOSED);
            }
            assertThat(identifiers(journal))
                    .containsExactlyInAnyOrderElementsOf(cloud.produced().stream()
                            .map(SimulatedEvent::eventId)
                            .toList());
            assertThat(folder.resolve("rejected")).doesNotExist();
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int NO_LIMIT = -1;
    private static final int AGAIN_AND_AGAIN = 1000;

    /** Disturbances that a fill meets, and that end after a while. */
    enum Weather {
        HISTORY_KNOWS_NO_DEVICE {
            @Override
            void begin(Faults faults) {
                faults.respond(Target.HISTORY, AGAIN_AND_AGAIN, 404);
            }
        },
        DEVICE_LIST_IS_EMPTY {
            @Override
            void begin(Faults faults) {
                faults.shortenLists(AGAIN_AND_AGAIN, 0);
            }
        },
        DEVICE_LIST_IS_CUT_SHORT {
            @Override
            void begin(Faults faults) {
                faults.shortenLists(AGAIN_AND_AGAIN, 2);
            }
        },
        HISTORY_IS_REFUSED {
            @Override
            void begin(Faults faults) {
                faults.respond(Target.HISTORY, AGAIN_AND_AGAIN, 403);
            }
        };

        abstract void begin(Faults faults);
    }

    @ParameterizedTest
    @EnumSource(Weather.class)
    void gapStaysOpenThroughWeatherAndLosesNothing(Weather weather) throws Exception {
        SimulatedTime time = new SimulatedTime(CLOCK.instant());
        SimulatorSettings settings = SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO);
        try (SimulatedCloud cloud = SimulatedCloud.start(settings, time, new Random(1));
                CloudClient client = client(cloud)) {
            MemoryLog log = new MemoryLog(1000);
            List<String> devices = cloud.addDevices(5, DeviceType.TEMPERATURE);
            GapLedger ledger = ledger(folder.resolve("gaps.json"), SETTINGS, Duration.ofMinutes(2), time);
            HistoryFill fill = new HistoryFill(
                    cloud.projectId(),
                    () -> StreamFilters.NONE,
                    filters -> Set.copyOf(devices.subList(0, 4)),
                    client,
                    ledger,
                    log,
                    folder.resolve("fill"),
                    SETTINGS,
                    new FillEnvironment(time, time, time, new Random(2), Thread::new, new MemoryBudget(64 << 20)));
            weather.begin(cloud.faults());
            ledger.interrupted(time.instant(), "the connection was reset");
            devices.forEach(device -> cloud.publish(device, "temperature", "{\"temperature\":{\"value\":1}}"));
            ledger.resumed(time.instant());
            Duration patience = Duration.ZERO;
            while (patience.compareTo(Duration.ofMinutes(1)) < 0) {
                patience = patience.plus(idle(fill, time));
            }
            assertThat(ledger.snapshot().get(0).state()).isEqualTo(Gap.State.FILLING);

            cloud.faults().clear();
            for (int i = 0; i < 100 && ledger.snapshot().get(0).state() != Gap.State.CLOSED; i++) {
                idle(fill, time);
            }

            assertThat(ledger.snapshot().get(0).state()).isEqualTo(Gap.State.CLOSED);
            assertThat(log.records())
                    .extracting(record -> record.event().eventId())
                    .containsExactlyInAnyOrderElementsOf(cloud.produced().stream()
                            .map(SimulatedEvent::eventId)
                            .toList());
        }
    }

    /** Does the work that is due, and lets time pass until more is due. */
    private static Duration idle(HistoryFill fill, SimulatedTime time) throws InterruptedException {
        Duration idle = fill.step();
        time.sleep(idle);
        return idle;
    }

    @Test
    void streamsThatShareABudgetStayTogetherWithinWhatTheCloudAllows() throws Exception {
        TurnClock time = new TurnClock();
        SimulatorSettings settings = SimulatorSettings.defaults().withRateLimit(true);
        AtomicInteger refused = new AtomicInteger();
        try (SimulatedCloud cloud = SimulatedCloud.start(settings, time, new Random(1));
                CloudClient client = client(cloud)) {
            cloud.addDevices(12, DeviceType.TEMPERATURE);
            CloudApi counted = (path, query) -> {
                try {
                    return client.get(path, query);
                } catch (CloudException e) {
                    refused.incrementAndGet();
                    throw e;
                }
            };
            CloudApi paced = new RateLimitedApi(counted, RequestBudget.of(4, time));
            List<HistoryFill> fills = new ArrayList<>();
            List<GapLedger> ledgers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Path own = folder.resolve("stream-" + i);
                GapLedger ledger = ledger(own.resolve("gaps.json"), SETTINGS, Duration.ofMinutes(2), time);
                ledgers.add(ledger);
                fills.add(new HistoryFill(
                        cloud.projectId(),
                        () -> StreamFilters.NONE,
                        filters -> Set.of(),
                        paced,
                        ledger,
                        new MemoryLog(100),
                        own.resolve("fill"),
                        SETTINGS,
                        new FillEnvironment(time, time, time, new Random(i), Thread::new, new MemoryBudget(64 << 20))));
                ledger.interrupted(time.instant(), "the connection was reset");
                ledger.resumed(time.instant());
            }
            fills.forEach(HistoryFill::start);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> ledgers.stream()
                            .allMatch(ledger -> ledger.snapshot().get(0).state() == Gap.State.CLOSED));
            fills.forEach(HistoryFill::close);
        }

        assertThat(refused).hasValue(0);
    }

    /**
     * The system's clock, which jumps to each turn for which a request waits, so that no time is lost. A late request
     * adds one to those that the cloud counts in that span; at most one per thread can be late at a time.
     */
    private static final class TurnClock extends Clock implements Ticker, Sleeper {
        private final Instant begin = CLOCK.instant();
        private final long beginNanos = CLOCK.nanos();
        private final AtomicLong newestTurn = new AtomicLong();

        private long passed() {
            return Math.max(CLOCK.nanos() - beginNanos, newestTurn.get());
        }

        @Override
        public void sleep(Duration duration) {
            newestTurn.accumulateAndGet(CLOCK.nanos() - beginNanos + duration.toNanos(), Math::max);
        }

        @Override
        public Instant instant() {
            return begin.plusNanos(passed());
        }

        @Override
        public long nanos() {
            return passed();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @ParameterizedTest
    @EnumSource(LabelMatch.class)
    void fillAsksForNoFewerDevicesThanTheStreamDelivers(LabelMatch onStream) throws Exception {
        for (LabelMatch inList : LabelMatch.values()) {
            SimulatorSettings settings = SimulatorSettings.defaults()
                    .withIndexingDelay(Duration.ZERO, Duration.ZERO)
                    .withLabelMatch(onStream, inList);
            Path own = folder.resolve(inList.name());
            try (SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new Random(1));
                    CloudClient client = client(cloud);
                    RejectFile rejects = new RejectFile(own.resolve("rejected"), 1 << 20, CLOCK);
                    Journal journal = LocalJournal.open(
                            own.resolve("journal"),
                            JournalSettings.DEFAULTS,
                            rejects,
                            CLOCK,
                            Supervisor.system(),
                            new MemoryBudget(64 << 20))) {
                List<String> devices = cloud.addDevices(3, DeviceType.TEMPERATURE);
                StreamFilters filters = new StreamFilters(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("name", "name=" + nameOf(cloud, client, 0)));
                Instant begin = CLOCK.instant();
                Set<String> streamed = streamed(cloud, client, filters, devices);
                assertThat(streamed).hasSize(onStream == LabelMatch.ANY ? 3 : 1);

                fill(cloud, client, filters, rejects, journal, own).backfill(begin, CLOCK.instant(), progress -> {});

                assertThat(devices(journal)).as("list matches " + inList).containsAll(streamed);
            }
        }
    }

    private static String nameOf(SimulatedCloud cloud, CloudClient client, int index) throws Exception {
        List<Device> listed = new ArrayList<>();
        new Devices(client, cloud.projectId()).forEach(DeviceFilters.NONE, listed::add);
        return listed.get(index).name();
    }

    /** Publishes an event of each device; returns the devices whose events a stream with these filters delivers. */
    private static Set<String> streamed(
            SimulatedCloud cloud, CloudClient client, StreamFilters filters, List<String> devices) {
        Queue<Event> received = new ConcurrentLinkedQueue<>();
        EventSink sink = new EventSink() {
            @Override
            public void events(List<Event> events, Instant at) {
                received.addAll(events);
            }

            @Override
            public void rejected(String reason, byte[] record, Instant at) {
                throw new AssertionError(reason);
            }
        };
        ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
        try (StreamSession session = session(cloud, client, filters, sink, List.of(), PATIENCE, timers)) {
            session.start();
            await().atMost(Duration.ofSeconds(60)).until(() -> cloud.openStreams() == 1);
            devices.forEach(device -> cloud.publish(device, "temperature", "{\"value\":1}"));
            // When a ping has come, everything that was sent before it has come.
            Instant sent = CLOCK.instant();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> received.stream()
                            .anyMatch(event -> event.isPing()
                                    && Instant.parse(event.timestamp()).isAfter(sent)));
        } finally {
            timers.shutdownNow();
        }
        return received.stream()
                .filter(event -> !event.isPing())
                .map(Event::deviceId)
                .collect(Collectors.toSet());
    }

    private static StreamSession session(
            SimulatedCloud cloud,
            CloudClient client,
            StreamFilters filters,
            EventSink sink,
            List<SessionListener> listeners,
            Duration patience,
            ScheduledExecutorService timers) {
        StreamSettings settings = new StreamSettings(
                cloud.projectId(),
                StreamFormat.JSON,
                filters,
                Duration.ofSeconds(1),
                patience,
                1 << 20,
                NO_LIMIT,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ZERO);
        return new StreamSession(
                settings,
                client,
                sink,
                listeners,
                CLOCK,
                new Random(3),
                Timers.of(timers),
                Supervisor.system(),
                new MemoryBudget(64 << 20));
    }

    /** A stream that writes into a journal, and reports to a gap ledger. */
    private record Intake(Journal journal, GapLedger ledger) implements EventSink, SessionListener {
        @Override
        public void events(List<Event> events, Instant received) throws InterruptedException {
            journal.append(events, Source.LIVE, received);
        }

        @Override
        public void rejected(String reason, byte[] record, Instant received) {
            throw new AssertionError(reason);
        }

        @Override
        public void stateChanged(SessionState state) {}

        @Override
        public void interrupted(Instant lastReceived, String reason) {
            ledger.interrupted(lastReceived, reason);
        }

        @Override
        public void resumed(Instant firstReceived, Instant past) {
            ledger.resumed(firstReceived);
        }
    }

    @Test
    void eventsAreReadFromHistoryWhileSomethingBuffersTheStream() throws Exception {
        FillSettings settings = World.polling(
                SETTINGS.withIndexingDelay(Duration.ofMillis(500)), Duration.ofMillis(500), Duration.ofMillis(300));
        SimulatorSettings quickIndex =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(50), Duration.ofMillis(200));
        ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
        try (SimulatedCloud cloud = SimulatedCloud.start(quickIndex, Clock.systemUTC(), new Random(1));
                CloudClient client = client(cloud);
                RejectFile rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, CLOCK);
                Journal journal = LocalJournal.open(
                        folder.resolve("journal"),
                        JournalSettings.DEFAULTS,
                        rejects,
                        CLOCK,
                        Supervisor.system(),
                        new MemoryBudget(64 << 20))) {
            String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
            GapLedger ledger = ledger(folder.resolve("gaps.json"), settings, Duration.ZERO, CLOCK);
            Intake intake = new Intake(journal, ledger);
            try (HistoryFill fill = new HistoryFill(
                            cloud.projectId(),
                            () -> StreamFilters.NONE,
                            filters -> Set.of(device),
                            client,
                            ledger,
                            EventLog.of(journal, rejects, () -> {}, () -> {}),
                            folder.resolve("fill"),
                            settings,
                            new FillEnvironment(
                                    CLOCK,
                                    CLOCK::nanos,
                                    Sleeper.SYSTEM,
                                    new Random(2),
                                    Thread::new,
                                    new MemoryBudget(64 << 20)));
                    StreamSession session = session(
                            cloud,
                            client,
                            StreamFilters.NONE,
                            intake,
                            List.of(intake),
                            Duration.ofSeconds(1),
                            timers)) {
                fill.start();
                session.start();
                await().atMost(PATIENCE).until(() -> session.state() instanceof SessionState.Live);
                publish(cloud, device);
                cloud.faults().silence(Duration.ofHours(1));
                for (int i = 0; i < 3; i++) {
                    publish(cloud, device);
                    int all = 2 + i;
                    await().atMost(PATIENCE).until(() -> deviceEvents(journal).size() == all);
                    assertThat(ledger.snapshot()).last().extracting(Gap::to).isNull();
                }
                assertThat(fill.polling()).isPresent();
                publish(cloud, device);
                cloud.faults().clear();
                publish(cloud, device);
                await().atMost(PATIENCE)
                        .until(() -> session.state() instanceof SessionState.Live
                                && ledger.snapshot().stream().allMatch(gap -> gap.state() == Gap.State.CLOSED));
                await().atMost(PATIENCE).until(() -> fill.polling().isEmpty());
            } finally {
                timers.shutdownNow();
            }
            assertThat(deviceEvents(journal))
                    .containsExactlyInAnyOrderElementsOf(cloud.produced().stream()
                            .map(SimulatedEvent::eventId)
                            .toList());
        }
    }

    private static void publish(SimulatedCloud cloud, String device) {
        cloud.publish(device, "temperature", "{\"temperature\":{\"value\":1}}");
    }

    private static List<String> deviceEvents(Journal journal) throws Exception {
        journal.flush();
        List<String> identifiers = new ArrayList<>();
        journal.scan(
                Instant.EPOCH,
                record -> record.event().isPing()
                        || identifiers.add(record.event().eventId()));
        return identifiers;
    }

    private static HistoryFill fill(
            SimulatedCloud cloud,
            CloudClient client,
            StreamFilters filters,
            RejectFile rejects,
            Journal journal,
            Path folder)
            throws Exception {
        GapLedger ledger = ledger(folder.resolve("gaps.json"), SETTINGS, Duration.ofMinutes(2), CLOCK);
        return new HistoryFill(
                cloud.projectId(),
                () -> filters,
                known -> Set.of(),
                client,
                ledger,
                EventLog.of(journal, rejects, () -> {}, () -> {}),
                folder.resolve("fill"),
                SETTINGS,
                new FillEnvironment(
                        CLOCK, CLOCK::nanos, Sleeper.SYSTEM, new Random(2), Thread::new, new MemoryBudget(64 << 20)));
    }

    private static Set<String> devices(Journal journal) throws Exception {
        Set<String> devices = new HashSet<>();
        journal.scan(
                Instant.EPOCH,
                record -> devices.add(String.valueOf(record.event().deviceId())) || true);
        return devices;
    }

    private static List<String> identifiers(Journal journal) throws Exception {
        List<String> identifiers = new ArrayList<>();
        journal.scan(Instant.EPOCH, record -> identifiers.add(record.event().eventId()));
        return identifiers;
    }

    private static CloudClient client(SimulatedCloud cloud) {
        return new CloudClient(
                CloudClientSettings.of(cloud.baseUri(), "test"),
                new Credentials.Basic(
                        cloud.account().keyId(), new Secret(cloud.account().secret())),
                CLOCK);
    }
}
