package io.github.dtstream.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.gap.fill.SimulatedTime;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GapLedgerTest {
    private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    private Path folder;

    private final SimulatedTime time = new SimulatedTime(TEN);
    private final List<Gap> told = new ArrayList<>();

    private GapLedger open() throws IOException {
        return open(new SystemStorage());
    }

    private GapLedger open(Storage storage) throws IOException {
        return GapLedger.open(
                AtomicFile.keepingPrevious(file(), storage),
                FillSettings.DEFAULTS,
                Duration.ofMinutes(2),
                5,
                time,
                told::add);
    }

    private Path file() {
        return folder.resolve("stream").resolve("gaps.json");
    }

    private static Instant at(int minutes) {
        return TEN.plus(Duration.ofMinutes(minutes));
    }

    private void until(int minutes) {
        time.advance(Duration.between(time.instant(), at(minutes)));
    }

    private void gap(GapLedger ledger, int from, int to) {
        until(from);
        ledger.interrupted(at(from), "reset");
        until(to);
        ledger.resumed(at(to));
    }

    @Test
    void gapThatWasJoinedMeanwhileIsNotTakenUp() throws Exception {
        GapLedger ledger = open(new SystemStorage());
        Instant begin = time.instant();
        ledger.interrupted(begin, "first");
        ledger.resumed(begin.plusSeconds(1));
        Gap first = ledger.fillable().get(0);
        ledger.interrupted(begin.plusSeconds(2), "second");

        assertThat(ledger.takeUp(first.id())).isEmpty();

        ledger.resumed(begin.plusSeconds(3));
        assertThat(ledger.takeUp(first.id()).orElseThrow().to()).isEqualTo(begin.plusSeconds(3));
        ledger.interrupted(begin.plusSeconds(4), "third");
        assertThat(ledger.snapshot()).hasSize(2);
        assertThat(ledger.get(first.id()).to()).isEqualTo(begin.plusSeconds(3));
    }

    @Test
    void isWrittenByAThreadThatIsInterruptedToo() throws Exception {
        GapLedger ledger = open(new SystemStorage());
        Thread.currentThread().interrupt();

        ledger.interrupted(TEN, "reset");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ledger.problem()).isEmpty();
        assertThat(open().snapshot()).hasSize(1);
    }

    @Test
    void openGapSurvivesRestart() throws Exception {
        open().interrupted(TEN, "reset");

        assertThat(open().snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(TEN);
            assertThat(gap.to()).isNull();
            assertThat(gap.state()).isEqualTo(Gap.State.OPEN);
        });
    }

    @Test
    void firstStartHasNoGap() throws Exception {
        GapLedger ledger = open();
        ledger.restart(Optional.empty());
        ledger.resumed(at(1));

        assertThat(ledger.snapshot()).isEmpty();
        assertThat(file()).doesNotExist();
    }

    @Test
    void timeSinceTheLastRecordIsNoneIfAStandbyHasReceivedEverything() throws Exception {
        GapLedger before = open();
        gap(before, 1, 2);
        before.interrupted(at(10), "the session was stopped");
        GapLedger ledger = open();

        ledger.restart(Optional.of(at(10).plusSeconds(10)), at(9));

        assertThat(ledger.snapshot())
                .singleElement()
                .satisfies(gap -> assertThat(gap.to()).isEqualTo(at(2)));
        assertThat(open().snapshot()).isEqualTo(ledger.snapshot());
        assertThat(told).last().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(at(10));
            assertThat(gap.isSettled()).isTrue();
        });
    }

    /** The holder may have written records after the gap and been killed before it wrote that the gap has ended. */
    @ParameterizedTest
    @ValueSource(ints = {5, 10})
    void aGapThatBeganBeforeTheJournalsEndEndsThereThoughAStandbyHasReceivedEverythingSince(int from) throws Exception {
        open().interrupted(at(from), "reset");
        GapLedger ledger = open();

        ledger.restart(Optional.of(at(11)), at(9));

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(at(from));
            assertThat(gap.to()).isEqualTo(at(11));
            assertThat(gap.isFillable()).isTrue();
        });
    }

    /** The standby passes on only what came since the journal's end, so nobody else has what the first gap missed. */
    @Test
    void aStandbyDoesNotMakeUpForAGapThatWasJoinedWithTheOneOfItsTakeOver() throws Exception {
        GapLedger before = open();
        gap(before, 10, 12);
        before.interrupted(at(13), "the session was stopped");
        GapLedger ledger = open();

        ledger.restart(Optional.of(at(13)), at(3));

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(at(10));
            assertThat(gap.to()).isAfterOrEqualTo(at(12));
            assertThat(gap.isFillable()).isTrue();
        });
    }

    @Test
    void aStandbyThatReceivedOnlyAfterTheLastRecordLeavesAGap() throws Exception {
        GapLedger ledger = open();

        ledger.restart(Optional.of(at(3)), at(9));

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(at(3));
            assertThat(gap.to()).isEqualTo(at(9));
        });
    }

    @Test
    void aStandbyThatReceivedOnlyJustBeforeTheLastRecordLeavesAGapToo() throws Exception {
        GapLedger ledger = open();

        ledger.restart(Optional.of(at(9).plusSeconds(9)), at(9));

        assertThat(ledger.snapshot())
                .as("two connections may receive the same event some seconds apart")
                .singleElement()
                .satisfies(gap -> assertThat(gap.isFillable()).isTrue());
    }

    @Test
    void aStandbyDoesNotMakeUpForALostGapLedger() throws Exception {
        open().interrupted(TEN, "reset");
        for (Path copy : allFiles()) {
            Files.writeString(copy, "{");
        }
        GapLedger ledger = open();

        ledger.restart(Optional.of(at(11)), at(9));

        assertThat(ledger.snapshot())
                .isNotEmpty()
                .allSatisfy(gap -> assertThat(gap.isFillable()).isTrue());
    }

    private List<Path> allFiles() throws IOException {
        try (var files = Files.list(file().getParent())) {
            return files.toList();
        }
    }

    @Test
    void timeSinceTheLastRecordIsAGap() throws Exception {
        until(30);
        GapLedger ledger = open();
        ledger.restart(Optional.of(TEN));
        until(31);
        ledger.resumed(at(31));

        assertThat(ledger.fillable()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(TEN);
            assertThat(gap.to()).isEqualTo(at(31));
        });
    }

    @Test
    void openGapOfBeforeIsTakenUpWithItsEarlierBeginning() throws Exception {
        open().interrupted(TEN, "reset");
        until(30);
        GapLedger ledger = open();
        ledger.restart(Optional.of(at(5)));
        ledger.resumed(at(31));

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(TEN);
            assertThat(gap.interruptions()).isEqualTo(2);
        });
    }

    @Test
    void neighboursAreJoinedAndStrangersAreNot() throws Exception {
        GapLedger ledger = open();
        gap(ledger, 10, 12);
        gap(ledger, 13, 14);
        gap(ledger, 60, 61);

        assertThat(ledger.snapshot()).extracting(Gap::from).containsExactly(at(10), at(60));
        assertThat(ledger.snapshot()).extracting(Gap::to).containsExactly(at(14), at(61));
        assertThat(ledger.snapshot()).extracting(Gap::interruptions).containsExactly(2, 1);
    }

    @Test
    void gapThatIsBeingFilledKeepsItsBounds() throws Exception {
        GapLedger ledger = open();
        gap(ledger, 10, 12);
        ledger.filling(1, FillProgress.NONE.firstPass(at(12), 3));
        gap(ledger, 13, 14);

        assertThat(ledger.snapshot()).extracting(Gap::from).containsExactly(at(10), at(13));
        assertThat(ledger.snapshot()).extracting(Gap::to).containsExactly(at(12), at(14));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 60, 500})
    void beginningThatWasToldByAWrongClockIsCorrected(int minute) throws Exception {
        GapLedger ledger = open();
        ledger.interrupted(at(60), "the stream was started for the first time, and did not flow at once");
        ledger.began(at(minute));
        ledger.resumed(at(501));

        assertThat(open().snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(at(minute));
            assertThat(gap.to()).isEqualTo(at(501));
        });
    }

    @Test
    void correctedBeginningLeavesOutNothingOfAGapThatWasOpenBefore() throws Exception {
        GapLedger ledger = open();
        ledger.interrupted(at(1), "of a process before");
        ledger.interrupted(at(60), "the stream was started for the first time, and did not flow at once");
        ledger.began(at(50));

        assertThat(ledger.snapshot()).extracting(Gap::from).containsExactly(at(1));
    }

    @Test
    void progressSurvivesRestart() throws Exception {
        GapLedger ledger = open();
        gap(ledger, 10, 12);
        FillProgress progress = FillProgress.NONE
                .firstPass(at(12), 3)
                .done(DeviceOutcome.read("a", 10, 7, 1), true, at(13))
                .done(DeviceOutcome.without("b", DeviceOutcome.Kind.UNKNOWN, "404"), true, at(13))
                .done(DeviceOutcome.without("c", DeviceOutcome.Kind.REFUSED, "403"), false, null)
                .done(DeviceOutcome.without("d", DeviceOutcome.Kind.FAILED, "500"), false, null)
                .gone("b", "now in project p2");
        Gap filling = ledger.filling(1, progress);

        assertThat(open().snapshot()).containsExactly(filling);
    }

    @Test
    void onlyTheNewestSettledGapsAreKept() throws Exception {
        GapLedger ledger = open();
        for (int i = 1; i <= 9; i++) {
            gap(ledger, 10 * i, 10 * i + 1);
            ledger.filling(i, FillProgress.NONE);
            ledger.closed(i, FillProgress.NONE);
        }
        gap(ledger, 100, 101);

        assertThat(ledger.snapshot()).extracting(Gap::id).containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void damagedFileIsReplacedByItsPreviousCopy() throws Exception {
        GapLedger ledger = open();
        gap(ledger, 10, 12);
        gap(ledger, 60, 61);
        Files.writeString(file(), "{\"version\":1,\"nextId\":");

        assertThat(open().snapshot()).extracting(Gap::from).containsExactly(at(10), at(60));
        assertThat(file().resolveSibling("gaps.json.damaged")).exists();
    }

    @Test
    void damagedLedgerWithoutACopyIsAGapOverAllOfHistory() throws Exception {
        GapLedger ledger = open();
        gap(ledger, 10, 12);
        Files.writeString(file(), "nonsense");
        Files.writeString(file().resolveSibling("gaps.json.previous"), "nonsense");

        assertThat(open().snapshot())
                .singleElement()
                .satisfies(gap -> assertThat(gap.from()).isEqualTo(at(12).minus(Duration.ofDays(30))));
    }

    /** If the clock is forty days ahead, thirty days before its time is in the future, so nothing would be read. */
    @Test
    void damagedLedgerIsAGapOverAllOfHistoryBeforeTheLastRecordWhereTheClockIsAhead() throws Exception {
        gap(open(), 10, 12);
        Files.writeString(file(), "nonsense");
        Files.writeString(file().resolveSibling("gaps.json.previous"), "nonsense");
        time.advance(Duration.ofDays(40));

        GapLedger ledger = open();
        ledger.restart(Optional.of(at(20)));
        ledger.resumed(at(25));

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(at(20).minus(Duration.ofDays(30)));
            assertThat(gap.to()).isAfterOrEqualTo(at(25));
            assertThat(gap.reason()).contains("the gap ledger was damaged");
        });
    }

    /** The disk or network file system works again a moment later, and the file has all gaps. */
    @ParameterizedTest
    @ValueSource(strings = {"gaps.json", "gaps.json.previous"})
    void aDiskThatGivesNothingIsNoDamage(String unread) throws Exception {
        GapLedger before = open();
        gap(before, 10, 12);
        gap(before, 60, 61);
        if (unread.endsWith(".previous")) {
            Files.writeString(file(), "nonsense");
        }
        FaultyStorage storage = new FaultyStorage();
        storage.watch((operation, file) -> {
            if (file.endsWith(unread)) {
                throw new IOException("Input/output error");
            }
        });

        assertThatThrownBy(() -> open(storage)).hasMessage("Input/output error");

        assertThat(file().resolveSibling("gaps.json.damaged")).doesNotExist();
        assertThat(open().snapshot()).extracting(Gap::from).containsExactly(at(10), at(60));
    }

    /**
     * The cloud's clock was set back, or the first event after it came from a Cloud Connector whose clock is behind.
     */
    @Test
    void aGapDoesNotEndBeforeTheEndsOfThoseThatWereJoinedWithIt() throws Exception {
        GapLedger ledger = open();
        gap(ledger, 10, 15);
        ledger.interrupted(at(16), "reset");
        GapLedger restarted = open();
        restarted.restart(Optional.of(at(17)));

        restarted.resumed(at(12));

        assertThat(restarted.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(at(10));
            assertThat(gap.to()).isEqualTo(at(15));
            assertThat(gap.endsNotBefore()).isNull();
        });
    }

    @Test
    void diskThatRefusesIsAProblemUntilItTakesAll() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        GapLedger ledger = open(storage);
        storage.failOperations(3, 3);
        until(10);
        ledger.interrupted(at(10), "reset");
        assertThat(ledger.problem()).isPresent();
        until(12);
        ledger.resumed(at(12));

        assertThat(ledger.problem()).isEmpty();
        assertThat(open().snapshot()).isEqualTo(ledger.snapshot());
    }

    @Test
    void everyOutageIsCoveredWhereverTheProcessIsKilled() throws Exception {
        boolean killed = true;
        for (int operation = 1; killed; operation++) {
            killed = coversEveryOutageWhenKilledAt(operation, null);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOutageIsCoveredWheneverThePowerFails(FaultyStorage.Loss loss) throws Exception {
        boolean failed = true;
        for (int operation = 1; failed; operation++) {
            failed = coversEveryOutageWhenKilledAt(operation, loss);
        }
    }

    private boolean coversEveryOutageWhenKilledAt(int operation, FaultyStorage.@Nullable Loss loss) throws IOException {
        for (Path each : List.of(file(), file().resolveSibling("gaps.json.previous"))) {
            Files.deleteIfExists(each);
        }
        FaultyStorage storage = new FaultyStorage();
        storage.crashAt(operation);
        Instant lastReceived = at(1000);
        List<Instant> outages = new ArrayList<>();
        boolean killed = false;
        until(1000);
        try {
            GapLedger ledger = open(storage);
            for (int outage = 0; outage < 3; outage++) {
                int from = 1000 + 60 * outage;
                until(from + 1);
                outages.add(at(from));
                ledger.interrupted(at(from), "reset");
                until(from + 10);
                lastReceived = at(from + 10);
                ledger.resumed(at(from + 10));
            }
        } catch (FaultyStorage.Crash e) {
            killed = true;
            // The process was killed while nothing was received: the journal ends where the outage began.
            lastReceived = outages.isEmpty() ? at(1000) : outages.get(outages.size() - 1);
        }
        until(2000);
        if (loss != null) {
            storage.powerCut(loss);
        }
        GapLedger after = open();
        after.restart(Optional.of(lastReceived));
        after.resumed(at(2000));
        for (Instant outage : outages) {
            assertThat(after.fillable())
                    .as("killed at operation %d, what is lost: %s", operation, loss)
                    .anyMatch(gap ->
                            !gap.from().isAfter(outage) && !gap.to().isBefore(outage.plus(Duration.ofMinutes(10))));
        }
        return killed;
    }
}
