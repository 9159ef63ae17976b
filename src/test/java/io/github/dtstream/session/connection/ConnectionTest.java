package io.github.dtstream.session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.api.StreamFormat;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.cloud.http.CloudClientSettings;
import io.github.dtstream.cloud.token.Credentials;
import io.github.dtstream.event.Event;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.session.ScriptedServer;
import io.github.dtstream.session.ScriptedServer.Exchange;
import io.github.dtstream.session.ScriptedServer.Lines;
import io.github.dtstream.text.Secret;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One connection over a real socket; the time stands still until the test moves it. */
@Timeout(180)
class ConnectionTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    /** By the test's clock; in real time the limit is never reached. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(40);

    private static final ConnectionSettings JSON = settings(StreamFormat.JSON, StreamFilters.NONE, 10_000);

    private final ManualTime time = new ManualTime();
    /** How often readers have asked for the time: before the first read, and after each. */
    private final AtomicInteger timesAsked = new AtomicInteger();

    private final CloudClock clock = new CloudClock(new AskedClock(), time);
    private final MemoryBudget memory = new MemoryBudget(64 << 20);
    private final Supervisor supervisor = new Supervisor(clock, pause -> {});
    private final ScriptedServer server = new ScriptedServer();
    private final CloudClient cloud = new CloudClient(
            CloudClientSettings.of(server.apiUrl(), "dt-stream-router/test"),
            new Credentials.OAuth2("key1", new Secret("secret"), "sa@example.com", server.tokenUrl(), false),
            clock);
    private final HttpConnections connections = new HttpConnections(
            "dt-stream-p1", cloud, clock, time, supervisor.group("connections", "nothing is read"), memory);

    /** All calls of sink, watcher and listener, in order. */
    private final List<String> told = new CopyOnWriteArrayList<>();

    private final Sink sink = new Sink();
    private final AtomicReference<@Nullable Fault> fault = new AtomicReference<>();
    private final Listener listener = new Listener();

    ConnectionTest() throws IOException {}

    private static ConnectionSettings settings(StreamFormat format, StreamFilters filters, int maxEventSize) {
        return new ConnectionSettings("p1", format, filters, Duration.ofMillis(1500), SILENCE_LIMIT, maxEventSize);
    }

    @AfterEach
    void close() throws IOException {
        connections.close();
        cloud.close();
        server.close();
    }

    private static ConditionFactory await() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    private StreamConnection connection() {
        return connections.connection(JSON, sink, listener);
    }

    private StreamConnection started() {
        StreamConnection connection = connection();
        connection.start();
        return connection;
    }

    /** The head of the answer, with its date. */
    private Exchange answered(@Nullable String date) throws InterruptedException {
        String line = date == null ? "" : "Date: " + date + "\r\n";
        return server.next()
                .raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + line
                        + "Transfer-Encoding: chunked\r\n\r\n");
    }

    private void awaitTold(String... expected) {
        await().untilAsserted(() -> assertThat(told).containsExactly(expected));
    }

    /**
     * Waits until the first ping was passed on and the reader waits for more. What is told before the reader waits again
     * happens while the sink is called, in which time does not count as silence.
     */
    private void awaitReadingAgain() {
        await().until(() -> told.contains("complete") && sink.reader != null && Readers.waitsForBytes(sink.reader));
    }

    private Fault awaitEnd() {
        await().until(() -> fault.get() != null);
        return fault.get();
    }

    private static String ping(String id, int second) {
        return Lines.ping(id, NOON.plusSeconds(second).toString());
    }

    @Test
    void passesOnTogetherWhatOneReadBringsAndTellsThenThatItIsLiveAndComplete() throws Exception {
        StreamConnection connection = started();
        Exchange exchange = server.next().ok();
        assertThat(connection.isLive()).isFalse();
        assertThat(connection.completeFrom()).isNull();
        exchange.chunk(ping("k1", 3) + Lines.event("e1") + ping("k2", 4));
        awaitTold("received k1 e1 k2", "live", "complete");
        assertThat(connection.isLive()).isTrue();
        assertThat(connection.completeFrom()).as("the first ping").isEqualTo(NOON.plusSeconds(3));
        exchange.chunk(Lines.event("e2"));
        awaitTold("received k1 e1 k2", "live", "complete", "received e2");
    }

    @Test
    void isLiveBeforeItIsKnownSinceWhenItIsComplete() throws Exception {
        StreamConnection connection = started();
        Exchange exchange = answered("Thu, 01 Jan 2026 12:00:00 GMT");
        exchange.event("e1", "2025-12-30T08:00:00Z");
        awaitTold("received e1", "live");
        assertThat(connection.completeFrom()).as("it may have been sent late").isNull();
        exchange.event("e2", "no time").ping("k1", "2026-01-01T12:00:07Z");
        await().until(() -> told.contains("complete"));
        assertThat(connection.completeFrom()).isEqualTo(NOON.plusSeconds(7));
    }

    @Test
    void beginsWithTheAnswerWhereAnEventWasStampedAsTheAnswerSays() throws Exception {
        StreamConnection connection = started();
        answered("Thu, 01 Jan 2026 12:00:00 GMT").event("e1", "2026-01-01T11:59:50Z");
        awaitTold("received e1", "live", "complete");
        assertThat(connection.completeFrom()).isEqualTo(NOON);
    }

    @Test
    void beginsWithTheEventWhereItWasStampedAfterTheAnswer() throws Exception {
        StreamConnection connection = started();
        answered("Thu, 01 Jan 2026 12:00:00 GMT").event("e1", "2026-01-01T12:00:10Z");
        awaitTold("received e1", "live", "complete");
        assertThat(connection.completeFrom()).isEqualTo(NOON.plusSeconds(10));
    }

    @Test
    void takesAnEventThatDiffersFromTheAnswerForNoBeginning() throws Exception {
        StreamConnection connection = started();
        Exchange exchange = answered("Thu, 01 Jan 2026 12:00:00 GMT");
        exchange.event("e1", "2026-01-01T12:00:10.001Z").event("e2", "2026-01-01T11:59:49.999Z");
        await().until(() -> String.join(" ", told).contains("e2"));
        assertThat(connection.completeFrom()).isNull();
        assertThat(told).doesNotContain("complete");
    }

    @Test
    void beginsWithTheNewestEventWhereTheClockIsBehindAndTheAnswerHasNoDate() throws Exception {
        StreamConnection connection = started();
        server.next().ok().event("e1", "2026-01-01T12:05:00Z");
        awaitTold("received e1", "live", "complete");
        assertThat(connection.completeFrom()).isEqualTo(NOON.plusSeconds(300));
    }

    @Test
    void beginsByTheClockWhereEventsAreOlderAndTheAnswerHasNoDate() throws Exception {
        StreamConnection connection = started();
        server.next().ok().event("e1", "2026-01-01T11:00:00Z");
        awaitTold("received e1", "live", "complete");
        assertThat(connection.completeFrom()).isEqualTo(NOON);
    }

    @Test
    void beginsByTheClockWhereNoPingComesForLongerThanASilenceMayLast() throws Exception {
        StreamConnection connection = started();
        Exchange exchange = answered("Thu, 01 Jan 2026 12:00:00 GMT");
        for (int i = 0; i < 3; i++) {
            exchange.event("e" + i, "2025-12-30T08:00:00Z");
            String last = "e" + i;
            await().until(() -> told.contains("received " + last));
            assertThat(connection.completeFrom()).isNull();
            time.advance(SILENCE_LIMIT.dividedBy(2));
        }
        exchange.event("e3", "2025-12-30T08:00:00Z");
        await().until(() -> told.contains("complete"));
        assertThat(connection.completeFrom())
                .isEqualTo(NOON.plus(SILENCE_LIMIT.dividedBy(2).multipliedBy(3)));
    }

    @Test
    void stampsTheFirstEventsWithTheTimeThatTheCloudHasJustTold() throws Exception {
        started();
        Exchange exchange = answered("Thu, 01 Jan 2026 15:00:00 GMT");
        exchange.event("e1");
        awaitTold("received e1", "live");
        assertThat(sink.times).containsExactly(NOON.plus(Duration.ofHours(3)));
        assertThat(clock.instant()).isEqualTo(NOON.plus(Duration.ofHours(3)));
        exchange.ping("k1", "2026-01-01T16:00:00Z");
        await().until(() -> told.contains("complete"));
        assertThat(clock.instant()).as("a ping is worth more than a date").isEqualTo(NOON.plus(Duration.ofHours(4)));
        assertThat(sink.times)
                .as("what followed was received by the clock as it was")
                .endsWith(NOON.plus(Duration.ofHours(3)));
    }

    @Test
    void holdsRecordsThatAreNoEventsInDoubtUntilAnEventShowsThatThisIsTheStream() throws Exception {
        started();
        Exchange exchange = server.next().ok();
        exchange.chunk("no json\n{}\n" + "x".repeat(10_001) + "\n");
        exchange.chunk(ping("k1", 1) + "bad\n");
        await().until(() -> told.contains("complete"));
        assertThat(told)
                .hasSize(7)
                .endsWith("received k1", "live", "complete")
                .satisfies(all -> assertThat(all.subList(0, 4)).allMatch(each -> each.startsWith("rejected ")));
        assertThat(told.get(0)).endsWith(" no json");
        assertThat(told.get(1)).endsWith(" {}");
        assertThat(told.get(2)).isEqualTo("rejected longer than is kept: 10001 bytes: " + "x".repeat(1024));
        assertThat(told.get(3)).as("of the same read, after the ping").endsWith(" bad");
        exchange.chunk("bad again\n");
        await().until(() -> told.size() == 8);
        assertThat(told.get(7)).endsWith(" bad again");
    }

    @Test
    void takesAHundredRecordsInDoubtAndNoMore() throws Exception {
        started();
        Exchange exchange = server.next().ok();
        exchange.chunk("junk\n".repeat(100));
        exchange.chunk(ping("k1", 1));
        await().until(() -> told.contains("complete"));
        assertThat(told).hasSize(103);

        started();
        server.next().ok().chunk("junk\n".repeat(101));
        assertThat(awaitEnd().kind()).isEqualTo(FaultKind.WEATHER);
        assertThat(fault.get().summary()).contains("which brings 'junk' and no event");
        assertThat(told).hasSize(104).endsWith("ended");
    }

    @Test
    void takesAMegabyteOfRecordsInDoubtAndNoMore() throws Exception {
        started();
        Exchange exchange = server.next().ok();
        for (int i = 0; i < 99; i++) {
            exchange.chunk("a" + "b".repeat(9_999) + "\n");
        }
        exchange.chunk(ping("k1", 1));
        await().until(() -> told.contains("complete"));
        told.clear();

        connections
                .connection(settings(StreamFormat.JSON, StreamFilters.NONE, 20_000), sink, listener)
                .start();
        Exchange page = server.next().ok();
        for (int i = 0; i < 70; i++) {
            page.offer("c" + "d".repeat(15_999) + "\n");
        }
        assertThat(awaitEnd().summary()).contains("which brings 'c" + "d".repeat(79) + "…' and no event");
        awaitTold("ended");
    }

    @Test
    void takesAPageForNoStreamWhenItEnds() throws Exception {
        started();
        server.next().ok().chunk("<html>\u0007You are\r\n</html>\n").end();
        assertThat(awaitEnd().kind()).isEqualTo(FaultKind.WEATHER);
        assertThat(fault.get().summary()).contains("which brings '<html> You are' and no event");
        awaitTold("ended");
    }

    @Test
    void endsByTheFirstErrorRecordAndPassesOnWhatCameWithIt() throws Exception {
        started();
        Exchange exchange = server.next().ok();
        String token = exchange.header("Authorization").substring("Bearer ".length());
        exchange.chunk(Lines.event("e1")
                + Lines.error(13, "upstream " + token)
                + Lines.error(7, "second")
                + Lines.event("e2"));
        assertThat(awaitEnd().summary())
                .contains("upstream ")
                .doesNotContain(token)
                .doesNotContain("second");
        awaitTold("received e1 e2", "live", "complete", "ended");
        exchange.awaitClosed();
    }

    @Test
    void endsByAnErrorRecordThoughOnlyJunkCameBefore() throws Exception {
        started();
        server.next().ok().chunk("junk\n" + Lines.error(7, "no right"));
        assertThat(awaitEnd().kind()).isEqualTo(FaultKind.PERMANENT);
        awaitTold("ended");
    }

    @Test
    void passesOnAWholeEventWithoutALineEndAndTellsOfARecordThatWasCut() throws Exception {
        started();
        server.next()
                .ok()
                .chunk(ping("k1", 1) + Lines.event("e1").stripTrailing())
                .end();
        awaitEnd();
        assertThat(told.subList(told.indexOf("live"), told.size()))
                .containsExactly("live", "complete", "received e1", "ended");
        told.clear();
        fault.set(null);

        started();
        server.next().ok().chunk(ping("k2", 2) + "{\"result\":{\"ev").end();
        awaitEnd();
        awaitTold("received k2", "live", "complete", "truncated", "ended");
    }

    @Test
    void saysHowLongItLivedAndWhetherItDelivered() throws Exception {
        StreamConnection connection = started();
        Exchange exchange = server.next().ok();
        time.advance(Duration.ofSeconds(1));
        assertThat(connection.life().lived()).isEqualTo(Duration.ofSeconds(1));
        assertThat(connection.life().delivered()).isFalse();
        exchange.chunk(ping("k1", 1));
        await().until(() -> told.contains("complete"));
        time.advance(Duration.ofMillis(1500));
        assertThat(connection.life().lived()).isEqualTo(Duration.ofMillis(2500));
        assertThat(connection.life().delivered()).isTrue();
        exchange.end();
        assertThat(awaitEnd().summary()).isEqualTo("the cloud ended the stream after 2500 ms");
    }

    @Test
    void endsForItsSilenceHoweverManyOtherBytesCome() throws Exception {
        started();
        Exchange exchange = server.next().ok().chunk(ping("k1", 0));
        awaitReadingAgain();
        time.advance(SILENCE_LIMIT.minusSeconds(1));
        exchange.chunk("\n\njunk\n");
        await().until(() -> told.stream().anyMatch(each -> each.startsWith("rejected")));
        awaitReadingAgain();
        time.advance(Duration.ofSeconds(1));
        assertThat(awaitEnd().kind()).isEqualTo(FaultKind.TRANSIENT);
        assertThat(fault.get().summary())
                .isEqualTo("no event and no ping was received from the event stream of project p1 for longer than is"
                        + " allowed, only blank lines, comments or half records");
        exchange.awaitClosed();
    }

    @Test
    void saysWhatCameInsteadOfEventsWhenItEndsForItsSilence() throws Exception {
        started();
        Exchange exchange = server.next().ok();
        await().until(() -> !time.pending().isEmpty());
        int before = timesAsked.get();
        exchange.chunk("junk of a proxy\n");
        await().until(() -> timesAsked.get() > before + 1);
        await().until(() -> {
            // only until the timer has rung: beyond that, the reader would think that it stood still
            if (!time.pending().isEmpty()) {
                time.advance(Duration.ofSeconds(1));
            }
            return fault.get() != null;
        });
        assertThat(fault.get().summary()).endsWith("for longer than is allowed, only 'junk of a proxy'");
    }

    @Test
    void doesNotTrustWhatItReadsAfterTheProcessStoodStill() throws Exception {
        started();
        Exchange exchange = server.next().ok().chunk(ping("k1", 0));
        awaitReadingAgain();
        time.stall(SILENCE_LIMIT.plusSeconds(3));
        exchange.chunk(Lines.event("lost"));
        assertThat(awaitEnd().kind()).isEqualTo(FaultKind.TRANSIENT);
        assertThat(fault.get().summary())
                .isEqualTo("the process or the machine stood still for 43 s, and what the cloud sent meanwhile may be"
                        + " missing from the stream");
        awaitTold("received k1", "live", "complete", "ended");
    }

    @Test
    void endsAfterTheSinkHeldItForLongerThanASilenceMayLast() throws Exception {
        sink.before = () -> time.stall(SILENCE_LIMIT.plusSeconds(1));
        started();
        server.next().ok().chunk(ping("k1", 0));
        assertThat(awaitEnd().summary()).startsWith("the journal took nothing for 41 s, and ");
        awaitTold("received k1", "live", "complete", "ended");
    }

    @Test
    void showsWhatIsPassedOnToTheOneThatWatchesAndOnlyWhileItWatches() throws Exception {
        StreamConnection connection = started();
        Exchange exchange = server.next().ok().chunk(ping("k1", 0));
        await().until(() -> told.contains("complete"));
        told.clear();
        connection.showTo(events -> told.add("shown " + ids(events)));
        exchange.chunk(Lines.event("e1"));
        awaitTold("received e1", "shown e1");
        connection.showTo(null);
        exchange.chunk(Lines.event("e2"));
        awaitTold("received e1", "shown e1", "received e2");
    }

    @Test
    void takesItsBuffersFromTheMemoryBudgetWhileItReads() throws Exception {
        assertThat(memory.used()).containsEntry(Holder.READING, 0L);
        started();
        Exchange exchange = server.next().ok().chunk(ping("k1", 0));
        await().until(() -> told.contains("complete"));
        assertThat(memory.used()).containsEntry(Holder.READING, 3L * 64 * 1024);
        exchange.end();
        awaitEnd();
        await().untilAsserted(() -> assertThat(memory.used()).containsEntry(Holder.READING, 0L));
    }

    @Test
    void endsAtOnceWhenItIsAborted() throws Exception {
        StreamConnection connection = started();
        Exchange exchange = server.next().ok().chunk(ping("k1", 0));
        await().until(() -> told.contains("complete"));
        connection.abort();
        assertThat(awaitEnd().kind()).isEqualTo(FaultKind.TRANSIENT);
        exchange.awaitClosed();
        connection.join(Duration.ofSeconds(30), Duration.ZERO);
        assertThat(time.pending()).as("timers of its silence").isEmpty();
    }

    @Test
    void isWokenFromASinkThatBlocksWhenItIsJoined() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        sink.before = () -> {
            inside.countDown();
            never.await();
        };
        StreamConnection connection = started();
        server.next().ok().chunk(ping("k1", 0));
        inside.await();
        connection.abort();
        connection.join(Duration.ofMillis(1), Duration.ofSeconds(30));
        assertThat(awaitEnd().summary()).isEqualTo("the connection was closed");
        awaitTold("ended");
    }

    @Test
    void tellsItsEndOnceThoughItsWorkIsRunAgainAfterAFailure() throws Exception {
        sink.before = () -> {
            throw new IllegalStateException("injected");
        };
        StreamConnection connection = started();
        Exchange exchange = server.next().ok().chunk(ping("k1", 0));
        assertThat(awaitEnd().summary()).isEqualTo("reading the stream failed unexpectedly; see the log");
        exchange.awaitClosed();
        connection.join(Duration.ofSeconds(30), Duration.ZERO);
        awaitTold("ended");
        assertThat(supervisor.reports())
                .singleElement()
                .satisfies(report -> assertThat(report.failures()).isEqualTo(1));
    }

    @Test
    void tellsItsEndAgainWhereTellingItHasFailed() throws Exception {
        listener.failures = 2;
        StreamConnection connection = started();
        server.next().ok().chunk(ping("k1", 0)).end();
        awaitEnd();
        connection.join(Duration.ofSeconds(30), Duration.ZERO);
        awaitTold("received k1", "live", "complete", "ended");
        assertThat(fault.get().summary()).startsWith("reading the stream failed");
    }

    @Test
    void hasNoCredentialsToReplaceBeforeItWasOpened() throws Exception {
        StreamConnection connection = connection();
        assertThat(connection.invalidateCredentials()).isFalse();
        connection.start();
        Exchange first = server.next().ok().chunk(ping("k1", 0));
        await().until(() -> told.contains("complete"));
        assertThat(connection.invalidateCredentials()).isTrue();
        started();
        assertThat(server.next().header("Authorization")).isNotEqualTo(first.header("Authorization"));
    }

    @Test
    void asksForWhatTheSettingsSayAndNumbersItsThreads() throws Exception {
        StreamFilters filters = new StreamFilters(
                List.of("touch", "temperature"), List.of("d1"), List.of("ccon"), List.of("102058"), List.of("a=b"));
        StreamConnection named =
                connections.connection(settings(StreamFormat.EVENT_STREAM, filters, 10_000), sink, listener);
        named.start();
        Exchange exchange = server.next();
        assertThat(exchange.header("Accept")).isEqualTo("text/event-stream");
        assertThat(exchange.target())
                .isEqualTo("/v2/projects/p1/devices:stream?event_types=touch&event_types=temperature&device_ids=d1"
                        + "&device_types=ccon&product_numbers=102058&label_filters=a%3Db&ping_interval=1.5s");
        exchange.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        exchange.chunk("data: " + ping("k1", 0) + "\n");
        awaitTold("received k1", "live", "complete");
        assertThat(sink.threads).containsExactly("dt-stream-p1-1");

        started();
        server.next().ok().chunk(ping("k2", 0));
        await().until(() -> sink.threads.size() == 2);
        assertThat(sink.threads).endsWith("dt-stream-p1-2");
    }

    private static String ids(List<Event> events) {
        return events.stream().map(Event::eventId).collect(Collectors.joining(" "));
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private final class AskedClock extends Clock {
        @Override
        public Instant instant() {
            if (Thread.currentThread().getName().startsWith("dt-stream-p1")) {
                timesAsked.incrementAndGet();
            }
            return time.instant();
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

    private final class Sink implements RecordSink {
        private final List<Instant> times = new CopyOnWriteArrayList<>();
        private final List<String> threads = new CopyOnWriteArrayList<>();
        private volatile Step before = () -> {};
        private volatile @Nullable Thread reader;

        @Override
        public void received(Received records) throws InterruptedException {
            before.run();
            times.add(records.at());
            threads.add(Thread.currentThread().getName());
            reader = Thread.currentThread();
            told.add("received " + ids(records.events()));
        }

        @Override
        public void rejected(String reason, byte[] record, Instant received) {
            told.add("rejected " + reason + ": " + new String(record, StandardCharsets.UTF_8));
        }

        @Override
        public void truncated() {
            told.add("truncated");
        }
    }

    private final class Listener implements ConnectionListener {
        private int failures;

        @Override
        public void live(StreamConnection connection) {
            told.add("live");
        }

        @Override
        public void complete(StreamConnection connection) {
            told.add("complete");
        }

        @Override
        public void ended(StreamConnection connection, Fault ended) {
            if (failures > 0) {
                failures--;
                throw new IllegalStateException("injected");
            }
            told.add("ended");
            fault.set(ended);
        }
    }
}
