package io.github.dtstream.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.session.ScriptedServer.Exchange;
import io.github.dtstream.session.ScriptedServer.Lines;
import io.github.dtstream.session.SessionState.Connecting;
import io.github.dtstream.session.SessionState.Live;
import io.github.dtstream.session.SessionState.Stopped;
import io.github.dtstream.session.SessionState.Waiting;
import io.github.dtstream.session.handover.HandoverBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A successor takes over from a connection. */
class PlannedRenewalTest {
    private static final Duration DEADLINE =
            SessionFixture.SETTINGS.silenceLimit().multipliedBy(3);

    @Test
    void passesOnWhatIsHeldOnceTheOldConnectionBroughtTheSuccessorsFirstEvent() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            Exchange successor = renew(fixture).ok().event("e3").event("e4");
            old.event("e2");
            fixture.awaitEvents("e1", "e2");
            old.event("e3");
            old.awaitClosed();
            successor.event("e5");
            fixture.awaitEvents("e1", "e2", "e3", "e3", "e4", "e5");
            assertThatNothingWasInterrupted(fixture);
        }
    }

    @Test
    void findsTheSuccessorsFirstEventAmongWhatTheOldConnectionBroughtBefore() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            Exchange successor = renew(fixture);
            old.event("e2").event("e3");
            fixture.awaitEvents("e1", "e2", "e3");
            successor.ok().event("e3");
            old.awaitClosed();
            successor.event("e4");
            fixture.awaitEvents("e1", "e2", "e3", "e3", "e4");
            assertThatNothingWasInterrupted(fixture);
        }
    }

    @Test
    void takesALaterPingOfTheOldConnectionForProof() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            Exchange successor = renew(fixture).ok().ping("k2", "2026-01-01T12:00:05Z");
            old.ping("k1", "2026-01-01T12:00:04.9Z").event("e2");
            fixture.awaitEvents("e1", "k1", "e2");
            repeatUntilClosed(old, Lines.ping("k3", "2026-01-01T12:00:05.1Z"));
            successor.event("e4");
            awaitEventsWithRepeats(fixture, "e1", "k1", "e2", "k3", "k2", "e4");
            assertThatNothingWasInterrupted(fixture);
        }
    }

    @Test
    void reportsADoubtWhenTheOldConnectionEndsBeforeTheProof() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            String last = fixture.time.instant().toString();
            fixture.time.advance(Duration.ofSeconds(7));
            Exchange successor = renew(fixture).ok().event("e3");
            fixture.time.awaitTimers(1);
            old.reset();
            fixture.awaitEvents("e1", "e3");
            successor.event("e4");
            fixture.awaitEvents("e1", "e3", "e4");
            // The events are twelve hours late, and nothing else shows until when everything was received.
            String late = "from 2026-01-01T00:00:00Z";
            await().untilAsserted(() ->
                    assertThat(fixture.gaps).containsExactly("to " + last, late, "to " + fixture.time.instant()));
            fixture.awaitState(Live.class);
            assertThat(fixture.states).noneMatch(Waiting.class::isInstance);
        }
    }

    @Test
    void connectsAnewAfterAnErrorWhileWhatWasHeldIsPassedOn() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            renew(fixture).ok().event("e3");
            fixture.time.awaitTimers(1);
            fixture.sink.fails.set(new OutOfMemoryError("injected"));
            old.reset();

            fixture.awaitFailure("dt-stream-p1-hand-over");
            fixture.awaitState(Waiting.class);
            fixture.session.retryNow();
            Exchange next = fixture.server.next().ok().event("e3");
            fixture.awaitEvents("e1", "e3");
            fixture.awaitState(Live.class);

            renew(fixture).ok().event("e4");
            next.event("e4");
            awaitEventsWithRepeats(fixture, "e1", "e3", "e4");
        }
    }

    @Test
    void reportsADoubtWhenTimeIsUp() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            renew(fixture).ok().event("e3");
            fixture.time.awaitTimers(1);
            fixture.time.advance(DEADLINE);
            old.awaitClosed();
            fixture.awaitEvents("e1", "e3");
            await().until(() -> fixture.gaps.size() == 3);
        }
    }

    @Test
    void reportsADoubtWhenNoMoreCanBeHeld() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            Exchange successor = renew(fixture).ok();
            List<String> sent = new ArrayList<>(List.of("e1"));
            for (int i = 2; i < HandoverBuffer.MAX_EVENTS + 100; i++) {
                sent.add("e" + i);
                successor.event("e" + i);
            }
            old.awaitClosed();
            fixture.awaitEvents(sent.toArray(String[]::new));
            await().until(() -> fixture.gaps.size() == 3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 429, 403, 401, 503})
    void keepsTheOldConnectionWhenTheSuccessorIsRefusedAndTriesOnceMore(int status) throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            renew(fixture).json(status, "{\"error\":\"no second stream\",\"code\":" + status + "}");
            fixture.time.awaitTimers(1);
            old.event("e2");
            fixture.awaitEvents("e1", "e2");
            fixture.time.advance(WhileRenewing.RETRY);
            fixture.server.next().json(status, "{}");
            old.event("e3");
            fixture.awaitEvents("e1", "e2", "e3");
            assertThat(fixture.time.pending()).isEmpty();
            assertThatNothingWasInterrupted(fixture);
        }
    }

    @Test
    void dropsWhatASuccessorHeldThatEndedWhileTheOldConnectionGoesOn() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            Exchange successor = renew(fixture).ok().event("e3");
            fixture.time.awaitTimers(1);
            successor.reset();
            await().until(() -> fixture.time.pending().contains(WhileRenewing.RETRY));
            old.event("e3").event("e4");
            fixture.awaitEvents("e1", "e3", "e4");
            assertThatNothingWasInterrupted(fixture);
        }
    }

    @Test
    void takesTheSuccessorForTheNextAttemptWhenOnlyOneConnectionIsAllowed() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            Exchange successor = renew(fixture);
            old.end();
            fixture.awaitState(Connecting.class);
            assertThat(fixture.gaps).hasSize(2);
            successor.ok().event("e2");
            fixture.awaitEvents("e1", "e2");
            fixture.awaitState(Live.class);
            await().until(() -> fixture.gaps.size() == 3);
        }
    }

    @Test
    void retriesAsEverWhenTheOldConnectionEndsAndTheSuccessorIsRefused() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            Exchange successor = renew(fixture);
            old.end();
            fixture.awaitState(Connecting.class);
            successor.json(503, "{}");
            fixture.awaitState(Waiting.class);
            assertThat(fixture.gaps).hasSize(2);
        }
    }

    @Test
    void asksForOtherEventsWithoutAGapAndTakesPingsOnlyForProof() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            fixture.session.changeFilters(
                    new StreamFilters(List.of("touch"), List.of(), List.of(), List.of(), List.of()));
            Exchange successor = fixture.server.next();
            assertThat(successor.target()).contains("event_types=touch");
            successor.ok().event("e3").ping("k1", "2026-01-01T12:00:01Z");
            old.event("e3").event("e4");
            fixture.awaitEvents("e1", "e3", "e4");
            repeatUntilClosed(old, Lines.ping("k2", "2026-01-01T12:00:02Z"));
            awaitEventsWithRepeats(fixture, "e1", "e3", "e4", "k2", "e3", "k1");
            assertThatNothingWasInterrupted(fixture);
        }
    }

    @Test
    void opensTheConnectionAnewWhenFiltersChangeBeforeItIsLive() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange first = fixture.server.next();
            fixture.session.changeFilters(
                    new StreamFilters(List.of("touch"), List.of(), List.of(), List.of(), List.of()));
            first.awaitClosed();
            assertThat(fixture.server.next().target()).contains("event_types=touch");
        }
    }

    @Test
    void renewsBeforeTheHourIsUpWithAFreshTokenAgainAndAgain() throws Exception {
        Duration period = Duration.ofMinutes(55);
        try (SessionFixture fixture = SessionFixture.started(SessionFixture.withRenewal(period))) {
            Exchange old = live(fixture);
            for (int round = 2; round < 5; round++) {
                await().until(() -> isRenewalPlanned(fixture, period));
                fixture.time.advance(fixture.time.pending().get(0));
                Exchange successor = fixture.server.next();
                assertThat(successor.header("Authorization")).isEqualTo("Bearer token-" + round);
                String shared = "e" + round;
                old.event(shared);
                successor.ok().event(shared);
                old.awaitClosed();
                await().until(() -> isRenewalPlanned(fixture, period));
                old = successor;
            }
            fixture.awaitEvents("e1", "e2", "e2", "e3", "e3", "e4", "e4");
            assertThatNothingWasInterrupted(fixture);
        }
    }

    private static boolean isRenewalPlanned(SessionFixture fixture, Duration period) {
        List<Duration> pending = fixture.time.pending();
        return pending.size() == 1
                && pending.get(0).compareTo(period.minus(RenewalTime.MOST_EARLY)) >= 0
                && pending.get(0).compareTo(period) <= 0;
    }

    @Test
    void handsOverAgainOnlyWhenWhatWasHeldIsPassedOn() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            Exchange second = renew(fixture).ok().event("e2").event("e3");
            Semaphore gate = new Semaphore(1);
            fixture.sink.gate = gate;
            old.event("e2");
            old.awaitClosed();
            await().until(() -> fixture.sink.inside.get() == 1);
            fixture.session.renew();
            fixture.session.changeFilters(
                    new StreamFilters(List.of("touch"), List.of(), List.of(), List.of(), List.of()));
            assertThat(fixture.session.state()).isInstanceOf(Live.class);
            assertThat(fixture.server.isQuiet()).isTrue();
            gate.release(1000);
            Exchange third = fixture.server.next();
            assertThat(third.target()).contains("event_types=touch");
            second.event("e4");
            fixture.awaitEvents("e1", "e2", "e2", "e3", "e4");
        }
    }

    @Test
    void stopsInTheMiddleOfAHandOver() throws Exception {
        try (SessionFixture fixture = SessionFixture.started()) {
            Exchange old = live(fixture);
            Exchange successor = renew(fixture).ok().event("e3");
            fixture.time.awaitTimers(1);
            fixture.session.stop();
            old.awaitClosed();
            successor.awaitClosed();
            fixture.awaitState(Stopped.class);
            assertThat(fixture.sink.eventIds()).containsExactly("e1");
            assertThat(fixture.gaps).hasSize(2);
            assertThat(fixture.time.pending()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void losesNothingAndKeepsTheOrderOverManyRenewals(long seed) throws Exception {
        Random random = new Random(seed);
        int events = 600;
        try (SessionFixture fixture = SessionFixture.started()) {
            Feed old = new Feed(fixture.server.next().ok(), random);
            Feed successor = null;
            int renewals = 0;
            for (int i = 0; i < events; i++) {
                old.publish(Lines.event("e" + i, "d" + i % 3));
                if (successor != null) {
                    successor.publish(Lines.event("e" + i, "d" + i % 3));
                    if (old.isClosed()) {
                        old = successor;
                        successor = null;
                    }
                } else if (i > 0 && i % 40 == 0) {
                    old.flush();
                    fixture.awaitState(Live.class);
                    // A request during an unfinished hand-over has no effect.
                    await().until(() -> {
                        fixture.session.renew();
                        return !fixture.server.isQuiet();
                    });
                    successor = new Feed(fixture.server.next().ok(), random);
                    renewals++;
                }
            }
            old.flush();
            if (successor != null) {
                successor.flush();
            }
            List<String> all = IntStream.range(0, events).mapToObj(i -> "e" + i).toList();
            await("seed " + seed)
                    .untilAsserted(() -> assertThat(
                                    fixture.sink.eventIds().stream().distinct().toList())
                            .isEqualTo(all));
            assertThat(renewals).as("seed " + seed).isPositive();
            assertThat(fixture.sink.crowded).isFalse();
            assertThatNothingWasInterrupted(fixture);
        }
    }

    private static Exchange live(SessionFixture fixture) throws Exception {
        Exchange exchange = fixture.server.next().ok().event("e1");
        fixture.awaitEvents("e1");
        fixture.awaitState(Live.class);
        return exchange;
    }

    private static Exchange renew(SessionFixture fixture) throws Exception {
        fixture.session.renew();
        return fixture.server.next();
    }

    /**
     * Sends a ping repeatedly, as the cloud does: the test does not know when the successor has read its own ping, and
     * earlier pings of the old connection prove nothing.
     */
    private static void repeatUntilClosed(Exchange old, String ping) {
        await().until(() -> !old.offer(ping));
    }

    /** Waits for these events, each of which may be repeated in a row. */
    private static void awaitEventsWithRepeats(SessionFixture fixture, String... eventIds) {
        await().untilAsserted(() -> {
            List<String> all = fixture.sink.eventIds();
            assertThat(IntStream.range(0, all.size())
                            .filter(i -> i == 0 || !all.get(i).equals(all.get(i - 1)))
                            .mapToObj(all::get))
                    .containsExactly(eventIds);
        });
    }

    private static void assertThatNothingWasInterrupted(SessionFixture fixture) {
        await().untilAsserted(() -> assertThat(fixture.gaps).hasSize(1));
        fixture.awaitState(Live.class);
        assertThat(fixture.states).hasSize(2);
    }

    /** A connection's server side, which sends with its own delay. */
    private static final class Feed {
        private final Exchange exchange;
        private final Random random;
        private final StringBuilder lagging = new StringBuilder();
        private boolean closed;

        Feed(Exchange exchange, Random random) {
            this.exchange = exchange;
            this.random = random;
        }

        void publish(String line) {
            lagging.append(line);
            if (random.nextInt(4) == 0) {
                flush();
            }
        }

        void flush() {
            if (lagging.length() > 0) {
                closed |= !exchange.offer(lagging.toString());
                lagging.setLength(0);
            }
        }

        boolean isClosed() {
            return closed;
        }
    }
}
