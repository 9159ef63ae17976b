package io.github.dtstream.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.LogCapture;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gap ledger joins, cuts, reports and writes: one rule per test. */
class GapLedgerRulesTest {
    private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock(TEN);
    private final LogCapture lines = LogCapture.of(GapLedger.class);
    private final List<Gap> told = new ArrayList<>();
    private final FaultyStorage disk = new FaultyStorage();
    private GapLedger ledger;

    @BeforeEach
    void open() throws IOException {
        ledger = open(disk);
    }

    @AfterEach
    void stopListening() {
        lines.close();
    }

    private GapLedger open(Storage on) throws IOException {
        return open(on, 5);
    }

    private GapLedger open(Storage on, int keptSettled) throws IOException {
        return GapLedger.open(
                AtomicFile.keepingPrevious(folder.resolve("gaps.json"), on),
                FillSettings.DEFAULTS,
                Duration.ofMinutes(2),
                keptSettled,
                clock,
                told::add);
    }

    private static Instant at(int seconds) {
        return TEN.plusSeconds(seconds);
    }

    private Gap gap(int from, int to) {
        ledger.interrupted(at(from), "reset");
        ledger.resumed(at(to));
        return ledger.snapshot().get(ledger.snapshot().size() - 1);
    }

    @Test
    void joinsWhatLiesJustWithinTheLimit() {
        gap(0, 10);
        gap(130, 140);

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.id()).isEqualTo(1);
            assertThat(gap.to()).isEqualTo(at(140));
        });
    }

    @Test
    void doesNotJoinWhatLiesJustBeyondIt() {
        gap(0, 10);
        gap(131, 140);

        assertThat(ledger.snapshot()).extracting(Gap::id).containsExactly(1L, 2L);
    }

    @Test
    void aLateGapJoinsTheOneThatFollowsIt() {
        gap(500, 510);
        gap(380, 390);

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(at(380));
            assertThat(gap.to()).isEqualTo(at(510));
            assertThat(gap.id()).as("of the oldest").isEqualTo(2);
        });
    }

    @Test
    void aGapBetweenTwoOthersJoinsAllThree() {
        gap(0, 10);
        gap(200, 210);
        gap(100, 110);

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(at(0));
            assertThat(gap.to()).isEqualTo(at(210));
            assertThat(gap.interruptions()).isEqualTo(3);
        });
    }

    @Test
    void anEarlierGapTakesNothingOffALaterOneThatOverlapsIt() {
        gap(0, 510);
        gap(380, 390);

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(at(0));
            assertThat(gap.to()).isEqualTo(at(510));
        });
    }

    @Test
    void tellsOfEachChangeInOrder() {
        Gap gap = gap(0, 10);
        ledger.filling(gap.id(), FillProgress.NONE.firstPass(at(12), 3));
        assertThat(ledger.progressed(gap.id(), FillProgress.NONE.firstPass(at(12), 4)))
                .isEqualTo(ledger.get(gap.id()));
        assertThat(ledger.closed(gap.id(), FillProgress.NONE.complete(4))).isEqualTo(ledger.get(gap.id()));

        assertThat(told)
                .extracting(Gap::state)
                .containsExactly(
                        Gap.State.OPEN, Gap.State.OPEN, Gap.State.FILLING, Gap.State.FILLING, Gap.State.CLOSED);
        assertThat(told.get(0).to()).isNull();
        assertThat(told.get(1).to()).isEqualTo(at(10));
        assertThat(lines.messages())
                .containsExactly(
                        "Gap 1 is open since 2026-03-01T10:00:00Z: reset",
                        "Gap 1 lasted 10 s, from 2026-03-01T10:00:00Z to 2026-03-01T10:00:10Z");
    }

    @Test
    void tellsWhoFillsThatThereMayBeWorkAlsoWhereNoGapWasOpen() {
        AtomicInteger calls = new AtomicInteger();
        ledger.whenFillable(calls::incrementAndGet);

        ledger.interrupted(at(0), "reset");
        assertThat(calls).hasValue(0);
        ledger.resumed(at(10));
        ledger.resumed(at(20));

        assertThat(calls).hasValue(2);
        assertThat(ledger.snapshot().get(0).to()).as("it had its end").isEqualTo(at(10));
    }

    @Test
    void takesUpAGapOnceMoreAfterARestart() throws IOException {
        Gap gap = gap(0, 10);
        clock.advance(Duration.ofSeconds(30));
        assertThat(ledger.takeUp(gap.id())).contains(gap);
        assertThat(ledger.get(gap.id()).started()).isEqualTo(at(30));

        GapLedger after = open(new SystemStorage());
        told.clear();
        assertThat(after.takeUp(gap.id()).orElseThrow().state()).isEqualTo(Gap.State.FILLING);
        assertThat(told).as("it is in that state already").isEmpty();
        assertThat(after.takeUp(99)).isEmpty();
    }

    @Test
    void workIsDoneOnTheOldestFirst() {
        Gap settled = gap(500, 510);
        gap(1_000, 1_010);
        gap(0, 10);
        ledger.closed(settled.id(), FillProgress.NONE);
        ledger.interrupted(at(2_000), "reset");

        assertThat(ledger.fillable()).extracting(Gap::from).containsExactly(at(0), at(1_000));
    }

    @Test
    void givesUpThePartBeforeATimeAndKeepsTheRest() {
        Gap gap = gap(0, 600);
        clock.advance(Duration.ofSeconds(700));
        told.clear();

        Gap rest = ledger.cut(gap.id(), at(400), "history does not reach so far");

        assertThat(rest.id()).isEqualTo(gap.id());
        assertThat(rest.from()).isEqualTo(at(400));
        assertThat(ledger.get(gap.id())).isEqualTo(rest);
        assertThat(ledger.get(2)).satisfies(before -> {
            assertThat(before.from()).isEqualTo(at(0));
            assertThat(before.to()).isEqualTo(at(400));
            assertThat(before.state()).isEqualTo(Gap.State.UNFILLABLE);
            assertThat(before.unfillable()).isEqualTo("history does not reach so far");
            assertThat(before.ended()).isEqualTo(at(700));
        });
        assertThat(told).containsExactly(ledger.get(2));
        ledger.interrupted(at(5_000), "reset");
        assertThat(ledger.snapshot()).extracting(Gap::id).containsExactly(2L, 1L, 3L);
        assertThat(lines.messages())
                .contains("Gap 2 from 2026-03-01T10:00:00Z to 2026-03-01T10:06:40Z cannot be filled:"
                        + " history does not reach so far");
    }

    @Test
    void saysWhyAGapCannotBeFilled() {
        Gap gap = gap(0, 600);

        Gap settled = ledger.unfillable(gap.id(), "no permission", FillProgress.NONE);

        assertThat(settled.state()).isEqualTo(Gap.State.UNFILLABLE);
        assertThat(settled.unfillable()).isEqualTo("no permission");
        assertThat(lines.messages()).last().isEqualTo("Gap 1 cannot be filled: no permission");
    }

    @Test
    void keepsAGapThatIsLostForGoodThoughItBeganBeforeAllThatWereFilled() throws IOException {
        ledger = open(disk, 2);
        Gap old = gap(0, 600);
        ledger.filling(old.id(), FillProgress.NONE);
        fillTwoFrom(10_000);

        ledger.unfillable(old.id(), "too old", FillProgress.NONE);

        assertThat(ledger.get(old.id()).state()).isEqualTo(Gap.State.UNFILLABLE);
        assertThat(open(new SystemStorage(), 2).snapshot())
                .isEqualTo(ledger.snapshot())
                .hasSize(3);
    }

    @Test
    void keepsThePartOfAGapThatIsLostForGoodThoughItBeganBeforeAllThatWereFilled() throws IOException {
        ledger = open(disk, 2);
        Gap old = gap(0, 600);
        fillTwoFrom(10_000);

        ledger.cut(old.id(), at(400), "too old");

        assertThat(open(new SystemStorage(), 2).snapshot()).first().satisfies(lost -> {
            assertThat(lost.state()).isEqualTo(Gap.State.UNFILLABLE);
            assertThat(lost.to()).isEqualTo(at(400));
        });
    }

    @Test
    void keepsWhatIsLostForGoodHoweverManyGapsAreFilledLater() throws IOException {
        ledger = open(disk, 2);
        Gap lost = gap(0, 600);
        ledger.unfillable(lost.id(), "too old", FillProgress.NONE);

        fillTwoFrom(10_000);
        fillTwoFrom(30_000);

        assertThat(ledger.get(lost.id()).unfillable()).isEqualTo("too old");
        assertThat(ledger.snapshot()).hasSize(3);
    }

    @Test
    void forgetsFirstWhatWasSettledFirst() throws IOException {
        ledger = open(disk, 2);
        List<Gap> lost = List.of(gap(0, 10), gap(1_000, 1_010), gap(2_000, 2_010));
        for (int each : List.of(2, 0, 1)) {
            clock.advance(Duration.ofHours(1));
            ledger.unfillable(lost.get(each).id(), "too old", FillProgress.NONE);
        }

        assertThat(ledger.snapshot()).extracting(Gap::from).containsExactly(at(0), at(1_000));
    }

    @Test
    void keepsWhatWasJustSettledThoughTheClockWasSetBack() throws IOException {
        ledger = open(disk, 1);
        Gap first = gap(0, 10);
        Gap second = gap(1_000, 1_010);
        ledger.unfillable(first.id(), "too old", FillProgress.NONE);
        clock.advance(Duration.ofHours(-1));
        ledger.unfillable(second.id(), "too old", FillProgress.NONE);

        assertThat(ledger.snapshot()).extracting(Gap::id).containsExactly(second.id());
    }

    private void fillTwoFrom(int begin) {
        for (int from : List.of(begin, begin + 10_000)) {
            Gap later = gap(from, from + 5);
            clock.advance(Duration.ofMinutes(1));
            ledger.closed(later.id(), FillProgress.NONE);
        }
    }

    @Test
    void doesNotKnowAGapThatIsNotThere() {
        assertThatThrownBy(() -> ledger.get(7)).hasMessage("there is no gap 7");
    }

    @Test
    void correctsTheBeginningOfTheOpenGapOnly() {
        gap(0, 10);
        ledger.interrupted(at(1_000), "reset");
        told.clear();

        ledger.began(at(900));

        assertThat(ledger.snapshot()).extracting(Gap::from).containsExactly(at(0), at(900));
        assertThat(told).containsExactly(ledger.get(2));
    }

    @Test
    void progressIsNoReasonToWriteAndIsTakenAlongByTheNextChange() throws IOException {
        Gap gap = gap(0, 10);
        ledger.filling(gap.id(), FillProgress.NONE);
        long operations = disk.operations();

        FillProgress progress = FillProgress.NONE.firstPass(at(12), 4);
        ledger.progressed(gap.id(), progress);
        assertThat(disk.operations()).isEqualTo(operations);
        assertThat(ledger.get(gap.id()).progress()).isEqualTo(progress);
        gap(1_000, 1_010);

        assertThat(open(new SystemStorage()).get(gap.id()).progress()).isEqualTo(progress);
    }

    @Test
    void aDiskThatRefusesIsToldOnceAndTriedAgainWhenAsked() throws IOException {
        disk.failOperations(1, Long.MAX_VALUE);
        gap(0, 10);
        assertThat(ledger.problem().orElseThrow()).isNotBlank();
        ledger.save();
        assertThat(ledger.problem()).isPresent();
        assertThat(lines.messages().stream().filter(line -> line.startsWith("The gap ledger cannot be written")))
                .hasSize(1);

        disk.mend();
        ledger.save();
        assertThat(ledger.problem()).isEmpty();
        assertThat(open(new SystemStorage()).snapshot()).isEqualTo(ledger.snapshot());
        long operations = disk.operations();
        ledger.save();
        assertThat(disk.operations()).as("all is written").isEqualTo(operations);
    }

    @Test
    void identifiersAreNeverUsedTwice() throws IOException {
        gap(0, 10);
        gap(1_000, 1_010);
        for (int i = 0; i < 6; i++) {
            Gap gap = gap(10_000 * (i + 1), 10_000 * (i + 1) + 5);
            ledger.closed(gap.id(), FillProgress.NONE);
        }
        ledger = open(new SystemStorage());

        assertThat(gap(500_000, 500_010).id()).isEqualTo(9);
        assertThat(ledger.snapshot()).filteredOn(Gap::isSettled).hasSize(5);
        assertThat(ledger.snapshot()).filteredOn(Gap::isFillable).hasSize(3);
    }
}
