package io.github.dtstream.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.session.ScriptedServer.Exchange;
import io.github.dtstream.session.ScriptedServer.Lines;
import io.github.dtstream.session.SessionState.Connecting;
import io.github.dtstream.session.SessionState.Live;
import io.github.dtstream.session.SessionState.Outcome;
import io.github.dtstream.session.SessionState.Stopped;
import io.github.dtstream.session.SessionState.Waiting;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSessionTest {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(5);

    @Test
    void isLiveWithTheFirstByteOfTheBodyOnly() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange exchange = fixture.server.next().ok();
            assertThat(fixture.session.state()).isInstanceOf(Connecting.class);
            assertThat(fixture.gaps).isEmpty();
            exchange.raw("1\r\n{\r\n");
            fixture.awaitState(Live.class);
            await().until(() -> fixture.gaps.size() == 1);
            assertThat(fixture.gaps).containsExactly("to " + fixture.time.instant());
            assertThat(fixture.sink.eventIds()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(StreamFormat.class)
    void passesOnEventsOfBothFormatsWhereverTheChunksEnd(StreamFormat format) throws Exception {
        try (SessionFixture fixture = SessionFixture.started(SessionFixture.with(format))) {
            Exchange exchange = fixture.server.next().ok();
            assertThat(exchange.header("Accept")).isEqualTo(format.mediaType());
            String prefix = format == StreamFormat.JSON ? "" : "data: ";
            String suffix = format == StreamFormat.JSON ? "" : "\n";
            String text = prefix
                    + Lines.event("e1")
                    + suffix
                    + prefix
                    + Lines.ping("k1", "2026-01-01T00:00:00Z")
                    + suffix
                    + prefix
                    + Lines.event("e2")
                    + suffix;
            for (int i = 0; i < text.length(); i += 7) {
                exchange.chunk(text.substring(i, Math.min(text.length(), i + 7)));
            }
            fixture.awaitEvents("e1", "k1", "e2");
        }
    }

    @Test
    void setsRecordsAsideThatAreNoEventsAndGoesOn() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server
                    .next()
                    .ok()
                    .event("e1")
                    .chunk("no json\n\n{\"result\":{}}\n")
                    .event("e2");
            fixture.awaitEvents("e1", "e2");
            assertThat(fixture.sink.rejected).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"code\":4,\"message\":\"deadline\",\"details\":[]}}\n",
                "{\"error\":{\"code\":1,\"message\":\"cancelled\",\"details\":[]}}",
                "{\"error\":{\"code\":408,\"message\":\"timeout\",\"details\":[]}}\n",
                "{\"error\":{\"grpcCode\":1,\"httpCode\":408,\"message\":\"closing stream\",\"details\":[]}}\n",
                "{\"error\":\"gateway timeout\",\"code\":504,\"help\":\"\"}\n",
                ""
            })
    void reconnectsAtOnceWhenTheHourIsUp(String lastLine) throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange exchange = fixture.server.next().ok().event("e1");
            fixture.awaitEvents("e1");
            String last = fixture.time.instant().toString();
            fixture.time.advance(Duration.ofHours(1));
            (lastLine.isEmpty() ? exchange : exchange.chunk(lastLine)).end();
            fixture.server.next().ok().event("e2");
            fixture.awaitEvents("e1", "e2");
            String now = fixture.time.instant().toString();
            assertThat(fixture.states).noneMatch(Waiting.class::isInstance);
            await().untilAsserted(
                            () -> assertThat(fixture.gaps).containsExactly("to " + last, "from " + last, "to " + now));
            assertThat(fixture.sink.rejected).isEmpty();
        }
    }

    @Test
    void takesAnEndThatComesTooSoonForAFailure() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server.next().ok().event("e1").end();
            assertThat(fixture.awaitState(Waiting.class).failures()).isEqualTo(1);
            fixture.time.advance(Duration.ofSeconds(1));
            Exchange silent = fixture.server.next().ok();
            fixture.time.advance(LONG_ENOUGH);
            silent.end();
            await().until(() -> fixture.session.state() instanceof Waiting waiting && waiting.failures() == 2);
        }
    }

    @ParameterizedTest
    @CsvSource({"500, 1, 1", "503, 1, 1", "504, 10, 10", "502, 0, 1", "429, 5, 5", "408, 0, 1", "499, 0, 1"})
    void waitsAfterAnAnswerThatMayPass(int status, long leastSeconds, long mostSeconds) throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server.next().json(status, "{\"error\":\"sorry\",\"code\":%d,\"help\":\"\"}".formatted(status));
            Waiting waiting = fixture.awaitState(Waiting.class);
            assertThat(Duration.between(waiting.since(), waiting.until()))
                    .isBetween(Duration.ofSeconds(leastSeconds), Duration.ofSeconds(mostSeconds));
            assertThat(waiting.reason().summary()).contains(String.valueOf(status), "sorry");
            assertThat(fixture.server.isQuiet()).isTrue();
            fixture.time.awaitTimers(1);
            fixture.time.advance(Duration.ofSeconds(mostSeconds));
            fixture.server.next().ok().event("e1");
            fixture.awaitEvents("e1");
            // the session's own thread tells it, perhaps after the event has come
            await().untilAsserted(() -> assertThat(fixture.gaps).hasSize(1));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "13, 1", "14, 1", "8, 5", "500, 1", "77, 0"})
    void waitsAfterAnErrorInsideTheStream(int code, long leastSeconds) throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange exchange = fixture.server.next().ok().event("e1");
            fixture.awaitEvents("e1");
            fixture.time.advance(LONG_ENOUGH);
            exchange.chunk(Lines.error(code, "oh")).end();
            Waiting waiting = fixture.awaitState(Waiting.class);
            assertThat(Duration.between(waiting.since(), waiting.until()))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(leastSeconds));
        }
    }

    @Test
    void honoursRetryAfterInBothForms() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server.next().json(429, "{}", "Retry-After: 17");
            Waiting first = fixture.awaitState(Waiting.class);
            assertThat(first.until()).isEqualTo(first.since().plusSeconds(17));
            fixture.time.awaitTimers(1);
            fixture.time.advance(Duration.ofSeconds(17));
            fixture.server.next().json(503, "{}", "Retry-After: Thu, 01 Jan 2026 12:01:00 GMT");
            await().until(() -> fixture.session.state() instanceof Waiting waiting && waiting.failures() == 2);
            assertThat(((Waiting) fixture.session.state()).until()).isEqualTo("2026-01-01T12:01:00Z");
        }
    }

    @ParameterizedTest
    @CsvSource({"400, filters", "403, role", "404, dt.project-id", "405, dt.api-url", "501, dt.api-url"})
    void stopsAtWhatWillNotPassAndSaysWhatToChange(int status, String hint) throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server.next().json(status, "{\"error\":\"nope\",\"code\":%d}".formatted(status));
            Stopped stopped = fixture.awaitState(Stopped.class);
            assertThat(stopped.outcome()).isEqualTo(Outcome.PERMANENT);
            assertThat(stopped.reason()).contains(hint);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 7})
    void stopsWhenPermissionIsTakenAwayInsideTheStream(int code) throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server
                    .next()
                    .ok()
                    .event("e1")
                    .chunk(Lines.error(code, "no access"))
                    .end();
            assertThat(fixture.awaitState(Stopped.class).outcome()).isEqualTo(Outcome.PERMANENT);
            fixture.awaitEvents("e1");
            assertThat(fixture.gaps).hasSize(2);
        }
    }

    @Test
    void triesAFreshTokenOnceAfterA401() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange first = fixture.server.next();
            assertThat(first.header("Authorization")).isEqualTo("Bearer token-1");
            first.json(401, "{\"error\":\"unauthorized\",\"code\":401,\"help\":\"\"}");
            Exchange second = fixture.server.next();
            assertThat(second.header("Authorization")).isEqualTo("Bearer token-2");
            second.json(401, "{\"error\":\"unauthorized\",\"code\":401,\"help\":\"\"}");
            assertThat(fixture.awaitState(Stopped.class).outcome()).isEqualTo(Outcome.CREDENTIALS);
            assertThat(fixture.server.tokenRequests()).hasSize(2);
        }
    }

    @Test
    void goesOnWithAFreshTokenAfterA401InsideTheStream() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server
                    .next()
                    .ok()
                    .event("e1")
                    .chunk(Lines.error(16, "token expired"))
                    .end();
            Exchange second = fixture.server.next();
            assertThat(second.header("Authorization")).isEqualTo("Bearer token-2");
            second.ok().event("e2");
            fixture.awaitEvents("e1", "e2");
        }
    }

    @Test
    void givesUpWhenRetriesAreUsedUp() throws Exception {
        try (SessionFixture fixture = SessionFixture.started(SessionFixture.withRetries(2))) {
            for (int attempt = 1; attempt <= 2; attempt++) {
                fixture.server.next().reset();
                int failures = attempt;
                await().until(() ->
                        fixture.session.state() instanceof Waiting waiting && waiting.failures() == failures);
                fixture.time.awaitTimers(1);
                fixture.time.advance(Duration.ofSeconds(60));
            }
            fixture.server.next().reset();
            assertThat(fixture.awaitState(Stopped.class).outcome()).isEqualTo(Outcome.GIVEN_UP);
        }
    }

    @Test
    void countsFailuresAnewAfterAPing() throws Exception {
        try (SessionFixture fixture = SessionFixture.started(SessionFixture.withRetries(2))) {
            for (int round = 0; round < 4; round++) {
                fixture.server.next().reset();
                fixture.awaitState(Waiting.class);
                fixture.time.awaitTimers(1);
                fixture.time.advance(Duration.ofSeconds(60));
                fixture.server
                        .next()
                        .ok()
                        .ping("k" + round, "2026-01-01T12:00:00Z")
                        .reset();
                await().until(() -> fixture.session.state() instanceof Waiting waiting && waiting.failures() == 1);
                fixture.time.awaitTimers(1);
                fixture.time.advance(Duration.ofSeconds(60));
            }
            assertThat(fixture.sink.eventIds()).hasSize(4);
        }
    }

    @Test
    void retriesWhileTheServerRefusesConnections() throws Exception {
        try (SessionFixture fixture = new SessionFixture(SessionFixture.SETTINGS)) {
            fixture.server.stopListening();
            fixture.session.start();
            assertThat(fixture.awaitState(Waiting.class).reason().summary()).contains("connect");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void seesAPeerThatIsGoneWithoutAWord(boolean afterAnEvent) throws Exception {
        StreamSettings settings = SessionFixture.withSilenceLimit(Duration.ofMillis(200), Duration.ofMillis(100));
        try (SessionFixture fixture = SessionFixture.started(settings)) {
            Exchange exchange = fixture.server.next();
            if (afterAnEvent) {
                exchange.ok().event("e1");
            }
            Waiting waiting = fixture.awaitState(Waiting.class);
            assertThat(waiting.reason().summary()).contains("nothing was received");
            assertThat(fixture.gaps).hasSize(afterAnEvent ? 2 : 0);
            exchange.awaitClosed();
        }
    }

    @Test
    void doesNotTakeASlowSinkForSilence() throws Exception {
        StreamSettings settings = SessionFixture.withSilenceLimit(Duration.ofMillis(200), Duration.ofMillis(100));
        try (SessionFixture fixture = new SessionFixture(settings)) {
            fixture.sink.gate = new Semaphore(0);
            fixture.session.start();
            Exchange exchange = fixture.server.next().ok().event("e1").event("e2");
            await().until(() -> fixture.sink.inside.get() == 1);
            // longer than the silence limit, in real time: the socket's timeout is what is tested
            Thread.sleep(700);
            exchange.event("e3");
            fixture.sink.gate.release(100);
            fixture.awaitEvents("e1", "e2", "e3");
            assertThat(fixture.states).noneMatch(Waiting.class::isInstance);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"waiting", "connecting", "reading", "sink", "token"})
    void stopsWithinASecondWhereverItIs(String where) throws Exception {
        try (SessionFixture fixture = new SessionFixture(SessionFixture.SETTINGS)) {
            bringTo(where, fixture);
            long begin = System.nanoTime();
            fixture.session.stop();
            assertThat(fixture.session.state())
                    .isInstanceOfSatisfying(
                            Stopped.class,
                            stopped -> assertThat(stopped.outcome()).isEqualTo(Outcome.CLOSED));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            assertThat(fixture.time.pending()).isEmpty();
        }
    }

    private static void bringTo(String where, SessionFixture fixture) throws Exception {
        Semaphore tokenAsked = new Semaphore(0);
        switch (where) {
            case "token" -> {
                fixture.server.tokens(exchange -> tokenAsked.release());
                fixture.session.start();
                tokenAsked.acquire();
            }
            case "waiting" -> {
                fixture.session.start();
                fixture.server.next().json(503, "{}");
                fixture.awaitState(Waiting.class);
            }
            case "connecting" -> {
                fixture.session.start();
                fixture.server.next();
            }
            case "reading" -> {
                fixture.session.start();
                fixture.server.next().ok().event("e1");
                fixture.awaitEvents("e1");
            }
            default -> {
                fixture.sink.gate = new Semaphore(0);
                fixture.session.start();
                fixture.server.next().ok().event("e1");
                await().until(() -> fixture.sink.inside.get() == 1);
            }
        }
    }

    @Test
    void stopsWithoutHavingStarted() throws Exception {
        try (SessionFixture fixture = new SessionFixture(SessionFixture.SETTINGS)) {
            fixture.session.stop();
            assertThat(fixture.session.state()).isInstanceOf(Stopped.class);
            assertThat(fixture.server.isQuiet()).isTrue();
        }
    }

    @Test
    void sendsTheRequestAsTheApiDocumentsIt() throws Exception {
        StreamFilters filters = new StreamFilters(
                java.util.List.of("touch", "temperature"),
                java.util.List.of("d1"),
                java.util.List.of("ccon"),
                java.util.List.of("102058"),
                java.util.List.of("room=99 & more"));
        try (SessionFixture fixture = SessionFixture.started(SessionFixture.SETTINGS.withFilters(filters))) {
            Exchange request = fixture.server.next();
            assertThat(request.target())
                    .isEqualTo("/v2/projects/p1/devices:stream?event_types=touch&event_types=temperature&device_ids=d1"
                            + "&device_types=ccon&product_numbers=102058&label_filters=room%3D99%20%26%20more"
                            + "&ping_interval=10s");
            assertThat(request.header("User-Agent")).isEqualTo("dt-stream-router/test");
            assertThat(request.header("Accept-Encoding")).isEqualTo("identity");
            assertThat(request.header("Upgrade")).isNull();
            assertThat(request.header("Cookie")).isNull();
        }
    }

    @Test
    void sendsTheTokenAsAParameterOnlyIfAskedTo() throws Exception {
        try (SessionFixture fixture = new SessionFixture(SessionFixture.SETTINGS, true)) {
            fixture.session.start();
            Exchange request = fixture.server.next();
            assertThat(request.target()).endsWith("&token=token-1");
            assertThat(request.header("Authorization")).isNull();
        }
    }
}
