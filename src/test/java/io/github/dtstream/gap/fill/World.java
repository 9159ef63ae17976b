package io.github.dtstream.gap.fill;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.event.Event;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A cloud, a live stream with interruptions, a journal, a gap ledger and a fill, in simulated time: during every sleep,
 * live events continue.
 */
final class World {
    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    /** Polling is off unless a test wants it. */
    static final Duration NEVER = Duration.ofDays(1000);

    static final FillSettings FAST = new FillSettings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofDays(30),
            Duration.ZERO,
            1_000_000,
            1000,
            500_000,
            NEVER,
            NEVER);

    final SimulatedTime time = new SimulatedTime(START);
    /** How much the program's clock is ahead of the cloud's. */
    Duration ahead = Duration.ZERO;

    private final Clock clock = new ProgramsClock();
    final FakeCloud cloud = new FakeCloud(time);
    final List<Gap> told = new ArrayList<>();
    private final PriorityQueue<Happening> agenda = new PriorityQueue<>(Comparator.comparing(Happening::at));
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private final FaultyStorage storage = new FaultyStorage();
    private final Path folder;
    private final FillSettings settings;
    private final Random random;
    private boolean running;
    StreamFilters filters = StreamFilters.NONE;
    final Set<String> known = new TreeSet<>();
    MemoryLog log;
    GapLedger ledger;
    HistoryFill fill;
    boolean live = true;
    boolean isPolled;
    private boolean dead;

    /** The program's idea of the cloud's time. */
    private final class ProgramsClock extends Clock {
        @Override
        public Instant instant() {
            return time.instant().plus(ahead);
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

    /** The same settings with other times for polling. */
    static FillSettings polling(FillSettings settings, Duration after, Duration every) {
        return new FillSettings(
                settings.indexingDelay(),
                settings.margin(),
                settings.historyBound(),
                settings.reconcileWindow(),
                settings.reconcileRequestsPerSecond(),
                settings.pageSize(),
                settings.knownAtOnce(),
                after,
                every);
    }

    private record Happening(Instant at, Runnable action) {}

    World(Path folder, FillSettings settings, int remembered, long seed) throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.random = new Random(seed);
        this.log = new MemoryLog(remembered);
        open();
        time.follow(this::catchUp);
    }

    private void open() throws IOException {
        dead = false;
        storage.mend();
        ledger = GapLedger.open(
                AtomicFile.keepingPrevious(folder.resolve("gaps.json"), storage),
                settings,
                Duration.ofMinutes(2),
                200,
                clock,
                this::tell);
        fill = new HistoryFill(
                FakeCloud.PROJECT,
                () -> filters,
                any -> known,
                cloud,
                ledger,
                log,
                folder,
                settings,
                new FillEnvironment(clock, time, time, random, Thread::new, new MemoryBudget(64 << 20)),
                storage);
    }

    /** Called after the gap ledger was written. */
    private void tell(Gap gap) {
        told.add(gap);
        if (gap.state() == Gap.State.CLOSED && !dead && log.hasHistoryThatIsNotOnDisk()) {
            throw new AssertionError("gap " + gap.id() + " is closed before what history gave is on disk");
        }
    }

    void devices(int count) {
        for (int i = 0; i < count; i++) {
            cloud.addDevice(device(i));
        }
    }

    static String device(int index) {
        return String.format("dev%05d", index);
    }

    /** Publishes an event in the cloud, and delivers it to the stream if that is open. */
    FakeCloud.Published publish(String id, int device, Instant stamp, Duration lateness, Duration indexing) {
        return publish(id, "temperature", device, stamp, lateness, indexing);
    }

    FakeCloud.Published publish(
            String id, String type, int device, Instant stamp, Duration lateness, Duration indexing) {
        Instant published = stamp.plus(lateness);
        FakeCloud.Published event = new FakeCloud.Published(id, device(device), type, stamp, published.plus(indexing));
        cloud.publish(event);
        at(published, () -> receive(event));
        return event;
    }

    void outage(Instant from, Instant to) {
        at(from, () -> {
            live = false;
            ledger.interrupted(from, "the connection was reset");
        });
        at(to, () -> {
            live = true;
            ledger.resumed(to);
        });
    }

    void at(Instant time, Runnable action) {
        agenda.add(new Happening(time, action));
    }

    private void receive(FakeCloud.Published event) {
        if (live) {
            log.append(decode(event), Source.LIVE, time.instant());
            if (random.nextInt(10) == 0) {
                log.append(decode(event), Source.LIVE, time.instant());
            }
            log.flushAllButNewest(3);
        }
    }

    Event decode(FakeCloud.Published event) {
        byte[] json = event.json().getBytes(StandardCharsets.UTF_8);
        try {
            return decoder.decodeEvent(json, 0, json.length);
        } catch (InvalidRecordException e) {
            throw new AssertionError(e);
        }
    }

    private void catchUp(Instant now) {
        if (running) {
            return;
        }
        running = true;
        try {
            while (!dead && !agenda.isEmpty() && !agenda.peek().at().isAfter(now)) {
                agenda.poll().action().run();
            }
        } finally {
            running = false;
        }
    }

    /** Runs everything that is scheduled, and the fill, for at most so long. */
    void run(Duration atMost) throws InterruptedException {
        run(atMost, () -> {});
    }

    /** The same, with an observer after each step of the fill. */
    void run(Duration atMost, Runnable onlooker) throws InterruptedException {
        Instant end = time.instant().plus(atMost);
        while (time.instant().isBefore(end)
                && !(agenda.isEmpty() && ledger.fillable().isEmpty())) {
            Duration idle = fill.step();
            onlooker.run();
            Instant next = time.instant().plus(idle);
            if (!agenda.isEmpty() && agenda.peek().at().isBefore(next)) {
                next = agenda.peek().at();
            }
            Duration pass = Duration.between(time.instant(), next);
            time.advance(pass.isNegative() ? Duration.ZERO : pass);
        }
    }

    /** From now on nothing is written, as if the process had ended. */
    MemoryLog.Crash crash() {
        dead = true;
        storage.failOperations(1, Long.MAX_VALUE, MemoryLog.Crash::new);
        log.dead = true;
        return new MemoryLog.Crash();
    }

    /** Starts the program again with only what was on disk. */
    void restart() throws IOException {
        running = false;
        log = log.afterCrash();
        open();
        ledger.restart(log.lastReceived());
        live = true;
        ledger.resumed(time.instant());
        catchUp(time.instant());
    }
}
