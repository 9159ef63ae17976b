package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.dtstream.LogCapture;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When history is polled while the stream is blocked, from when on, and what is told of it. */
class HistoryPollerTest {
    private static final Instant START = World.START;
    private static final Duration BLOCKED = Duration.ofMinutes(3);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** The indexing delay and the margin. */
    private static final Duration OVERLAP = Duration.ofSeconds(70);

    private static final Duration ROUND_TRIP = Duration.ofMillis(50);

    @TempDir
    private Path folder;

    private ReadingFixture world;
    private HistoryPoller poller;

    @BeforeEach
    void open() throws Exception {
        world = new ReadingFixture(folder, World.polling(World.FAST, BLOCKED, MINUTE));
        poller = new HistoryPoller(world.reading);
    }

    private void blocked() {
        world.ledger.interrupted(world.time.instant(), "reset");
        assertThat(dueIn()).isEqualTo(BLOCKED);
        world.time.advance(BLOCKED);
    }

    private Duration dueIn() {
        return poller.due().map(Deadline::left).orElseThrow();
    }

    private void round() throws Exception {
        poller.run(() -> false);
    }

    private Polling state() {
        return poller.state().orElseThrow();
    }

    private void refuses(int... devices) {
        List<String> refused = IntStream.of(devices).mapToObj(World::device).toList();
        world.cloud.script((number, path) -> path.endsWith("/events") && refused.contains(path.split("/")[3])
                ? FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ZERO)
                : null);
    }

    private static List<String> warnings(LogCapture told) {
        return told.events().stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void isNotDueWhileTheStreamWorks() throws Exception {
        assertThat(poller.due()).isEmpty();
        world.devices(1);
        round();
        assertThat(world.cloud.paths).isEmpty();

        world.ledger.interrupted(START, "reset");
        world.ledger.resumed(START.plusSeconds(1));
        assertThat(poller.due()).as("the gap has an end").isEmpty();
    }

    @Test
    void isNotDueForAGapThatIsGivenUp() {
        world.ledger.interrupted(START, "reset");
        world.ledger.unfillable(1, "too old", world.ledger.get(1).progress());

        assertThat(poller.due()).isEmpty();
    }

    @Test
    void isDueWhenTheStreamHasBeenBlockedForLongAndNotAgainLaterForThat() {
        world.ledger.interrupted(START, "reset");
        assertThat(dueIn()).isEqualTo(BLOCKED);

        world.time.advance(Duration.ofMinutes(2));

        assertThat(dueIn()).isEqualTo(MINUTE);
        assertThat(world.cloud.paths).isEmpty();
    }

    @Test
    void firstRoundReadsFromTheGapsBeginningLessTheOverlap() throws Exception {
        world.devices(2);
        world.eventTypes = List.of("temperature");
        world.publish("early", "temperature", 1, START.minus(OVERLAP));
        world.publish("missed", "temperature", 1, START.plusSeconds(100));
        blocked();
        Instant began = world.time.instant();
        try (LogCapture told = LogCapture.of(HistoryPoller.class)) {
            round();

            assertThat(warnings(told))
                    .singleElement()
                    .asString()
                    .startsWith("Stream of project p1: the stream is blocked since " + START)
                    .contains("every 60 s, last at " + began + ", 2 so far");
        }
        assertThat(world.journaled()).containsExactly("early", "missed");
        assertThat(world.log.hasHistoryThatIsNotOnDisk()).isFalse();
        assertThat(world.lastAsked())
                .isEqualTo(new ReadingFixture.Asked(
                        START.minus(OVERLAP), began.plus(ROUND_TRIP.multipliedBy(2)), List.of("temperature")));
        assertThat(state()).isEqualTo(new Polling(1, START, MINUTE, began, 2));
        assertThat(dueIn()).isEqualTo(MINUTE.minus(ROUND_TRIP.multipliedBy(3)));
    }

    @Test
    void nextRoundBeginsWhereTheLastBeganAndCountsOnAndIsNotToldAgain() throws Exception {
        world.devices(1);
        world.publish("first", "temperature", 0, START.plusSeconds(100));
        blocked();
        Instant first = world.time.instant();
        round();
        world.time.advance(dueIn());
        assertThat(world.time.instant()).isEqualTo(first.plus(MINUTE));
        world.publish("second", "temperature", 0, first.plusSeconds(1));
        try (LogCapture told = LogCapture.of(HistoryPoller.class)) {
            round();
            assertThat(told.events()).isEmpty();
        }

        assertThat(world.lastAsked().from()).isEqualTo(first.minus(OVERLAP));
        assertThat(state()).isEqualTo(new Polling(1, START, MINUTE, first.plus(MINUTE), 2));
    }

    @Test
    void roundStopsForAFillAndGoesOnWithTheNextDevice() throws Exception {
        world.devices(3);
        world.publish("zero", "temperature", 0, START.plusSeconds(100));
        world.publish("two", "temperature", 2, START.plusSeconds(101));
        blocked();
        Instant began = world.time.instant();

        poller.run(() -> true);

        assertThat(world.asked()).containsExactly(World.device(0));
        assertThat(world.log.hasHistoryThatIsNotOnDisk()).isFalse();
        assertThat(poller.state()).isEmpty();
        assertThat(dueIn()).isZero();

        world.time.advance(Duration.ofSeconds(10));
        round();

        assertThat(world.asked()).containsExactly(World.device(0), World.device(1), World.device(2));
        assertThat(world.lists()).isEqualTo(1);
        assertThat(state()).isEqualTo(new Polling(1, START, MINUTE, began, 2));
    }

    @Test
    void roundThatTakesLongMakesTheTimeBetweenRoundsLonger() throws Exception {
        world.devices(1);
        blocked();
        poller.run(() -> true);
        world.devices(2);
        world.time.advance(MINUTE.multipliedBy(2));
        round();
        assertThat(state().every())
                .as("the round was over after the first device")
                .isEqualTo(MINUTE);

        Instant began = world.time.instant();
        poller.run(() -> true);
        world.time.advance(Duration.ofSeconds(100));
        round();

        Duration lasted = Duration.between(began, world.time.instant());
        assertThat(state().every()).isEqualTo(lasted.multipliedBy(2));
        assertThat(dueIn()).isEqualTo(lasted);
    }

    @Test
    void roundOfWhichNoDeviceCouldBeReadIsNone() throws Exception {
        world.devices(2);
        refuses(0, 1);
        blocked();
        round();

        assertThat(poller.state()).isEmpty();
        assertThat(dueIn()).isPositive();

        refuses(0);
        world.time.advance(dueIn());
        round();

        assertThat(world.lastAsked().from()).as("the round before read nothing").isEqualTo(START.minus(OVERLAP));
        assertThat(state().lastRound()).isAfter(START.plus(BLOCKED));
    }

    @Test
    void projectWithoutDevicesIsNotPolled() throws Exception {
        blocked();
        round();

        assertThat(poller.state()).isEmpty();
        assertThat(dueIn()).isEqualTo(MINUTE.minus(ROUND_TRIP));
    }

    @Test
    void failuresInARowDelayTheNextTryUpToEightTimesTheInterval() throws Exception {
        world.devices(2);
        blocked();
        poller.run(() -> true);
        for (int minutes : new int[] {2, 4, 8, 8}) {
            poller.failed("a proxy answers");
            assertThat(dueIn()).isEqualTo(MINUTE.multipliedBy(minutes));
        }

        round();
        assertThat(world.asked())
                .as("a round that failed begins again")
                .containsExactly(World.device(0), World.device(0), World.device(1));
        poller.failed("again");

        assertThat(dueIn()).as("a round succeeded meanwhile").isEqualTo(MINUTE.multipliedBy(2));
    }

    @Test
    void failureIsToldOnceIfPollingWorkedBefore() throws Exception {
        world.devices(1);
        blocked();
        try (LogCapture told = LogCapture.of(HistoryPoller.class)) {
            poller.failed("a proxy answers");
            assertThat(told.events()).isEmpty();

            round();
            poller.failed("the cloud is down");
            poller.failed("the cloud is still down");

            assertThat(warnings(told))
                    .hasSize(2)
                    .last()
                    .isEqualTo("History cannot be polled either for now, the next try is in 2 min: the cloud is down");
            assertThat(poller.state()).isPresent();
        }
    }

    @Test
    void endOfTheGapEndsPollingAndIsToldWithWhatItBrought() throws Exception {
        world.devices(2);
        world.publish("missed", "temperature", 0, START.plusSeconds(100));
        blocked();
        round();
        poller.failed("the cloud is down");
        try (LogCapture told = LogCapture.of(HistoryPoller.class)) {
            world.ledger.resumed(world.time.instant());
            assertThat(poller.due()).isEmpty();
            assertThat(poller.due()).isEmpty();

            assertThat(told.messages())
                    .containsExactly(
                            "Stream of project p1: history is not polled any more; 1 events came this way since "
                                    + START);
        }
        assertThat(poller.state()).isEmpty();
        int before = world.cloud.paths.size();
        round();
        assertThat(world.cloud.paths).as("no gap is open").hasSize(before);
    }

    @Test
    void nextGapIsPolledAnew() throws Exception {
        world.devices(2);
        blocked();
        round();
        world.time.advance(dueIn());
        poller.run(() -> true);
        poller.failed("the cloud is down");
        world.time.advance(Duration.ofHours(1));
        world.ledger.resumed(world.time.instant());
        assertThat(poller.due()).isEmpty();
        world.time.advance(Duration.ofHours(1));
        Instant second = world.time.instant();
        int asked = world.asked().size();

        blocked();
        round();

        assertThat(world.asked()).hasSize(asked + 2);
        assertThat(world.lastAsked().from()).isEqualTo(second.minus(OVERLAP));
        assertThat(state()).isEqualTo(new Polling(2, second, MINUTE, second.plus(BLOCKED), 0));
        poller.failed("the cloud is down");
        assertThat(dueIn()).as("the failure of the gap before is forgotten").isEqualTo(MINUTE.multipliedBy(2));
    }

    @Test
    void roundThatStoppedIsForgottenWithItsGap() throws Exception {
        world.devices(2);
        blocked();
        poller.run(() -> true);
        world.ledger.resumed(world.time.instant());
        assertThat(poller.due()).isEmpty();

        world.time.advance(Duration.ofHours(1));
        blocked();
        round();

        assertThat(world.asked()).containsExactly(World.device(0), World.device(0), World.device(1));
    }

    @Test
    void clockThatIsSetBackMakesTheRoundBeginWithTheGap() throws Exception {
        world.devices(1);
        blocked();
        round();
        world.time.advance(MINUTE);
        world.time.set(START.plusSeconds(30));
        round();

        assertThat(world.lastAsked().from()).isEqualTo(START.minus(OVERLAP));
    }

    @Test
    void roundBeginsNoEarlierThanHistoryReachesAndNoLaterThanNow() throws Exception {
        world.devices(1);
        world.ledger.interrupted(START.minus(Duration.ofDays(40)), "reset");
        poller.due();
        round();
        assertThat(world.lastAsked().from()).isEqualTo(START.minus(Duration.ofDays(30)));

        world.ledger.resumed(START);
        assertThat(poller.due()).isEmpty();
        world.ledger.interrupted(START.plus(Duration.ofDays(1)), "reset");
        poller.due();
        Instant now = world.time.instant();
        round();

        assertThat(world.lastAsked().from()).as("the clock is behind").isEqualTo(now);
    }

    @Test
    void windowThatBeginsNowIsNoFault() throws Exception {
        world.devices(1);
        world.ledger.interrupted(START.plus(OVERLAP), "reset");
        poller.due();
        round();

        assertThat(world.lastAsked().from()).isEqualTo(START);
    }
}
