package io.github.dtstream.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.api.StreamFormat;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.session.ScriptedServer.Exchange;
import io.github.dtstream.session.ScriptedServer.Lines;
import io.github.dtstream.session.SessionState.Connecting;
import io.github.dtstream.session.SessionState.Live;
import io.github.dtstream.session.SessionState.Outcome;
import io.github.dtstream.session.SessionState.Stopped;
import io.github.dtstream.session.SessionState.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSessionTest {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(5);

    @Test
    void isLiveWithTheFirstEventOrPingOnly() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange exchange = fixture.server.next().ok();
            exchange.chunk("\n\n").chunk("{}\n").chunk("no json\n");
            assertThat(fixture.session.state()).isInstanceOf(Connecting.class);
            assertThat(fixture.gaps).isEmpty();
            exchange.ping("k1", "2026-01-01T12:00:03Z");
            fixture.awaitState(Live.class);
            await().until(() -> fixture.gaps.size() == 1);
            assertThat(fixture.gaps).containsExactly("to 2026-01-01T12:00:03Z");
            assertThat(fixture.sink.eventIds()).containsExactly("k1");
            assertThat(fixture.sink.rejected)
                    .as("bad records of a stream that is one")
                    .hasSize(2);
        }
    }

    @Test
    void takesAPageForNoStreamAndItsLinesForNoRecords() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server
                    .next()
                    .ok()
                    .chunk("<html>\nYou are offline\n</html>\n")
                    .end();
            Waiting waiting = fixture.awaitState(Waiting.class);
            assertThat(waiting.reason().kind()).isEqualTo(FaultKind.WEATHER);
            assertThat(waiting.reason().summary()).contains("which brings '<html>' and no event");
            fixture.advanceOverTheRetry(Duration.ofSeconds(60));
            Exchange endless = fixture.server.next().ok();
            for (int i = 0; i <= 100 && endless.offer("{}\n"); i++) {
                continue;
            }
            endless.awaitClosed();
            await().until(() -> fixture.session.state() instanceof Waiting again && again.failures() == 2);
            assertThat(fixture.sink.rejected).isEmpty();
            assertThat(fixture.gaps).isEmpty();
            assertThat(fixture.states).noneMatch(Live.class::isInstance);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "{}\n", "{\"result\":", "junk\n"})
    void endsAConnectionThatIsKeptWarmWithoutAnEventOrAPing(String warmth) throws Exception {
        StreamSettings settings = SessionFixture.withSilenceLimit(Duration.ofSeconds(10), Duration.ofSeconds(2));
        try (SessionFixture fixture = SessionFixture.started(settings)) {
            Exchange exchange = fixture.server.next().ok();
            exchange.ping("k1", "2026-01-01T12:00:00Z");
            fixture.awaitEvents("k1");
            fixture.awaitState(Live.class);
            await().until(() -> fixture.time.pending().equals(List.of(Duration.ofSeconds(12))));
            fixture.awaitReadingAgain();
            fixture.time.advance(Duration.ofSeconds(6));
            exchange.ping("k2", "2026-01-01T12:00:06Z");
            fixture.awaitEvents("k1", "k2");
            fixture.awaitReadingAgain();
            fixture.time.advance(Duration.ofSeconds(6));
            assertThat(fixture.session.state()).isInstanceOf(Live.class);
            exchange.chunk(warmth);
            await().until(() -> {
                // only until the timer has rung: beyond that, a reader that was slow would think that it stood still
                if (!fixture.time.pending().isEmpty()) {
                    fixture.time.advance(Duration.ofSeconds(1));
                }
                return fixture.states.stream().anyMatch(Waiting.class::isInstance);
            });
            exchange.awaitClosed();
            assertThat(fixture.states)
                    .filteredOn(Waiting.class::isInstance)
                    .first()
                    .extracting(state -> ((Waiting) state).reason().summary())
                    .asString()
                    .contains("no event and no ping");
            assertThat(fixture.gaps).contains("from 2026-01-01T12:00:06Z");
        }
    }

    @Test
    void tellsOfARecordThatTheEndOfTheConnectionCutShort() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server.next().ok().event("e1").chunk("{\"result\":{\"ev").end();
            fixture.awaitState(Waiting.class);
            assertThat(fixture.sink.truncated).hasValue(1);
            assertThat(fixture.sink.rejected).isEmpty();
        }
    }

    @Test
    void takesWhatWasBufferedForAsOldAsItSaysItIs() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange exchange = fixture.server.next().ok();
            exchange.ping("k1", "2026-01-01T12:00:00Z");
            fixture.awaitEvents("k1");
            fixture.time.advance(Duration.ofMinutes(5));
            exchange.ping("k2", "2026-01-01T12:00:10Z");
            fixture.awaitEvents("k1", "k2");
            exchange.reset();
            fixture.awaitState(Waiting.class);
            fixture.advanceOverTheRetry(Duration.ofSeconds(60));
            fixture.server.next().ok().ping("k3", "2026-01-01T12:05:01Z");
            fixture.awaitEvents("k1", "k2", "k3");
            await().untilAsserted(() -> assertThat(fixture.gaps)
                    .containsExactly(
                            "to 2026-01-01T12:00:00Z", "from 2026-01-01T12:00:10Z", "to 2026-01-01T12:05:01Z"));
        }
    }

    @Test
    void doesNotTrustWhatItReadsAfterItStoodStill() throws Exception {
        StreamSettings settings = SessionFixture.withSilenceLimit(Duration.ofMinutes(1), Duration.ofSeconds(1));
        try (SessionFixture fixture = SessionFixture.started(settings)) {
            Exchange exchange = fixture.server.next().ok();
            exchange.ping("k1", "2026-01-01T12:00:00Z");
            fixture.awaitEvents("k1");
            fixture.time.stall(Duration.ofMinutes(5));
            exchange.ping("k2", "2026-01-01T12:00:10Z");
            exchange.awaitClosed();
            // The scheduler determines whether the reader was still passing on or reading again.
            assertThat(fixture.awaitState(Waiting.class).reason().summary()).contains("for 5 min", "may be missing");
            assertThat(fixture.gaps).endsWith("from 2026-01-01T12:00:00Z");
        }
    }

    @Test
    void doesNotTrustTheStreamAfterTheSinkHeldTheReader() throws Exception {
        StreamSettings settings = SessionFixture.withSilenceLimit(Duration.ofMinutes(1), Duration.ofSeconds(1));
        try (SessionFixture fixture = new SessionFixture(settings)) {
            fixture.sink.gate = new Semaphore(1);
            fixture.session.start();
            Exchange exchange = fixture.server.next().ok();
            exchange.ping("k1", "2026-01-01T12:00:00Z");
            fixture.awaitEvents("k1");
            fixture.time.advance(Duration.ofSeconds(10));
            exchange.ping("k2", "2026-01-01T12:00:10Z");
            // by the second one: the first one may still be inside
            await().until(fixture.sink.gate::hasQueuedThreads);
            fixture.time.stall(Duration.ofMinutes(4));
            fixture.sink.gate.release(100);
            exchange.awaitClosed();
            fixture.awaitState(Waiting.class);
            assertThat(fixture.sink.eventIds()).containsExactly("k1", "k2");
            assertThat(fixture.gaps).endsWith("from 2026-01-01T12:00:10Z");
        }
    }

    @ParameterizedTest
    @CsvSource({"3600", "-3600", "86400", "-70", "70"})
    void tellsGapsInTheCloudsTimeWhateverTheMachinesClockSays(long aheadSeconds) throws Exception {
        try (SessionFixture fixture = new SessionFixture(SessionFixture.SETTINGS)) {
            fixture.time.set(fixture.time.instant().plusSeconds(aheadSeconds));
            fixture.session.start();
            fixture.server
                    .next()
                    .raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                            + "Date: Thu, 01 Jan 2026 12:00:01 GMT\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .event("e1")
                    .ping("k1", "2026-01-01T12:00:10Z")
                    .reset();
            fixture.awaitState(Waiting.class);
            fixture.advanceOverTheRetry(Duration.ofSeconds(30));
            fixture.server.next().ok().ping("k2", "2026-01-01T12:00:40Z");
            fixture.awaitEvents("e1", "k1", "k2");
            await().untilAsserted(() -> assertThat(fixture.gaps)
                    .containsExactly(
                            "to 2026-01-01T12:00:10Z", "from 2026-01-01T12:00:10Z", "to 2026-01-01T12:00:40Z"));
            assertThat(fixture.sink.received).allMatch(at -> at.toString().startsWith("2026-01-01T12:00"));
        }
    }

    @Test
    void measuresNoGapByTheDateOfAGatewayWhoseClockIsWrong() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange exchange = fixture.server.next();
            exchange.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                            + "Date: Thu, 01 Jan 2026 14:00:00 GMT\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .event("e1");
            fixture.awaitEvents("e1");
            fixture.awaitState(Live.class);
            assertThat(fixture.gaps).isEmpty();
            exchange.ping("k1", "2026-01-01T12:00:03Z");
            await().until(() -> fixture.gaps.size() == 1);
            exchange.reset();
            fixture.awaitState(Waiting.class);
            assertThat(fixture.gaps).containsExactly("to 2026-01-01T12:00:03Z", "from 2026-01-01T12:00:03Z");
            assertThat(fixture.clock.instant()).isBefore(Instant.parse("2026-01-01T12:10:00Z"));
        }
    }

    /** Without pings, a gap ends by the clock; the next gap would then begin in the future. */
    @ParameterizedTest
    @CsvSource({"PT3H, 2026-01-01T15:00:00Z, 2026-01-01T12:00:30Z", "PT-3H, 2026-01-01T12:00:00Z, 2026-01-01T09:00:00Z"
    })
    void beginsNoGapByAClockThatIsWrong(Duration ahead, String end, String nextBegin) throws Exception {
        try (SessionFixture fixture = new SessionFixture(SessionFixture.SETTINGS)) {
            fixture.time.set(fixture.time.instant().plus(ahead));
            fixture.session.start();
            Exchange exchange = fixture.server.next().ok();
            exchange.event("e1", "2026-01-01T12:00:00Z").event("e2", "2026-01-01T12:00:30Z");
            fixture.awaitEvents("e1", "e2");
            await().untilAsserted(() -> assertThat(fixture.gaps).containsExactly("to " + end));
            exchange.reset();
            fixture.awaitState(Waiting.class);
            assertThat(fixture.gaps).containsExactly("to " + end, "from " + nextBegin);
        }
    }

    @Test
    void asksAgainForAStreamThatTheCloudRefusesThoughItGaveItBefore() throws Exception {
        try (SessionFixture fixture = SessionFixture.started(SessionFixture.withRetries(-1))) {
            fixture.server.next().ok().ping("k1", "2026-01-01T12:00:00Z").reset();
            fixture.awaitState(Waiting.class);
            fixture.advanceOverTheRetry(Duration.ofSeconds(60));
            fixture.server.next().json(403, "{\"error\":\"no\",\"code\":403}");
            await().until(() -> fixture.session.state() instanceof Waiting waiting
                    && waiting.reason().kind() == FaultKind.PERMANENT);
            await().until(() -> fixture.time.pending().equals(List.of(Duration.ofMinutes(10))));
            fixture.session.retryNow();
            fixture.server.next().ok().event("e2");
            fixture.awaitEvents("k1", "e2");
            fixture.awaitState(Live.class);
        }
    }

    @Test
    void goesOnAfterAnErrorInItsThreadAndHasItTold() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange exchange = fixture.server.next().ok().ping("k1", "2026-01-01T12:00:00Z");
            fixture.awaitEvents("k1");
            fixture.awaitState(Live.class);
            fixture.fails.set(new OutOfMemoryError("injected"));
            exchange.reset();
            await().until(() -> fixture.supervisor.reports().stream().anyMatch(report -> report.failures() == 1));
            fixture.session.retryNow();
            await().until(() -> fixture.session.state() instanceof Waiting || !fixture.server.isQuiet());
            fixture.server.next().ok().event("e2");
            fixture.awaitEvents("k1", "e2");
        }
    }

    @Test
    void connectsAnewAfterAnErrorOfAConnectionsReader() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange exchange = fixture.server.next().ok().ping("k1", "2026-01-01T12:00:00Z");
            fixture.awaitEvents("k1");
            fixture.sink.fails.set(new OutOfMemoryError("injected"));
            exchange.event("e2");

            fixture.awaitFailure("dt-stream-p1-connections");
            fixture.awaitState(Waiting.class);
            assertThat(fixture.gaps).hasSize(2).last().asString().isEqualTo("from 2026-01-01T12:00:00Z");
            fixture.session.retryNow();
            fixture.server.next().ok().event("e2").event("e3");
            fixture.awaitEvents("k1", "e2", "e3");
        }
    }

    @Test
    void connectsAnewAfterAnErrorInTheMidstOfItsOwnDecision() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange exchange = fixture.server.next().ok().ping("k1", "2026-01-01T12:00:00Z");
            await().until(() -> fixture.gaps.size() == 1);
            fixture.failsAtGap.set(new OutOfMemoryError("injected"));
            exchange.reset();

            fixture.awaitFailure("dt-stream-p1");
            fixture.server.next().ok().ping("k2", "2026-01-01T12:00:09Z");
            fixture.awaitEvents("k1", "k2");
            await().untilAsserted(() -> assertThat(fixture.gaps)
                    .as("what the listener failed to take is told again")
                    .endsWith("from 2026-01-01T12:00:00Z", "to 2026-01-01T12:00:09Z"));
        }
    }

    @Test
    void stopsAlsoWhenAListenerFailsMeanwhile() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange exchange = fixture.server.next().ok().ping("k1", "2026-01-01T12:00:00Z");
            await().until(() -> fixture.gaps.size() == 1);
            fixture.failsAtGap.set(new OutOfMemoryError("injected"));

            fixture.session.stop();

            exchange.awaitClosed();
            assertThat(fixture.awaitState(Stopped.class).outcome()).isEqualTo(Outcome.CLOSED);
            await().until(() -> fixture.supervisor.reports().isEmpty());
            assertThat(fixture.gaps).hasSize(2);
            assertThat(fixture.server.isQuiet()).isTrue();
        }
    }

    @Test
    void isNotToldOfAnyMoreWhenItHasEnded() throws Exception {
        SessionFixture fixture = SessionFixture.started();
        fixture.server.next().ok().event("e1");
        fixture.awaitEvents("e1");

        fixture.close();

        await().until(() -> fixture.supervisor.reports().isEmpty());
    }

    @Test
    void comesBackWhenItIsAskedToAlsoAfterItHasStoppedByItself() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server.next().json(404, "{\"error\":\"no\",\"code\":404}");
            fixture.awaitState(Stopped.class);
            fixture.session.retryNow();
            fixture.server.next().ok().event("e1");
            fixture.awaitEvents("e1");
            fixture.awaitState(Live.class);
            fixture.session.stop();
            fixture.session.retryNow();
            assertThat(fixture.awaitState(Stopped.class).outcome()).isEqualTo(Outcome.CLOSED);
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
            await().until(() -> fixture.gaps.size() == 1);
            String last = fixture.time.instant().toString();
            fixture.time.advance(Duration.ofHours(1));
            exchange.ping("k1", "2026-01-01T13:00:00Z");
            fixture.awaitEvents("e1", "k1");
            (lastLine.isEmpty() ? exchange : exchange.chunk(lastLine)).end();
            fixture.server.next().ok().event("e2");
            fixture.awaitEvents("e1", "k1", "e2");
            String now = fixture.time.instant().toString();
            assertThat(fixture.states).noneMatch(Waiting.class::isInstance);
            await().untilAsserted(
                            () -> assertThat(fixture.gaps).containsExactly("to " + last, "from " + now, "to " + now));
            assertThat(fixture.sink.rejected).isEmpty();
        }
    }

    @Test
    void takesAnEndThatComesTooSoonForAFailure() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            fixture.server.next().ok().event("e1").end();
            assertThat(fixture.awaitState(Waiting.class).failures()).isEqualTo(1);
            fixture.advanceOverTheRetry(Duration.ofSeconds(1));
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
            fixture.advanceOverTheRetry(Duration.ofSeconds(mostSeconds));
            fixture.server.next().ok().event("e1");
            fixture.awaitEvents("e1");
            // The session's own thread reports it, perhaps after the event has come.
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
            fixture.advanceOverTheRetry(Duration.ofSeconds(17));
            fixture.server.next().json(503, "{}", "Retry-After: Thu, 01 Jan 2026 12:01:00 GMT");
            await().until(() -> fixture.session.state() instanceof Waiting waiting && waiting.failures() == 2);
            assertThat(((Waiting) fixture.session.state()).until()).isEqualTo("2026-01-01T12:01:00Z");
        }
    }

    @ParameterizedTest
    @CsvSource({"400, filters", "403, role", "404, the endpoint's project", "405, apiUrl", "501, apiUrl"})
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
                fixture.advanceOverTheRetry(Duration.ofSeconds(60));
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
                fixture.advanceOverTheRetry(Duration.ofSeconds(60));
                fixture.server
                        .next()
                        .ok()
                        .ping("k" + round, "2026-01-01T12:00:00Z")
                        .reset();
                await().until(() -> fixture.session.state() instanceof Waiting waiting && waiting.failures() == 1);
                fixture.advanceOverTheRetry(Duration.ofSeconds(60));
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
        // The socket measures it in real time: long enough for the event to come before.
        Duration limit = afterAnEvent ? Duration.ofSeconds(6) : Duration.ofMillis(300);
        StreamSettings settings = SessionFixture.withSilenceLimit(limit, Duration.ZERO);
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
        StreamSettings settings = SessionFixture.withSilenceLimit(Duration.ofSeconds(50), Duration.ofSeconds(10));
        try (SessionFixture fixture = new SessionFixture(settings)) {
            fixture.sink.gate = new Semaphore(0);
            fixture.session.start();
            Exchange exchange = fixture.server.next().ok();
            fixture.time.awaitTimers(1);
            fixture.time.advance(Duration.ofSeconds(2));
            exchange.event("e1");
            await().until(() -> fixture.sink.inside.get() == 1);
            fixture.time.advance(Duration.ofSeconds(59));
            fixture.sink.gate.release(100);
            fixture.time.awaitTimers(1);
            fixture.awaitReadingAgain();
            fixture.time.advance(Duration.ofSeconds(59));
            exchange.event("e2");
            fixture.awaitEvents("e1", "e2");
            assertThat(fixture.states).noneMatch(Waiting.class::isInstance);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"waiting", "connecting", "reading", "sink", "token"})
    void stopsWhereverItIs(String where) throws Exception {
        try (SessionFixture fixture = new SessionFixture(SessionFixture.SETTINGS)) {
            bringTo(where, fixture);
            fixture.session.stop();
            Stopped stopped = fixture.awaitState(Stopped.class);
            assertThat(stopped.outcome()).isEqualTo(Outcome.CLOSED);
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
            fixture.awaitState(Stopped.class);
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
