package io.github.dtstream.session;

import static org.awaitility.Awaitility.await;

import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.api.StreamFormat;
import io.github.dtstream.cloud.http.CloudClientSettings;
import io.github.dtstream.cloud.token.Credentials;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.session.connection.Readers;
import io.github.dtstream.session.handover.RecordingSink;
import io.github.dtstream.text.Secret;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.ManualTime;
import io.github.dtstream.time.Timers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A session with a scripted server, and everything that it passed on and reported. */
final class SessionFixture implements AutoCloseable {
    static final String SECRET = "the-very-secret";
    private static final Duration PING_INTERVAL = Duration.ofSeconds(10);
    /** So that tests may move the time by an hour; tests of silence have their own limit. */
    private static final Duration PING_JITTER = Duration.ofHours(2);

    private static final int RETRIES = 5;
    static final StreamSettings SETTINGS = withRetries(RETRIES);

    final ScriptedServer server;
    final ManualTime time = new ManualTime();
    final CloudClock clock = time.cloudClock();
    final RecordingSink sink = new RecordingSink();
    final Supervisor supervisor = new Supervisor(clock, pause -> {});
    final List<SessionState> states = new CopyOnWriteArrayList<>();
    /** The error of the next call of the listener. */
    final AtomicReference<@Nullable Error> fails = new AtomicReference<>();

    /** The error of the next call of the listener about a gap. */
    final AtomicReference<@Nullable Error> failsAtGap = new AtomicReference<>();

    final List<String> gaps = new CopyOnWriteArrayList<>();
    final CloudClient cloud;
    final StreamSession session;

    SessionFixture(StreamSettings settings) throws IOException {
        this(settings, false);
    }

    final MemoryBudget memory = new MemoryBudget(64 << 20);

    SessionFixture(StreamSettings settings, boolean tokenAsParameter) throws IOException {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        server = new ScriptedServer();
        Credentials credentials = new Credentials.OAuth2(
                "key1", new Secret(SECRET), "sa@example.com", server.tokenUrl(), tokenAsParameter);
        cloud = new CloudClient(CloudClientSettings.of(server.apiUrl(), "dt-stream-router/test"), credentials, clock);
        session = new StreamSession(
                settings,
                cloud,
                sink,
                List.of(new Recorder()),
                clock,
                new Random(7),
                timers(settings),
                supervisor,
                memory);
    }

    /** Without timers for silence, unless silence is tested. */
    private Timers timers(StreamSettings settings) {
        Duration silence = settings.silenceLimit();
        boolean isTested = silence.compareTo(PING_JITTER) < 0;
        return (delay, task) -> delay.equals(silence) && !isTested ? Timers.Timer.NONE : time.after(delay, task);
    }

    static SessionFixture started() throws IOException {
        return started(SETTINGS);
    }

    static SessionFixture started(StreamSettings settings) throws IOException {
        SessionFixture fixture = new SessionFixture(settings);
        fixture.session.start();
        return fixture;
    }

    <T extends SessionState> T awaitState(Class<T> type) {
        await("state " + type.getSimpleName()).until(() -> type.isInstance(session.state()));
        return type.cast(session.state());
    }

    void awaitEvents(String... eventIds) {
        await().untilAsserted(() ->
                org.assertj.core.api.Assertions.assertThat(sink.eventIds()).containsExactly(eventIds));
    }

    /** Waits until the reader that has passed on events waits for bytes again: until then the time does not count. */
    void awaitReadingAgain() {
        await().until(() -> {
            Thread reader = sink.caller;
            return reader != null && Readers.waitsForBytes(reader);
        });
    }

    /** Waits until the next attempt is planned, which is after the state that tells of it, and moves the time. */
    void advanceOverTheRetry(Duration time) {
        this.time.awaitTimers(1);
        this.time.advance(time);
    }

    private static void throwOnce(AtomicReference<@Nullable Error> failure) {
        Error next = failure.getAndSet(null);
        if (next != null) {
            throw next;
        }
    }

    /** Waits until a failure of that thread is counted, as health and metrics show it. */
    void awaitFailure(String thread) {
        await("failure of " + thread)
                .until(() -> supervisor.reports().stream()
                        .anyMatch(report ->
                                report.name().equals(thread) && report.failures() == 1 && report.lastFailed() != null));
    }

    @Override
    public void close() throws IOException {
        session.close();
        cloud.close();
        server.close();
    }

    static StreamSettings withRetries(int maxRetries) {
        return settings(StreamFormat.JSON, PING_INTERVAL, PING_JITTER, maxRetries, Duration.ZERO);
    }

    static StreamSettings with(StreamFormat format) {
        return settings(format, PING_INTERVAL, PING_JITTER, RETRIES, Duration.ZERO);
    }

    static StreamSettings withSilenceLimit(Duration pingInterval, Duration pingJitter) {
        return settings(StreamFormat.JSON, pingInterval, pingJitter, RETRIES, Duration.ZERO);
    }

    static StreamSettings withRenewal(Duration period) {
        return withRenewal(period, RETRIES);
    }

    static StreamSettings withRenewal(Duration period, int maxRetries) {
        return settings(StreamFormat.JSON, PING_INTERVAL, PING_JITTER, maxRetries, period);
    }

    private static StreamSettings settings(
            StreamFormat format, Duration pingInterval, Duration pingJitter, int maxRetries, Duration renewalPeriod) {
        return new StreamSettings(
                "p1",
                format,
                StreamFilters.NONE,
                pingInterval,
                pingJitter,
                1 << 20,
                maxRetries,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                renewalPeriod);
    }

    private final class Recorder implements SessionListener {
        @Override
        public void stateChanged(SessionState state) {
            throwOnce(fails);
            states.add(state);
        }

        @Override
        public void interrupted(Instant lastReceived, String reason) {
            throwOnce(failsAtGap);
            gaps.add("from " + lastReceived);
        }

        @Override
        public void resumed(Instant firstReceived, Instant past) {
            gaps.add("to " + firstReceived);
        }
    }
}
