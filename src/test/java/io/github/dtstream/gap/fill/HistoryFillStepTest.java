package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.github.dtstream.LogCapture;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.memory.MemoryBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the fill does first, how long it then waits, how it bears failures, and its worker. */
class HistoryFillStepTest {
    private static final Instant START = World.START;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration BLOCKED = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofHours(6);

    @TempDir
    private Path folder;

    private ReadingFixture world;
    private HistoryFill fill;
    private final List<Thread> workers = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        open("plain", World.FAST);
    }

    @AfterEach
    void close() {
        fill.close();
    }

    private void open(String name, FillSettings settings) throws IOException {
        world = new ReadingFixture(folder.resolve(name), settings);
        world.devices(3);
        fill = newFill(world.reading.settings());
    }

    private HistoryFill newFill(FillSettings settings) {
        return new HistoryFill(
                FakeCloud.PROJECT,
                () -> new StreamFilters(world.eventTypes, List.of(), List.of(), List.of(), List.of()),
                filters -> world.known,
                world.cloud,
                world.ledger,
                world.log,
                folder,
                settings,
                new FillEnvironment(
                        world.time, world.time, world.time, new Random(1), this::thread, new MemoryBudget(64 << 20)),
                world.storage);
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "fill-under-test");
        workers.add(thread);
        return thread;
    }

    private void polling() throws IOException {
        open("polling", World.polling(World.FAST, BLOCKED, POLL));
    }

    private void reconciling() throws IOException {
        open("reconciling", World.FAST.withReconcileWindow(WINDOW));
    }

    private void gap(Duration ago) {
        world.ledger.interrupted(START.minus(ago), "reset");
        world.ledger.resumed(START.minus(ago).plusSeconds(10));
    }

    /** A gap whose history is complete. */
    private void lateGap() {
        gap(MINUTE);
        world.time.advance(World.FAST.settling());
    }

    private Gap.State state(long id) {
        return world.ledger.get(id).state();
    }

    /** The disk is asked only for a device of which history has events. */
    private void diskFails() {
        world.publish("missed", "temperature", 1, START.minusSeconds(55));
        world.log.diskFails = () -> true;
    }

    private void answers(@Nullable Fault fault) {
        world.cloud.script((number, path) -> fault);
    }

    private void isDefect() {
        world.cloud.script((number, path) -> {
            throw new IllegalStateException("a defect");
        });
    }

    @Test
    void nothingIsDueForAMinuteOrUntilAnInterruptionIsToBePolled() throws Exception {
        assertThat(fill.step()).isEqualTo(MINUTE);

        polling();
        assertThat(fill.step()).as("an interruption wakes nobody").isEqualTo(BLOCKED);
        assertThat(world.cloud.paths).isEmpty();
    }

    @Test
    void gapsAreFilledOneAtATimeOldestFirst() throws Exception {
        gap(Duration.ofMinutes(10));
        gap(Duration.ofMinutes(20));
        world.time.advance(World.FAST.settling());

        assertThat(fill.step()).isZero();
        assertThat(List.of(state(1), state(2))).containsExactly(Gap.State.OPEN, Gap.State.CLOSED);
        assertThat(fill.step()).isZero();
        assertThat(List.of(state(1), state(2))).containsExactly(Gap.State.CLOSED, Gap.State.CLOSED);
        assertThat(fill.step()).isEqualTo(MINUTE);
    }

    @Test
    void gapThatIsReadEarlyWaitsForTheLastPass() throws Exception {
        gap(MINUTE);

        assertThat(fill.step()).isZero();
        assertThat(fill.pause(1)).contains(new HistoryFill.Pause(START.plusSeconds(20), 0, ""));
        assertThat(fill.step()).isEqualTo(Duration.ofSeconds(20).minusMillis(4 * 50));
        int requests = world.cloud.requests.size();
        assertThat(fill.step()).isPositive();
        assertThat(world.cloud.requests).as("it is not due").hasSize(requests);

        world.time.advance(Duration.ofSeconds(20));
        assertThat(fill.step()).isZero();
        assertThat(state(1)).isEqualTo(Gap.State.CLOSED);
        assertThat(fill.pause(1)).isEmpty();
    }

    @Test
    void gapThatWaitsHoldsUpNoOther() throws Exception {
        gap(Duration.ofMinutes(20));
        gap(Duration.ofMinutes(10));
        fill.step();
        fill.step();

        assertThat(List.of(state(1), state(2))).containsExactly(Gap.State.FILLING, Gap.State.FILLING);
    }

    @Test
    void gapThatFailedHoldsUpNoNewOneThatIsDueToo() throws Exception {
        gap(Duration.ofMinutes(20));
        world.time.advance(World.FAST.settling());
        answers(FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ZERO));
        fill.step();
        assertThat(fill.pause(1).orElseThrow().failures()).isEqualTo(1);
        gap(Duration.ofMinutes(10));
        world.time.advance(MINUTE);
        answers(null);

        fill.step();

        assertThat(List.of(state(1), state(2))).containsExactly(Gap.State.FILLING, Gap.State.CLOSED);
    }

    @Test
    void endsOfGapsAreNotedWhenTheyCome() throws Exception {
        gap(MINUTE);
        world.time.advance(World.FAST.settling());

        fill.step();

        assertThat(state(1)).as("no second pass").isEqualTo(Gap.State.CLOSED);
        assertThat(world.asked()).hasSize(3);
    }

    @Test
    void endsOfGapsOfAnEarlierProcessAreNotedAtTheFirstStep() throws Exception {
        lateGap();
        fill = newFill(World.FAST);
        Instant noted = world.time.instant();

        assertThat(fill.step()).isZero();

        assertThat(fill.pause(1)).contains(new HistoryFill.Pause(noted.plusSeconds(20), 0, ""));
    }

    @Test
    void gapThatIsSettledElsewhereIsForgotten() throws Exception {
        gap(MINUTE);
        fill.step();
        world.ledger.unfillable(1, "too old", world.ledger.get(1).progress());

        fill.step();

        assertThat(fill.pause(1)).isEmpty();
    }

    @Test
    void ledgerThatCouldNotBeWrittenIsWrittenAgain() throws Exception {
        world.storage.failOperations(1, Long.MAX_VALUE);
        world.ledger.interrupted(START, "reset");
        assertThat(world.ledger.problem()).isPresent();
        world.storage.mend();

        fill.step();

        assertThat(world.ledger.problem()).isEmpty();
    }

    @Test
    void requestThatFailsIsRepeated() throws Exception {
        lateGap();
        world.cloud.script(
                (number, path) -> number < 4 ? FakeCloud.fault(FaultKind.TRANSIENT, 503, Duration.ZERO) : null);

        fill.step();

        assertThat(state(1)).isEqualTo(Gap.State.CLOSED);
    }

    private HistoryFill.Pause pauseAfter(@Nullable Fault fault) throws Exception {
        lateGap();
        answers(fault);
        assertThat(fill.step()).isZero();
        return fill.pause(1).orElseThrow();
    }

    private long seconds(HistoryFill.Pause pause) {
        return Duration.between(world.time.instant(), pause.until()).toSeconds();
    }

    @Test
    void cloudThatIsDownPausesTheFillForAWhile() throws Exception {
        HistoryFill.Pause pause = pauseAfter(FakeCloud.fault(FaultKind.WEATHER, 502, Duration.ZERO));

        assertThat(pause.why()).isEqualTo("the cloud answered 502");
        assertThat(pause.failures()).isEqualTo(1);
        assertThat(seconds(pause)).isEqualTo(5);
        fill.step();
        world.time.advance(Duration.ofSeconds(5));
        fill.step();
        assertThat(fill.pause(1).orElseThrow().failures()).isEqualTo(2);
    }

    @Test
    void cloudThatRefusesPausesTheFillForLonger() throws Exception {
        HistoryFill.Pause pause = pauseAfter(FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ZERO));

        assertThat(pause.why()).isEqualTo("the cloud answered 403");
        assertThat(seconds(pause)).isEqualTo(60);
    }

    @Test
    void delayThatTheCloudAsksForIsHonoured() throws Exception {
        HistoryFill.Pause pause = pauseAfter(FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ofMinutes(30)));

        assertThat(seconds(pause)).isEqualTo(1800);
    }

    @Test
    void diskThatFailsPausesTheFillShortly() throws Exception {
        lateGap();
        diskFails();

        assertThat(fill.step()).isZero();

        assertThat(fill.pause(1).orElseThrow().why())
                .isEqualTo("the local disk fails: java.io.IOException: no space left on device");
        assertThat(seconds(fill.pause(1).orElseThrow())).isEqualTo(2);
    }

    @Test
    void defectPausesTheFillAndIsToldWithItsPlaceOnce() throws Exception {
        lateGap();
        isDefect();
        try (LogCapture told = LogCapture.of(HistoryFill.class)) {
            assertThat(fill.step()).isZero();
            assertThat(told.messages()).containsExactly("This is where the fill of gap 1 failed");
            world.time.advance(MINUTE);
            fill.step();

            assertThat(told.events()).as("the same failure again").hasSize(1);
            assertThat(told.events().get(0).getThrowableProxy()).isNotNull();
        }
        HistoryFill.Pause pause = fill.pause(1).orElseThrow();
        assertThat(pause.failures()).isEqualTo(2);
        assertThat(pause.why()).isEqualTo("it failed unexpectedly: java.lang.IllegalStateException: a defect");
        assertThat(seconds(pause)).isEqualTo(120);
    }

    /** The stream is blocked for so long that history is to be polled now. */
    private void blocked() throws Exception {
        polling();
        world.ledger.interrupted(START, "reset");
        assertThat(fill.step()).isEqualTo(BLOCKED);
        world.time.advance(BLOCKED);
    }

    @Test
    void historyIsPolledWhileTheStreamIsBlocked() throws Exception {
        blocked();
        world.publish("missed", "temperature", 1, START.plusSeconds(1));

        assertThat(fill.step()).isZero();

        assertThat(world.journaled()).containsExactly("missed");
        assertThat(fill.polling().orElseThrow().eventsNew()).isEqualTo(1);
        assertThat(fill.step()).isEqualTo(POLL.minusMillis(4 * 50));
    }

    @Test
    void pollingStopsForAGapThatCanBeFilled() throws Exception {
        blocked();
        world.cloud.script((number, path) -> {
            if (number == 2) {
                world.ledger.resumed(world.time.instant());
            }
            return null;
        });

        assertThat(fill.step()).isZero();

        assertThat(world.asked()).containsExactly(World.device(0));
        assertThat(fill.step()).isZero();
        assertThat(state(1)).isEqualTo(Gap.State.FILLING);
    }

    private void nextPollIsIn(Duration time) throws Exception {
        assertThat(fill.step()).isEqualTo(time);
        assertThat(fill.polling()).isEmpty();
    }

    @Test
    void pollingThatTheCloudRefusesIsTriedLater() throws Exception {
        blocked();
        answers(FakeCloud.fault(FaultKind.TRANSIENT, 503, Duration.ZERO));
        assertThat(fill.step()).isZero();

        assertThat(world.cloud.requests)
                .as("a request of polling is not repeated")
                .hasSize(1);
        nextPollIsIn(POLL.multipliedBy(2));
    }

    @Test
    void pollingThatTheDiskRefusesIsTriedLater() throws Exception {
        blocked();
        diskFails();
        assertThat(fill.step()).isZero();

        nextPollIsIn(POLL.multipliedBy(2));
    }

    @Test
    void pollingThatHasADefectIsToldAndTriedLater() throws Exception {
        blocked();
        isDefect();
        try (LogCapture told = LogCapture.of(HistoryFill.class)) {
            assertThat(fill.step()).isZero();

            assertThat(told.messages()).containsExactly("The polling of history failed unexpectedly");
        }
        nextPollIsIn(POLL.multipliedBy(2));
    }

    @Test
    void lateEventsAreReconciledWhenNothingElseIsToBeDoneWithinTheBudget() throws Exception {
        open(
                "slow",
                new FillSettings(
                        Duration.ofSeconds(10),
                        MINUTE,
                        Duration.ofDays(30),
                        WINDOW,
                        0.5,
                        1000,
                        500_000,
                        World.NEVER,
                        World.NEVER));
        world.publish("late", "temperature", 1, START.minusSeconds(3600));
        world.eventTypes = List.of("temperature");

        assertThat(fill.step()).isZero();

        assertThat(world.journaled()).containsExactly("late");
        assertThat(world.lastAsked().eventTypes()).containsExactly("temperature");
        assertThat(Duration.between(world.cloud.requests.get(1), world.cloud.requests.get(3)))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(3));
        assertThat(fill.step()).isEqualTo(MINUTE);
    }

    @Test
    void gapsComeBeforeReconciliationAndStopIt() throws Exception {
        reconciling();
        lateGap();
        assertThat(fill.step()).isZero();
        assertThat(state(1)).isEqualTo(Gap.State.CLOSED);
        assertThat(world.asked()).hasSize(3);

        world.cloud.script((number, path) -> {
            if (path.contains(World.device(1) + "/") && world.asked().size() == 5) {
                world.ledger.interrupted(world.time.instant(), "reset");
                world.ledger.resumed(world.time.instant());
            }
            return null;
        });
        assertThat(fill.step()).isZero();
        assertThat(world.asked()).as("stopped after the second device").hasSize(5);
    }

    @Test
    void pollingStopsReconciliation() throws Exception {
        open("both", World.polling(World.FAST.withReconcileWindow(WINDOW), BLOCKED, POLL));
        world.ledger.interrupted(START, "reset");
        world.cloud.script((number, path) -> {
            if (path.endsWith("/events")) {
                world.time.advance(Duration.ofSeconds(29));
            }
            return null;
        });
        assertThat(fill.step()).isZero();
        assertThat(world.asked()).as("polling is due 30 s after the first look").hasSize(2);
    }

    private void reconciliationIsTriedAgainInTenMinutes() throws Exception {
        assertThat(fill.step()).isEqualTo(MINUTE);
        world.time.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(fill.step()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void reconciliationThatTheCloudRefusesIsTriedLater() throws Exception {
        reconciling();
        answers(FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ZERO));
        try (LogCapture told = LogCapture.of(HistoryFill.class)) {
            assertThat(fill.step()).isZero();

            assertThat(told.messages()).containsExactly("Reconciliation pauses for 10 min: the cloud answered 403");
        }
        reconciliationIsTriedAgainInTenMinutes();
    }

    @Test
    void reconciliationThatTheDiskRefusesIsTriedLater() throws Exception {
        reconciling();
        diskFails();
        try (LogCapture told = LogCapture.of(HistoryFill.class)) {
            assertThat(fill.step()).isZero();

            assertThat(told.messages())
                    .singleElement()
                    .asString()
                    .startsWith("Reconciliation pauses for 10 min: the local disk fails");
        }
        reconciliationIsTriedAgainInTenMinutes();
    }

    @Test
    void reconciliationThatHasADefectIsToldAndTriedLater() throws Exception {
        reconciling();
        isDefect();
        try (LogCapture told = LogCapture.of(HistoryFill.class)) {
            assertThat(fill.step()).isZero();

            assertThat(told.events()).singleElement().satisfies(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.ERROR);
                assertThat(line.getFormattedMessage()).isEqualTo("Reconciliation failed unexpectedly");
            });
        }
        reconciliationIsTriedAgainInTenMinutes();
    }

    /** After the close, a failure is the interrupt of a read or of a wait: no failure to tell of. */
    private void endsWithoutAWord() {
        fill.close();
        try (LogCapture told = LogCapture.of(HistoryFill.class);
                LogCapture pauses = LogCapture.of(FillPauses.class)) {
            assertThatThrownBy(fill::step).isInstanceOf(InterruptedException.class);
            assertThat(told.events()).isEmpty();
            assertThat(pauses.events()).isEmpty();
        }
    }

    @Test
    void fillThatFailsAsItIsClosedTellsNothing() throws Exception {
        lateGap();
        isDefect();
        endsWithoutAWord();

        answers(null);
        diskFails();
        endsWithoutAWord();
        assertThat(fill.pause(1)).isEmpty();
    }

    @Test
    @Timeout(180)
    void fillWhoseJournalIsTakenOverEndsWithoutAWord() throws Exception {
        world.publish("missed", "temperature", 1, START.minusSeconds(55));
        lateGap();
        world.log.isTakenOver = true;
        try (LogCapture told = LogCapture.of(HistoryFill.class);
                LogCapture pauses = LogCapture.of(FillPauses.class)) {
            assertThatThrownBy(fill::step).isInstanceOf(InterruptedException.class);
            assertThat(told.events()).isEmpty();
            assertThat(pauses.events()).isEmpty();
        }
        fill.start();
        workers.get(0).join();
        assertThat(world.journaled()).isEmpty();
    }

    @Test
    void pollingThatFailsAsItIsClosedTellsNothing() throws Exception {
        blocked();
        isDefect();
        endsWithoutAWord();

        answers(null);
        diskFails();
        endsWithoutAWord();
    }

    @Test
    void reconciliationThatFailsAsItIsClosedTellsNothing() throws Exception {
        reconciling();
        isDefect();
        endsWithoutAWord();

        answers(null);
        diskFails();
        endsWithoutAWord();
    }

    @Test
    void backfillRepeatsRequestsAndReturnsWhatItDid() throws Exception {
        world.publish("missed", "temperature", 1, START.minusSeconds(30));
        world.cloud.script(
                (number, path) -> number < 3 ? FakeCloud.fault(FaultKind.TRANSIENT, 503, Duration.ZERO) : null);

        FillProgress result = fill.backfill(START.minusSeconds(60), START, shown -> {});

        assertThat(result.eventsNew()).isEqualTo(1);
        assertThat(world.journaled()).containsExactly("missed");
    }

    @Test
    @Timeout(180)
    void workerIsWokenByAGapAndEndsWhenItIsClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        world.ledger.addListener(gap -> {
            if (gap.state() == Gap.State.CLOSED) {
                closed.countDown();
            }
        });
        fill.start();
        fill.start();
        assertThat(workers).hasSize(1);
        await().until(() -> workers.get(0).getState() == Thread.State.TIMED_WAITING);
        // By the ticker, which this moves, history is complete; the worker itself would look in a minute.
        world.cloud.script((number, path) -> {
            world.time.advance(World.FAST.settling());
            return null;
        });
        gap(MINUTE);

        assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
        fill.close();
        workers.get(0).join();
    }

    @Test
    @Timeout(180)
    void closeInterruptsARequestAndWaitsForTheWorker() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        world.cloud.script((number, path) -> {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("interrupted while it waited for a connection");
        });
        gap(MINUTE);
        fill.start();
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

        fill.close();

        workers.get(0).join();
        assertThat(fill.pause(1)).isEmpty();
        assertThat(world.ledger.get(1).isFillable()).isTrue();
    }

    @Test
    void fillThatIsClosedDoesNotStart() {
        fill.close();
        fill.start();

        assertThat(workers).isEmpty();
    }
}
