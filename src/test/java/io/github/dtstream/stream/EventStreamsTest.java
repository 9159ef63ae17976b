package io.github.dtstream.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.api.StreamFormat;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.local.LocalJournals;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.session.ScriptedServer;
import io.github.dtstream.session.ScriptedServer.Exchange;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.session.StreamSettings;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.ManualTime;
import io.github.dtstream.time.MovableClock;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams as a whole, with journals and gap ledgers on disk, and a scripted cloud. */
class EventStreamsTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    @TempDir
    private Path data;

    private ScriptedServer server;
    private final Map<String, BlockingQueue<Exchange>> streamRequests = new ConcurrentHashMap<>();
    private final MovableClock machine = new MovableClock(NOW);
    /** When a test moves it, timers ring. */
    private final ManualTime timers = new ManualTime();

    private volatile boolean closing;
    private @Nullable EventStreams streams;

    @BeforeEach
    void setUp() throws Exception {
        server = new ScriptedServer();
        Thread dispatcher = new Thread(this::dispatch, "dispatcher");
        dispatcher.setDaemon(true);
        dispatcher.start();
    }

    @AfterEach
    void tearDown() throws Exception {
        closing = true;
        if (streams != null) {
            streams.close();
        }
        server.close();
    }

    /** Answers history and device lists with nothing; the test answers stream requests. */
    private void dispatch() {
        try {
            while (!closing) {
                Exchange exchange = server.nextOrNull();
                if (exchange == null) {
                    continue;
                }
                String target = exchange.target();
                if (target.contains("devices:stream")) {
                    requests(target.split("/")[3]).add(exchange);
                } else if (target.contains("/events")) {
                    answer(exchange, "{\"events\":[]}");
                } else {
                    answer(exchange, "{\"devices\":[{\"name\":\"projects/p1/devices/d1\",\"type\":\"touch\"}]}");
                }
            }
        } catch (InterruptedException e) {
            // The test is over.
        }
    }

    private static void answer(Exchange exchange, String json) {
        try {
            exchange.json(200, json);
        } catch (AssertionError e) {
            // A stream that a test has closed waits for no answer; the next one's requests still need theirs.
        }
    }

    private BlockingQueue<Exchange> requests(String project) {
        return streamRequests.computeIfAbsent(project, name -> new LinkedBlockingQueue<>());
    }

    private Exchange streamRequest(String project) throws InterruptedException {
        Exchange exchange = requests(project).poll(60, TimeUnit.SECONDS);
        assertThat(exchange).as("a stream request of " + project).isNotNull();
        return exchange;
    }

    /** The gap is noted before the retry is planned. */
    private void advanceOverTheRetry() {
        Duration longest = Duration.ofSeconds(1);
        await().until(() -> timers.pending().stream().anyMatch(due -> due.compareTo(longest) <= 0));
        timers.advance(longest);
    }

    private EventStreams open(Clock machineClock, Ticker ticker) {
        return open(machineClock, ticker, new LocalJournals(data));
    }

    private EventStreams open(Clock machineClock, Ticker ticker, Journals journals) {
        CloudOptions options =
                CloudOptionsFixture.of(server.apiUrl(), URI.create("http://127.0.0.1:1/unused"), "key", "secret", null);
        CloudClock clock = new CloudClock(machineClock, ticker);
        EventStreams opened = new EventStreams(
                options,
                project -> options,
                journals,
                JournalSettings.DEFAULTS,
                data,
                clock,
                new Random(1),
                Supervisor.system(),
                timers,
                new Masking(),
                new MemoryBudget(64 << 20),
                "");
        opened.start();
        streams = opened;
        return opened;
    }

    private static StreamSettings settings(String project, int maxRetries) {
        return new StreamSettings(
                project,
                StreamFormat.JSON,
                StreamFilters.NONE,
                Duration.ofHours(1),
                Duration.ofHours(1),
                1 << 20,
                maxRetries,
                Duration.ofMillis(10),
                Duration.ofMillis(20),
                Duration.ZERO);
    }

    private static void dated(Exchange exchange, String time) {
        exchange.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Fri, 01 May 2026 " + time
                + " GMT\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    @Test
    void whatHappensBeforeTheFirstStartSucceedsIsAGap() throws Exception {
        // The machine has no battery for its clock, which shows last year.
        machine.set(Instant.parse("2025-01-01T00:00:00Z"));
        EventStream stream = open(machine, machine).acquire("default", settings("p1", -1), "files");
        Exchange first = streamRequest("p1");
        machine.advance(Duration.ofMinutes(3));
        first.json(503, "{\"error\":\"not yet\",\"code\":503}");
        await().until(() -> stream.gaps().size() == 1);
        advanceOverTheRetry();
        Exchange second = streamRequest("p1");
        second.ok().ping("k1", "2026-05-01T12:00:00Z");
        await().untilAsserted(() -> assertThat(stream.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.to()).isEqualTo(NOW);
            assertThat(gap.from()).isBefore(NOW.minus(Duration.ofMinutes(2)));
        }));
    }

    @Test
    void whatHappensBeforeTheFirstStartSucceedsIsAGapThoughTheClockIsAheadAndNoPingsCome() throws Exception {
        machine.set(NOW.plus(Duration.ofHours(3)));
        EventStream stream = open(machine, machine).acquire("default", settings("p1", -1), "files");
        Exchange first = streamRequest("p1");
        machine.advance(Duration.ofMinutes(3));
        first.json(503, "{\"error\":\"not yet\",\"code\":503}");
        await().until(() -> stream.gaps().size() == 1);
        advanceOverTheRetry();
        streamRequest("p1").ok().event("e1", NOW.plus(Duration.ofMinutes(3)).toString());
        await().untilAsserted(() -> assertThat(stream.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(NOW);
            assertThat(gap.to()).isEqualTo(NOW.plus(Duration.ofMinutes(183)));
        }));
    }

    /**
     * Nothing shows when the first connection began to receive, so nothing shows that it received everything before it
     * ended.
     */
    @Test
    void whatHappensBeforeTheFirstPingIsAGapWhereTheFirstConnectionEndsBefore() throws Exception {
        EventStream stream = open(machine, machine).acquire("default", settings("p1", -1), "files");
        Exchange first = streamRequest("p1");
        dated(first, "12:00:00");
        first.event("late", "2026-04-29T12:00:00Z");
        await().until(() -> stream.journal().status().nextSequence() == 2);
        machine.advance(Duration.ofMinutes(1));
        first.end();
        streamRequest("p1").ok().ping("k1", "2026-05-01T12:01:09Z");
        await().untilAsserted(() -> assertThat(stream.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(NOW.plusSeconds(9));
            assertThat(gap.to()).isEqualTo(NOW.plusSeconds(69));
        }));
    }

    @Test
    void aFirstStartThatSucceedsAtOnceIsNone() throws Exception {
        EventStream stream = open(machine, machine).acquire("default", settings("p1", -1), "files");
        streamRequest("p1").ok().ping("k1", "2026-05-01T12:00:00Z");
        await().until(() -> stream.sessionState() instanceof SessionState.Live);
        assertThat(stream.gaps()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-86_400, -300, 0, 300, 86_400})
    void theGapOfARestartBeginsWithTheNewestLiveRecordByItsOwnTime(long machineAhead) throws Exception {
        machine.set(NOW.plusSeconds(machineAhead));
        EventStreams before = open(machine, machine);
        EventStream stream = before.acquire("default", settings("p1", -1), "files");
        Exchange exchange = streamRequest("p1");
        dated(exchange, "12:00:00");
        exchange.ping("k1", "2026-05-01T12:00:10Z").event("old-of-a-sensor");
        await().until(() -> stream.journal().status().nextSequence() == 3);
        before.close();

        machine.set(NOW.minus(Duration.ofDays(2)));
        EventStream after = open(machine, machine).acquire("default", settings("p1", -1), "files");
        Exchange again = streamRequest("p1");
        dated(again, "12:30:00");
        again.ping("k2", "2026-05-01T12:30:01Z");
        await().until(() -> after.sessionState() instanceof SessionState.Live);
        await().untilAsserted(() -> {
            Gap gap = after.gaps().get(0);
            assertThat(gap.from()).isBetween(NOW, NOW.plusSeconds(10));
            assertThat(gap.to()).isEqualTo(Instant.parse("2026-05-01T12:30:01Z"));
        });
    }

    @Test
    void aRefusedStreamBesideALivingOneComesBackWhenItsRouteIsEdited() throws Exception {
        EventStreams all = open(Clock.systemUTC(), Ticker.SYSTEM);
        EventStream living = all.acquire("default", settings("p1", -1), "one");
        streamRequest("p1").ok().ping("k1", Instant.now().toString());
        await().until(() -> living.sessionState() instanceof SessionState.Live);
        EventStream refused = all.acquire("default", settings("p2", -1), "two");
        streamRequest("p2").json(403, "{\"error\":\"forbidden\",\"code\":403}");
        await().until(() -> refused.sessionState() instanceof SessionState.Stopped);

        all.release(refused, "two");
        all.acquire("default", settings("p2", -1), "two");
        streamRequest("p2").ok().ping("k2", Instant.now().toString());
        await().until(() -> refused.sessionState() instanceof SessionState.Live);
        assertThat(List.of(living, refused)).allMatch(stream -> stream.sessionState() instanceof SessionState.Live);
    }

    /** The first stream works, and the second one was refused at its start. */
    private EventStream refusedBesideALivingOne(EventStreams all, int maxRetries) throws Exception {
        EventStream living = all.acquire("default", settings("p1", -1), "one");
        streamRequest("p1").ok().ping("k1", Instant.now().toString());
        await().until(() -> living.sessionState() instanceof SessionState.Live);
        EventStream refused = all.acquire("default", settings("p2", maxRetries), "two");
        streamRequest("p2").json(403, "{\"error\":\"forbidden\",\"code\":403}");
        await().until(() -> refused.sessionState() instanceof SessionState.Stopped);
        return refused;
    }

    private boolean isRetryPlanned() {
        return timers.pending().contains(TEN_MINUTES);
    }

    @Test
    void whatIsRefusedAtItsFirstStartBesideALivingStreamIsAskedForEveryTenMinutes() throws Exception {
        EventStream refused = refusedBesideALivingOne(open(Clock.systemUTC(), Ticker.SYSTEM), -1);
        for (int i = 0; i < 3; i++) {
            await().until(this::isRetryPlanned);
            timers.advance(TEN_MINUTES);
            streamRequest("p2").json(401, "{\"error\":\"unauthorized\",\"code\":401}");
        }

        await().until(this::isRetryPlanned);
        timers.advance(TEN_MINUTES);
        streamRequest("p2").ok().ping("k2", Instant.now().toString());
        await().until(() -> refused.sessionState() instanceof SessionState.Live);
        assertThat(isRetryPlanned()).isFalse();
    }

    @Test
    void aRefusedStreamStaysStoppedWhereItsRetriesAreLimited() throws Exception {
        EventStreams all = open(Clock.systemUTC(), Ticker.SYSTEM);
        EventStream refused = refusedBesideALivingOne(all, 3);

        // The session processes one message after the other, so it has completed the stop when it connects again.
        all.acquire("default", settings("p2", 3), "three");
        streamRequest("p2").json(403, "{\"error\":\"forbidden\",\"code\":403}");
        await().until(() -> refused.sessionState() instanceof SessionState.Stopped);

        assertThat(isRetryPlanned()).isFalse();
    }

    @Test
    void anEditMakesThePlannedRetryNeedless() throws Exception {
        EventStreams all = open(Clock.systemUTC(), Ticker.SYSTEM);
        EventStream refused = refusedBesideALivingOne(all, -1);
        await().until(this::isRetryPlanned);

        all.acquire("default", settings("p2", -1), "three");
        streamRequest("p2").ok().ping("k2", Instant.now().toString());
        await().until(() -> refused.sessionState() instanceof SessionState.Live);

        assertThat(isRetryPlanned()).isFalse();
    }

    @Test
    void noRetryOutlivesTheStreams() throws Exception {
        EventStreams all = open(Clock.systemUTC(), Ticker.SYSTEM);
        refusedBesideALivingOne(all, -1);
        await().until(this::isRetryPlanned);

        all.close();

        assertThat(isRetryPlanned()).isFalse();
    }

    @Test
    void nothingIsPlannedWhereEveryStreamIsRefused() throws Exception {
        EventStream only = open(Clock.systemUTC(), Ticker.SYSTEM).acquire("default", settings("p1", -1), "one");
        streamRequest("p1").json(403, "{\"error\":\"forbidden\",\"code\":403}");
        await().until(() -> only.sessionState() instanceof SessionState.Stopped);

        only.close();

        assertThat(timers.pending()).isEmpty();
    }

    @Test
    void eventsAreReceivedAtTheCloudsTime() throws IOException, InterruptedException {
        machine.set(NOW.plus(Duration.ofDays(1)));
        EventStream stream = open(machine, machine).acquire("default", settings("p1", -1), "files");
        Exchange exchange = streamRequest("p1");
        dated(exchange, "12:00:00");
        exchange.event("e1");
        await().until(() -> stream.journal().status().nextSequence() == 2);
        assertThat(stream.journal().status().lastReceived()).isEqualTo(NOW);
    }

    @Test
    void aStreamOpensWhileTheJournalOfAnotherOneTakesLongToOpen() throws Exception {
        SlowJournals slow = new SlowJournals(new LocalJournals(data), "p1/default");
        EventStreams all = open(Clock.systemUTC(), Ticker.SYSTEM, slow);
        CompletableFuture<EventStream> first = CompletableFuture.supplyAsync(() -> acquired(all, "p1"));
        assertThat(slow.asked.await(60, TimeUnit.SECONDS)).isTrue();

        EventStream second = all.acquire("default", settings("p2", -1), "files");

        assertThat(all.all()).containsExactly(second);
        assertThat(first).isNotDone();
        slow.mayOpen.countDown();
        EventStream opened = first.get(60, TimeUnit.SECONDS);
        assertThat(all.all()).containsExactly(opened, second);
    }

    @Test
    void subscribersThatComeWhileAStreamOpensGetTheSameStream() throws Exception {
        SlowJournals slow = new SlowJournals(new LocalJournals(data), "p1/default");
        EventStreams all = open(Clock.systemUTC(), Ticker.SYSTEM, slow);
        List<CompletableFuture<EventStream>> both = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> acquired(all, "p1")))
                .limit(2)
                .toList();
        assertThat(slow.asked.await(60, TimeUnit.SECONDS)).isTrue();
        slow.mayOpen.countDown();

        assertThat(both.get(0).get(60, TimeUnit.SECONDS)).isSameAs(both.get(1).get(60, TimeUnit.SECONDS));
    }

    @Test
    void aStreamThatIsOpenedWhileAllCloseIsClosedToo() throws Exception {
        SlowJournals slow = new SlowJournals(new LocalJournals(data), "p1/default");
        EventStreams all = open(Clock.systemUTC(), Ticker.SYSTEM, slow);
        CompletableFuture<EventStream> first = CompletableFuture.supplyAsync(() -> acquired(all, "p1"));
        assertThat(slow.asked.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(all::close);

        slow.mayOpen.countDown();

        closed.get(60, TimeUnit.SECONDS);
        await().until(first::isDone);
        assertThat(all.all()).isEmpty();
        // the folder's lock would refuse it while the first one has it open
        open(Clock.systemUTC(), Ticker.SYSTEM).acquire("default", settings("p1", -1), "files");
    }

    private static EventStream acquired(EventStreams all, String project) {
        try {
            return all.acquire("default", settings(project, -1), "files");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the journal of one stream only when it may. */
    private record SlowJournals(Journals journals, String slow, CountDownLatch asked, CountDownLatch mayOpen)
            implements Journals {
        SlowJournals(Journals journals, String slow) {
            this(journals, slow, new CountDownLatch(1), new CountDownLatch(1));
        }

        @Override
        public Opened open(Kind kind, String stream, JournalSettings settings, Surroundings surroundings)
                throws IOException {
            if (stream.equals(slow)) {
                asked.countDown();
                try {
                    assertThat(mayOpen.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return journals.open(kind, stream, settings, surroundings);
        }

        @Override
        public boolean isThere(Kind kind, String stream) {
            return journals.isThere(kind, stream);
        }
    }
}
