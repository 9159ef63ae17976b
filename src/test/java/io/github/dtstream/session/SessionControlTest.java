package io.github.dtstream.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.LogCapture;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.ConnectionLife;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.event.Event;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.session.connection.ConnectionFactory;
import io.github.dtstream.session.connection.ConnectionListener;
import io.github.dtstream.session.connection.ConnectionSettings;
import io.github.dtstream.session.connection.RecordSink;
import io.github.dtstream.session.connection.RecordSink.Received;
import io.github.dtstream.session.connection.StreamConnection;
import io.github.dtstream.session.handover.HandoverBuffer;
import io.github.dtstream.session.handover.RecordingSink;
import io.github.dtstream.session.handover.SerializedSink;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The transitions of a session for each message at each stage, without sockets or waiting. */
@Timeout(180)
class SessionControlTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    /** Longer than any retry or hand-over. */
    private static final Duration LONG = Duration.ofHours(7);

    private static final StreamFilters TOUCH =
            new StreamFilters(List.of("touch"), List.of(), List.of(), List.of(), List.of());

    private static final Map<String, Set<String>> LEGAL = Map.of(
            "connecting", Set.of("connecting", "live", "waiting", "stopped"),
            "live", Set.of("connecting", "waiting", "stopped"),
            "waiting", Set.of("connecting", "stopped"),
            "stopped", Set.of("connecting"));

    private static final ConnectionListener UNHEARD = new ConnectionReports(any -> {});

    private final ManualTime time = new ManualTime();
    private final Queue<Happening> mailbox = new ConcurrentLinkedQueue<>();
    private final List<FakeConnection> opened = new ArrayList<>();
    private final List<String> states = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();
    private int pings;
    private int closed;
    private int joins;
    private int invalidated;
    private boolean otherCredentials;
    private boolean startFails;
    private boolean listenerFails;

    private final RecordingSink sink = new RecordingSink();
    private final Supervisor supervisor = new Supervisor(time, pause -> {});
    private final MemoryBudget memory = new MemoryBudget(64 << 20);
    private final LogCapture lines = LogCapture.of(OutageLog.class);
    private SessionControl control = control(SessionFixture.withRetries(-1));

    private SessionControl control(StreamSettings settings) {
        return new SessionControl(new SessionContext(
                "dt-stream-p1",
                settings,
                new FakeFactory(),
                new SerializedSink(sink),
                List.of(new Recorder()),
                time.cloudClock(),
                new Random(7),
                time,
                supervisor,
                memory,
                mailbox::add));
    }

    private enum Stage {
        CONNECTING,
        LIVE,
        WAITING,
        REFUSED,
        REFUSED_BESIDE_OTHERS,
        CLOSED,
        /** A successor connects. */
        RENEWING,
        /** Both receive, and it is not proven yet that nothing was lost between them. */
        PROVING,
        /** The predecessor must end. */
        DECIDED,
        /** The same, and the successor ended first. */
        DECIDED_IN_VAIN
    }

    private enum Trigger {
        RECORD,
        END,
        FAILURE,
        REFUSAL,
        UNAUTHORIZED,
        SUCCESSOR_RECORD,
        SUCCESSOR_FAILURE,
        TIME,
        RENEW,
        CHANGE_FILTERS,
        RETRY_NOW,
        RETRY_REFUSED,
        RECOVER,
        CLOSE
    }

    @AfterEach
    void close() {
        control.step(new Happening.Stop());
        lines.close();
    }

    @ParameterizedTest(name = "{0} + {1} -> {2}")
    @CsvSource({
        // Stage, message, next state, connections opened, connections aborted.
        "CONNECTING, RECORD, live, 0, 0",
        "CONNECTING, END, connecting, 1, 0",
        "CONNECTING, FAILURE, waiting, 0, 0",
        "CONNECTING, REFUSAL, stopped, 0, 0",
        "CONNECTING, UNAUTHORIZED, stopped, 0, 0",
        "CONNECTING, TIME, connecting, 0, 0",
        "CONNECTING, RENEW, connecting, 0, 0",
        "CONNECTING, CHANGE_FILTERS, connecting, 1, 1",
        "CONNECTING, RETRY_NOW, connecting, 0, 0",
        "CONNECTING, RETRY_REFUSED, connecting, 0, 0",
        "CONNECTING, RECOVER, connecting, 1, 1",
        "CONNECTING, CLOSE, stopped, 0, 1",
        "LIVE, RECORD, live, 0, 0",
        "LIVE, END, connecting, 1, 0",
        "LIVE, FAILURE, waiting, 0, 0",
        "LIVE, REFUSAL, waiting, 0, 0",
        "LIVE, UNAUTHORIZED, waiting, 0, 0",
        "LIVE, TIME, live, 0, 0",
        "LIVE, RENEW, live, 1, 0",
        "LIVE, CHANGE_FILTERS, live, 1, 0",
        "LIVE, RETRY_NOW, live, 0, 0",
        "LIVE, RETRY_REFUSED, live, 0, 0",
        "LIVE, RECOVER, connecting, 1, 1",
        "LIVE, CLOSE, stopped, 0, 1",
        "WAITING, RECORD, waiting, 0, 0",
        "WAITING, FAILURE, waiting, 0, 0",
        "WAITING, TIME, connecting, 1, 0",
        "WAITING, RENEW, waiting, 0, 0",
        "WAITING, CHANGE_FILTERS, waiting, 0, 0",
        "WAITING, RETRY_NOW, connecting, 1, 0",
        "WAITING, RETRY_REFUSED, waiting, 0, 0",
        "WAITING, RECOVER, waiting, 0, 0",
        "WAITING, CLOSE, stopped, 0, 0",
        "REFUSED, RECORD, stopped, 0, 0",
        "REFUSED, FAILURE, stopped, 0, 0",
        "REFUSED, TIME, stopped, 0, 0",
        "REFUSED, RENEW, stopped, 0, 0",
        "REFUSED, CHANGE_FILTERS, stopped, 0, 0",
        "REFUSED, RETRY_NOW, connecting, 1, 0",
        "REFUSED, RETRY_REFUSED, stopped, 0, 0",
        "REFUSED, RECOVER, stopped, 0, 0",
        "REFUSED, CLOSE, stopped, 0, 0",
        "REFUSED_BESIDE_OTHERS, TIME, connecting, 1, 0",
        "REFUSED_BESIDE_OTHERS, RETRY_NOW, connecting, 1, 0",
        "REFUSED_BESIDE_OTHERS, CLOSE, stopped, 0, 0",
        "CLOSED, RECORD, stopped, 0, 0",
        "CLOSED, FAILURE, stopped, 0, 0",
        "CLOSED, TIME, stopped, 0, 0",
        "CLOSED, RENEW, stopped, 0, 0",
        "CLOSED, CHANGE_FILTERS, stopped, 0, 0",
        "CLOSED, RETRY_NOW, stopped, 0, 0",
        "CLOSED, RETRY_REFUSED, stopped, 0, 0",
        "CLOSED, RECOVER, stopped, 0, 0",
        "CLOSED, CLOSE, stopped, 0, 0",
        "RENEWING, RECORD, live, 0, 0",
        "RENEWING, END, connecting, 0, 0",
        "RENEWING, FAILURE, connecting, 0, 0",
        "RENEWING, REFUSAL, connecting, 0, 0",
        "RENEWING, SUCCESSOR_RECORD, live, 0, 0",
        "RENEWING, SUCCESSOR_FAILURE, live, 0, 1",
        "RENEWING, TIME, live, 0, 0",
        "RENEWING, RENEW, live, 0, 0",
        "RENEWING, CHANGE_FILTERS, live, 1, 1",
        "RENEWING, RETRY_NOW, live, 0, 0",
        "RENEWING, RECOVER, connecting, 1, 2",
        "RENEWING, CLOSE, stopped, 0, 2",
        "PROVING, RECORD, live, 0, 1",
        "PROVING, END, live, 0, 0",
        "PROVING, FAILURE, live, 0, 0",
        "PROVING, REFUSAL, live, 0, 0",
        "PROVING, SUCCESSOR_RECORD, live, 0, 0",
        "PROVING, SUCCESSOR_FAILURE, live, 0, 1",
        "PROVING, TIME, live, 0, 1",
        "PROVING, RENEW, live, 0, 0",
        "PROVING, CHANGE_FILTERS, live, 1, 1",
        "PROVING, RECOVER, connecting, 1, 2",
        "PROVING, CLOSE, stopped, 0, 2",
        "DECIDED, END, live, 0, 0",
        "DECIDED, FAILURE, live, 0, 0",
        "DECIDED, SUCCESSOR_FAILURE, live, 0, 0",
        "DECIDED, RENEW, live, 0, 0",
        "DECIDED, CHANGE_FILTERS, live, 0, 0",
        "DECIDED, RECOVER, connecting, 1, 2",
        "DECIDED, CLOSE, stopped, 0, 2",
        "DECIDED_IN_VAIN, END, waiting, 0, 0",
        "DECIDED_IN_VAIN, FAILURE, waiting, 0, 0",
        "DECIDED_IN_VAIN, CLOSE, stopped, 0, 2"
    })
    void goesOn(Stage stage, Trigger trigger, String state, int connections, int aborted) {
        bringAbout(stage);
        int openedBefore = opened.size();
        int abortedBefore = aborted();

        happen(trigger);

        assertThat(control.state().label()).isEqualTo(state);
        assertThat(opened.size() - openedBefore).as("connections opened").isEqualTo(connections);
        assertThat(aborted() - abortedBefore).as("connections aborted").isEqualTo(aborted);
        assertThatStatesAreLegal();
        assertThatGapsOpenAndCloseInTurn();
        boolean receiving = gaps.size() % 2 == 1;
        assertThat(receiving && (state.equals("waiting") || state.equals("stopped")))
                .as("an outage is a gap")
                .isFalse();
    }

    @Test
    void asksForOtherEventsWithTheNextConnectionWhereAHandOverWasDecidedAndCameToNothing() {
        bringAbout(Stage.DECIDED);
        happen(Trigger.CHANGE_FILTERS, Trigger.SUCCESSOR_FAILURE, Trigger.END, Trigger.TIME, Trigger.SUCCESSOR_RECORD);

        assertThat(control.state().label()).isEqualTo("live");
        assertThat(opened).hasSize(3);
        assertThat(opened.get(2).filters).isEqualTo(TOUCH);
    }

    @Test
    void asksForOtherEventsOnceTheHandOverThatWasDecidedIsOver() {
        bringAbout(Stage.DECIDED);
        happen(Trigger.CHANGE_FILTERS, Trigger.END);
        await().until(() -> {
            drain();
            return opened.size() == 3;
        });

        assertThat(opened.get(2).filters).isEqualTo(TOUCH);
        assertThat(control.state().label()).isEqualTo("live");
    }

    @Test
    void startsOverWithoutTheConnectionThatCouldNotBeStarted() {
        startFails = true;
        assertThatThrownBy(() -> control.step(new Happening.Start())).isInstanceOf(OutOfMemoryError.class);

        happen(Trigger.RECOVER);

        assertThat(control.state().label()).isEqualTo("connecting");
        assertThat(opened).hasSize(2);
        assertThat(opened.get(0).aborts).isEqualTo(1);
        assertThat(opened.get(1).started).isTrue();
    }

    @Test
    void waitsForTheAttemptThatWasPlannedWhenAListenerFailedToTakeThat() {
        bringAbout(Stage.LIVE);
        listenerFails = true;
        assertThatThrownBy(() -> happen(Trigger.FAILURE)).isInstanceOf(OutOfMemoryError.class);

        happen(Trigger.RECOVER);
        assertThat(control.state().label()).isEqualTo("waiting");
        happen(Trigger.TIME);

        assertThat(control.state().label()).isEqualTo("connecting");
    }

    @ParameterizedTest
    @EnumSource(Trigger.class)
    void doesNothingMoreOnceItIsClosed(Trigger trigger) {
        bringAbout(Stage.REFUSED);
        assertThat(control.isClosed()).isFalse();
        happen(Trigger.CLOSE);
        assertThat(control.isClosed()).isTrue();

        happen(trigger);

        assertThat(control.isClosed()).isTrue();
        assertThat(opened).hasSize(1);
        assertThat(time.pending()).isEmpty();
        assertThat(closed).as("the factory was closed").isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Trigger.class,
            names = {"RENEW", "CHANGE_FILTERS", "RETRY_NOW", "RETRY_REFUSED"})
    void doesNothingBeforeItIsStarted(Trigger trigger) {
        opened.add(new FakeConnection(new SerializedSink(new RecordingSink()), UNHEARD, StreamFilters.NONE));

        happen(trigger);

        assertThat(states).isEmpty();
        assertThat(time.pending()).isEmpty();
    }

    @Test
    void asksForWhatWasAskedForBeforeItWasStarted() {
        control.step(new Happening.FiltersChanged(TOUCH));
        control.step(new Happening.Start());

        assertThat(opened).hasSize(1);
        assertThat(opened.get(0).filters).isEqualTo(TOUCH);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void leavesNeitherAnAlarmNorAConnectionBehind(Stage stage) {
        control = control(SessionFixture.withRenewal(Duration.ofMinutes(55), -1));
        bringAbout(stage);
        int open = aborted();
        happen(Trigger.CLOSE);

        assertThat(control.isClosed()).isTrue();
        assertThat(time.pending()).isEmpty();
        assertThat(closed).isEqualTo(1);
        assertThat(joins).as("threads waited for").isGreaterThanOrEqualTo(aborted() - open);
    }

    @Test
    void tellsOfNoGapWhereAPingProvesThatTheHandOverIsComplete() {
        bringAbout(Stage.PROVING);
        happen(Trigger.RECORD, Trigger.END);
        awaitReleased("k1", "k3", "k2");

        assertThat(gaps).containsExactly("resumed 2026-01-01T12:00:00Z 2026-01-01T12:00:00Z");
        assertThat(lines.messages()).contains("stream p1: a new connection has taken over");
    }

    @Test
    void tellsOfADoubtWhereNothingProvesTheHandOverThatWasDecided() {
        bringAbout(Stage.DECIDED);
        happen(Trigger.END);
        awaitReleased("k1", "k2");

        assertThat(gaps)
                .containsExactly(
                        "resumed 2026-01-01T12:00:00Z 2026-01-01T12:00:00Z",
                        "interrupted 2026-01-01T12:00:00Z a planned renewal could not be proven to be without loss",
                        "resumed 2026-01-01T12:00:01Z 2026-01-01T12:00:00Z");
    }

    @Test
    void tellsWhyTheOldConnectionEndedThatWasToGoOn() {
        bringAbout(Stage.RENEWING);
        happen(Trigger.FAILURE);

        assertThat(gaps).hasSize(2).last().isEqualTo("interrupted 2026-01-01T12:00:00Z by intent");
        assertThat(lines.messages())
                .contains("stream p1: a new connection has taken over, without an event or a ping so far");
    }

    @Test
    void tellsOfAGapWhenItStartsOverOrIsStopped() {
        bringAbout(Stage.LIVE);
        happen(Trigger.RECOVER);
        assertThat(gaps).last().asString().contains("failed unexpectedly");

        opened.get(1).ping();
        drain();
        happen(Trigger.CLOSE);
        assertThat(gaps).last().asString().isEqualTo("interrupted 2026-01-01T12:00:01Z the session was stopped");
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTING, RECORD, live",
        "LIVE, END, by intent; connecting again at once",
        "LIVE, FAILURE, (failure 1 in a row)",
        "LIVE, REFUSAL, so it is tried again every 10 min",
        "CONNECTING, REFUSAL, has stopped: by intent",
        "REFUSED, RETRY_REFUSED, 'as other streams continue, it is tried again in 10 min'",
        "REFUSED, RETRY_NOW, trying again",
        "RENEWING, SUCCESSOR_FAILURE, no new connection could take over: by intent; the old one continues"
    })
    void tellsItsOperator(Stage stage, Trigger trigger, String line) {
        bringAbout(stage);
        int before = lines.messages().size();
        happen(trigger);

        assertThat(lines.messages().subList(before, lines.messages().size()))
                .anyMatch(message -> message.contains(line));
    }

    @Test
    void countsFailuresAnewWhenSomebodyAsksForAnAttempt() {
        bringAbout(Stage.WAITING);
        happen(Trigger.RETRY_NOW);

        assertThat(((SessionState.Connecting) control.state()).failures()).isZero();
        assertThat(time.pending()).as("the attempt that was planned").isEmpty();
    }

    @Test
    void connectsAtOnceWithOtherCredentials() {
        otherCredentials = true;
        bringAbout(Stage.CONNECTING);
        happen(Trigger.UNAUTHORIZED);

        assertThat(control.state().label()).isEqualTo("connecting");
        assertThat(opened).hasSize(2);
    }

    @Test
    void replacesTheCredentialsThatWereRefusedToASuccessor() {
        bringAbout(Stage.RENEWING);
        opened.get(1).end(FaultKind.CREDENTIALS);
        drain();

        assertThat(invalidated).isEqualTo(1);
    }

    @Test
    void blamesNoCredentialsForWhatIsNotTheirFault() {
        otherCredentials = true;
        bringAbout(Stage.REFUSED);

        assertThat(invalidated).isZero();
    }

    @ParameterizedTest
    @CsvSource({"5, 30", "9, 30", "20, 63"})
    void letsAHandOverTakeThreeSilencesButHalfAMinuteAtLeast(long pingSeconds, long limit) {
        control = control(SessionFixture.withSilenceLimit(Duration.ofSeconds(pingSeconds), Duration.ofSeconds(1)));
        bringAbout(Stage.PROVING);

        assertThat(time.pending()).containsExactly(Duration.ofSeconds(limit));
        happen(Trigger.SUCCESSOR_FAILURE);
        assertThat(time.pending()).as("the new connection is tried again").containsExactly(WhileRenewing.RETRY);
    }

    @Test
    void renewsWhenThePeriodIsOverAndOnceMoreWhenThatFailed() {
        Duration period = Duration.ofMinutes(55);
        control = control(SessionFixture.withRenewal(period));
        bringAbout(Stage.LIVE);
        assertThat(time.pending()).singleElement(DURATION).isBetween(period.minusMinutes(5), period);

        happenLater(period, Trigger.SUCCESSOR_FAILURE);
        assertThat(opened).hasSize(2);
        assertThat(time.pending()).containsExactly(WhileRenewing.RETRY);

        happenLater(WhileRenewing.RETRY, Trigger.SUCCESSOR_FAILURE);
        assertThat(opened).hasSize(3);
        assertThat(time.pending()).as("it goes on until the cloud ends it").isEmpty();

        happen(Trigger.END);
        assertThat(opened).hasSize(4);
        assertThat(time.pending()).singleElement(DURATION).isBetween(period.minusMinutes(5), period);
        opened.get(3).end(FaultKind.TRANSIENT);
        drain();
        assertThat(time.pending()).as("the next attempt only").hasSize(1);
    }

    @Test
    void asksForOtherEventsAgainAndAgainUntilTheCloudGivesThem() {
        bringAbout(Stage.LIVE);
        happen(Trigger.CHANGE_FILTERS, Trigger.SUCCESSOR_FAILURE);
        for (int minutes : List.of(3, 6, 12, 15)) {
            assertThat(time.pending()).containsExactly(Duration.ofMinutes(minutes));
            happenLater(Duration.ofMinutes(minutes), Trigger.SUCCESSOR_FAILURE);
        }
        assertThat(opened).hasSize(6);

        happenLater(Duration.ofMinutes(15), Trigger.SUCCESSOR_RECORD);
        happen(Trigger.RECORD, Trigger.END);

        assertThat(opened).last().satisfies(last -> assertThat(last.filters).isEqualTo(TOUCH));
        assertThat(control.state().label()).isEqualTo("live");
        assertThat(time.pending()).isEmpty();
    }

    @Test
    void goesOnWithTheOldConnectionOnceItsEventsAreWantedAgain() {
        bringAbout(Stage.LIVE);
        happen(Trigger.CHANGE_FILTERS, Trigger.SUCCESSOR_FAILURE);
        control.step(new Happening.FiltersChanged(StreamFilters.NONE));
        time.advance(WhileRenewing.RETRY);
        drain();
        happen(Trigger.SUCCESSOR_FAILURE);

        assertThat(control.state().label()).isEqualTo("live");
        assertThat(time.pending()).isEmpty();
    }

    @Test
    void renewsAtThePlannedTimeThoughARenewalBeforeItFailedTwice() {
        Duration period = Duration.ofMinutes(55);
        control = control(SessionFixture.withRenewal(period));
        bringAbout(Stage.LIVE);
        Duration planned = time.pending().get(0);
        happen(Trigger.RENEW, Trigger.SUCCESSOR_FAILURE);
        happenLater(WhileRenewing.RETRY, Trigger.SUCCESSOR_FAILURE);
        assertThat(time.pending()).containsExactly(planned.minus(WhileRenewing.RETRY));

        happenLater(planned.minus(WhileRenewing.RETRY), Trigger.SUCCESSOR_FAILURE);
        assertThat(opened).hasSize(4);
        assertThat(time.pending()).as("the planned one is tried twice, too").containsExactly(WhileRenewing.RETRY);

        happenLater(WhileRenewing.RETRY, Trigger.SUCCESSOR_FAILURE);
        assertThat(opened).hasSize(5);
        assertThat(time.pending()).as("it goes on until the cloud ends it").isEmpty();
    }

    @Test
    void doesNotPutThePlannedRenewalOffForOtherEvents() {
        control = control(SessionFixture.withRenewal(Duration.ofMinutes(55)));
        bringAbout(Stage.LIVE);
        Duration last = Duration.ofMinutes(1);
        happenLater(time.pending().get(0).minus(last), Trigger.CHANGE_FILTERS);
        happen(Trigger.SUCCESSOR_FAILURE);
        assertThat(time.pending()).containsExactly(last);

        happenLater(last, Trigger.SUCCESSOR_FAILURE);
        assertThat(time.pending()).containsExactly(WhileRenewing.RETRY);
    }

    @Test
    void plansTheRenewalOfWhatHasTakenOver() {
        Duration period = Duration.ofMinutes(55);
        control = control(SessionFixture.withRenewal(period));
        bringAbout(Stage.RENEWING);
        happen(Trigger.SUCCESSOR_RECORD, Trigger.RECORD, Trigger.END);

        assertThat(time.pending()).singleElement(DURATION).isBetween(period.minusMinutes(5), period);
    }

    @Test
    void renewsOnlyWhenWhatWasHeldIsPassedOn() {
        bringAbout(Stage.DECIDED);
        sink.gate = new Semaphore(0);
        happen(Trigger.END, Trigger.RENEW);
        assertThat(opened).hasSize(2);
        assertThat(control.state().label()).isEqualTo("live");

        sink.gate.release(100);
        await().until(() -> {
            drain();
            return opened.size() == 3;
        });
        assertThat(aborted()).as("only what was decided to end").isEqualTo(1);
    }

    @Test
    void renewsNoOtherConnectionThanTheOneThatWasToBeRenewed() {
        bringAbout(Stage.DECIDED);
        sink.gate = new Semaphore(0);
        happen(Trigger.END, Trigger.RENEW, Trigger.SUCCESSOR_FAILURE, Trigger.TIME);
        assertThat(opened).hasSize(3);
        sink.gate.release(100);
        await().until(() -> sink.eventIds().contains("k2"));
        opened.get(2).ping();
        drain();

        assertThat(control.state().label()).isEqualTo("live");
        assertThat(opened).hasSize(3);
    }

    @Test
    void renewsNotOnceMoreWhereTheNextAttemptIsMadeByHandAndWorksOut() {
        bringAbout(Stage.RENEWING);
        happen(Trigger.SUCCESSOR_FAILURE);
        assertThat(time.pending()).containsExactly(WhileRenewing.RETRY);

        happen(Trigger.RENEW, Trigger.SUCCESSOR_RECORD, Trigger.RECORD, Trigger.END);

        assertThat(control.state().label()).isEqualTo("live");
        assertThat(time.pending()).isEmpty();
    }

    @Test
    void endsWhatIsPassedOnAfterAHandOverWhenItIsClosed() {
        bringAbout(Stage.DECIDED);
        sink.gate = new Semaphore(0);
        happen(Trigger.END);
        await().until(() -> sink.inside.get() == 1);

        control.step(new Happening.Stop());

        await().until(() -> mailbox.poll() instanceof Happening.Released);
        assertThat(sink.eventIds()).as("what was not passed on").containsExactly("k1");
    }

    @Test
    void leavesAnInterruptToItsThreadWhenItIsClosed() {
        bringAbout(Stage.LIVE);
        Thread.currentThread().interrupt();

        happen(Trigger.CLOSE);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(control.isClosed()).isTrue();
    }

    @Test
    void triesARenewalByHandOnceMoreInPlaceOfTheOneThatWasPlanned() {
        control = control(SessionFixture.withRenewal(Duration.ofMinutes(55)));
        bringAbout(Stage.LIVE);

        happen(Trigger.RENEW, Trigger.SUCCESSOR_FAILURE);

        assertThat(time.pending()).containsExactly(WhileRenewing.RETRY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tellsFromWhenOnTheOldConnectionIsCompleteAlsoWhileANewOneStandsReady(boolean decided) {
        control.step(new Happening.Start());
        opened.get(0).lateEvent();
        drain();
        happen(Trigger.RENEW);
        if (decided) {
            happen(Trigger.SUCCESSOR_RECORD, Trigger.TIME);
        }
        assertThat(gaps).isEmpty();

        happen(Trigger.RECORD);

        assertThat(gaps).singleElement().asString().startsWith("resumed");
    }

    @Test
    void asksForOtherEventsOnceWhatTookOverBeforeItsFirstRecordIsLive() {
        bringAbout(Stage.RENEWING);
        control.step(new Happening.HandoverDue((HandoverBuffer) opened.get(1).sink));
        happen(Trigger.CHANGE_FILTERS, Trigger.END);
        assertThat(control.state().label()).isEqualTo("connecting");
        assertThat(opened).hasSize(2);

        opened.get(1).ping();
        await().until(() -> {
            drain();
            return opened.size() == 3;
        });

        assertThat(opened.get(2).filters).isEqualTo(TOUCH);
    }

    @Test
    void keepsNothingForASuccessorThatIsGivenUp() {
        bringAbout(Stage.PROVING);
        assertThat(memory.used().get(Holder.HANDOVER)).isPositive();

        happen(Trigger.SUCCESSOR_FAILURE);

        assertThat(memory.used().getOrDefault(Holder.HANDOVER, 0L)).isZero();
        assertThat(opened.get(0).watcher).as("whom it shows what it passes on").isNull();
    }

    @Test
    void endsTheNewConnectionWhenWhatItHadReceivedCannotBePassedOn() {
        bringAbout(Stage.DECIDED);
        sink.fails.set(new OutOfMemoryError("injected"));
        opened.get(0).end(FaultKind.ENDED);
        control.step(Objects.requireNonNull(mailbox.poll()));

        await().until(() -> mailbox.peek() instanceof Happening.Released);
        assertThat(opened.get(1).aborts).isEqualTo(1);
    }

    @Test
    void tellsOfNoThreadsOnceItIsClosed() {
        bringAbout(Stage.LIVE);
        assertThat(supervisor.reports()).isNotEmpty();

        happen(Trigger.CLOSE);

        assertThat(supervisor.reports()).isEmpty();
    }

    private void happenLater(Duration delay, Trigger trigger) {
        time.advance(delay);
        drain();
        happen(trigger);
    }

    private void awaitReleased(String... eventIds) {
        await().untilAsserted(() -> assertThat(sink.eventIds()).containsExactly(eventIds));
    }

    private void bringAbout(Stage stage) {
        control.step(new Happening.Start());
        switch (stage) {
            case CONNECTING -> {}
            case LIVE -> happen(Trigger.RECORD);
            case WAITING -> happen(Trigger.FAILURE);
            case REFUSED -> happen(Trigger.REFUSAL);
            case REFUSED_BESIDE_OTHERS -> happen(Trigger.REFUSAL, Trigger.RETRY_REFUSED);
            case CLOSED -> happen(Trigger.CLOSE);
            case RENEWING -> happen(Trigger.RECORD, Trigger.RENEW);
            case PROVING -> happen(Trigger.RECORD, Trigger.RENEW, Trigger.SUCCESSOR_RECORD);
            case DECIDED -> happen(Trigger.RECORD, Trigger.RENEW, Trigger.SUCCESSOR_RECORD, Trigger.TIME);
            case DECIDED_IN_VAIN ->
                happen(
                        Trigger.RECORD,
                        Trigger.RENEW,
                        Trigger.SUCCESSOR_RECORD,
                        Trigger.TIME,
                        Trigger.SUCCESSOR_FAILURE);
        }
    }

    private void happen(Trigger... triggers) {
        for (Trigger trigger : triggers) {
            happen(trigger);
        }
    }

    private void happen(Trigger trigger) {
        FakeConnection first = opened.get(0);
        FakeConnection second = opened.get(opened.size() - 1);
        switch (trigger) {
            case RECORD -> first.ping();
            case END -> first.end(FaultKind.ENDED);
            case FAILURE -> first.end(FaultKind.TRANSIENT);
            case REFUSAL -> first.end(FaultKind.PERMANENT);
            case UNAUTHORIZED -> first.end(FaultKind.CREDENTIALS);
            case SUCCESSOR_RECORD -> second.ping();
            case SUCCESSOR_FAILURE -> second.end(FaultKind.TRANSIENT);
            case TIME -> time.advance(LONG);
            case RENEW -> control.step(new Happening.Renew());
            case CHANGE_FILTERS -> control.step(new Happening.FiltersChanged(TOUCH));
            case RETRY_NOW -> control.step(new Happening.RetryNow());
            case RETRY_REFUSED -> control.step(new Happening.RetryRefused());
            case RECOVER -> control.step(new Happening.Failed());
            case CLOSE -> control.step(new Happening.Stop());
        }
        drain();
    }

    private void drain() {
        for (Happening message = mailbox.poll(); message != null; message = mailbox.poll()) {
            control.step(message);
        }
    }

    private int aborted() {
        return opened.stream().mapToInt(connection -> connection.aborts).sum();
    }

    private void assertThatStatesAreLegal() {
        for (int i = 1; i < states.size(); i++) {
            assertThat(LEGAL.get(states.get(i - 1))).as("all of " + states).contains(states.get(i));
        }
    }

    private void assertThatGapsOpenAndCloseInTurn() {
        for (int i = 0; i < gaps.size(); i++) {
            assertThat(gaps.get(i)).as("all of " + gaps).startsWith(i % 2 == 0 ? "resumed" : "interrupted");
        }
    }

    private final class FakeFactory implements ConnectionFactory {
        @Override
        public StreamConnection connection(ConnectionSettings settings, RecordSink sink, ConnectionListener listener) {
            FakeConnection connection = new FakeConnection(sink, listener, settings.filters());
            opened.add(connection);
            return connection;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    /** A connection that the test controls. */
    private final class FakeConnection implements StreamConnection {
        private final RecordSink sink;
        private final ConnectionListener listener;
        private @Nullable Consumer<List<Event>> watcher;
        private @Nullable Instant completeFrom;
        private final StreamFilters filters;
        private boolean started;
        private boolean live;
        private int aborts;

        FakeConnection(RecordSink sink, ConnectionListener listener, StreamFilters filters) {
            this.sink = sink;
            this.listener = listener;
            this.filters = filters;
        }

        void ping() {
            boolean isFirst = !live;
            boolean completes = completeFrom == null;
            Instant sent = NOON.plusSeconds(pings++);
            Event ping = new Event(
                    "k" + pings,
                    "ping",
                    "p1",
                    null,
                    sent.toString(),
                    "null".getBytes(StandardCharsets.UTF_8),
                    0,
                    "null".length());
            live = true;
            completeFrom = completes ? sent : completeFrom;
            pass(ping, sent);
            if (isFirst) {
                listener.live(this);
            }
            if (completes) {
                listener.complete(this);
            }
        }

        /** A first record that does not show since when the stream is complete. */
        void lateEvent() {
            live = true;
            pass(
                    new Event(
                            "late",
                            "touch",
                            "p1",
                            "d1",
                            NOON.minus(Duration.ofDays(1)).toString(),
                            "{}".getBytes(StandardCharsets.UTF_8),
                            0,
                            "{}".length()),
                    NOON);
            listener.live(this);
        }

        private void pass(Event event, Instant at) {
            try {
                sink.received(Received.of(List.of(event), at));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (watcher != null) {
                watcher.accept(List.of(event));
            }
        }

        void end(FaultKind kind) {
            listener.ended(this, Fault.of(kind, "by intent"));
        }

        @Override
        public void start() {
            if (startFails) {
                startFails = false;
                throw new OutOfMemoryError("injected");
            }
            started = true;
        }

        @Override
        public void abort() {
            aborts++;
        }

        @Override
        public void join(Duration gently, Duration afterInterrupt) throws InterruptedException {
            joins++;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }

        @Override
        public void showTo(@Nullable Consumer<List<Event>> other) {
            watcher = other;
        }

        @Override
        public @Nullable Instant completeFrom() {
            return completeFrom;
        }

        @Override
        public boolean isLive() {
            return live;
        }

        @Override
        public ConnectionLife life() {
            return new ConnectionLife(Duration.ofHours(1), isLive());
        }

        @Override
        public boolean invalidateCredentials() {
            invalidated++;
            return otherCredentials;
        }
    }

    private final class Recorder implements SessionListener {
        @Override
        public void stateChanged(SessionState state) {
            if (listenerFails) {
                listenerFails = false;
                throw new OutOfMemoryError("injected");
            }
            states.add(state.label());
        }

        @Override
        public void interrupted(Instant completeUntil, String reason) {
            gaps.add("interrupted " + completeUntil + " " + reason);
        }

        @Override
        public void resumed(Instant completeFrom, Instant past) {
            gaps.add("resumed " + completeFrom + " " + past);
        }
    }
}
