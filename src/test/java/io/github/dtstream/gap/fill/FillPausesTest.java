package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.dtstream.LogCapture;
import io.github.dtstream.gap.DeviceOutcome;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long the fill of a gap waits after failures, and what is told of that. */
class FillPausesTest {
    private static final String WHY = "the cloud answered 503";

    @TempDir
    private Path folder;

    private ReadingFixture world;
    private FillPauses pauses;

    @BeforeEach
    void open() throws Exception {
        world = new ReadingFixture(folder, World.FAST);
        pauses = new FillPauses(
                world.ledger,
                new FillEnvironment(
                        world.time, world.time, world.time, new Random(1), Thread::new, new MemoryBudget(1 << 20)));
        world.ledger.interrupted(World.START.minusSeconds(600), "reset");
        world.ledger.resumed(World.START.minusSeconds(300));
    }

    private Gap gap() {
        return world.ledger.get(1);
    }

    private boolean fails(FillPauses.Cause cause) {
        return pauses.failed(gap(), WHY, cause, Duration.ZERO);
    }

    private HistoryFill.Pause pause() {
        return pauses.of(1).orElseThrow();
    }

    private long seconds() {
        return Duration.between(world.time.instant(), pause().until()).toSeconds();
    }

    private List<Long> pausesOf(FillPauses.Cause cause, int failures) {
        return IntStream.range(0, failures)
                .mapToObj(i -> {
                    fails(cause);
                    return seconds();
                })
                .toList();
    }

    @Test
    void gapThatNeverFailedIsDue() {
        assertThat(pauses.isDue(gap())).isTrue();
        assertThat(pauses.failures(1)).isZero();
        assertThat(pauses.of(1)).isEmpty();
        assertThat(pauses.ends()).isEmpty();
    }

    @Test
    void whatMayPassIsTriedAgainSoonAndThenEveryTenMinutes() {
        assertThat(pausesOf(FillPauses.Cause.PASSING, 9))
                .containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 600L, 600L);
        assertThat(pauses.failures(1)).isEqualTo(9);
    }

    @Test
    void whatSomebodyHasToMendIsTriedAgainAfterAMinuteAtFirst() {
        assertThat(pausesOf(FillPauses.Cause.LASTING, 5)).containsExactly(60L, 120L, 240L, 480L, 600L);
    }

    @Test
    void diskIsTriedAgainEveryMinuteAtLeast() {
        assertThat(pausesOf(FillPauses.Cause.DISK, 7)).containsExactly(2L, 4L, 8L, 16L, 32L, 60L, 60L);
    }

    @Test
    void delayThatTheCloudAsksForIsHonoured() {
        pauses.failed(gap(), WHY, FillPauses.Cause.PASSING, Duration.ofMinutes(20));

        assertThat(seconds()).isEqualTo(1200);
    }

    @Test
    void gapIsDueWhenItsPauseIsOverAndNoOtherGapWaits() {
        world.ledger.interrupted(World.START.minusSeconds(100), "reset");
        world.ledger.resumed(World.START);
        fails(FillPauses.Cause.PASSING);
        assertThat(pauses.isDue(gap())).isFalse();
        assertThat(pauses.isDue(world.ledger.get(2))).isTrue();
        assertThat(pauses.ends().map(Deadline::left)).containsExactly(Duration.ofSeconds(5));

        world.time.advance(Duration.ofSeconds(5));

        assertThat(pauses.isDue(gap())).isTrue();
    }

    @Test
    void pauseDoesNotChangeWhenTheClockIsSet() {
        fails(FillPauses.Cause.PASSING);
        world.time.set(World.START.minus(Duration.ofDays(1)));

        assertThat(pause())
                .isEqualTo(new HistoryFill.Pause(
                        World.START.minus(Duration.ofDays(1)).plusSeconds(5), 1, WHY));
    }

    @Test
    void failuresBeforeADeviceWasDoneDoNotCount() {
        pausesOf(FillPauses.Cause.PASSING, 3);
        Gap before = gap();
        world.ledger.filling(1, before.progress().done(DeviceOutcome.read("d", 0, 0, 0), false, null));

        pauses.failed(before, WHY, FillPauses.Cause.PASSING, Duration.ZERO);
        assertThat(pause().failures()).isEqualTo(1);

        fails(FillPauses.Cause.PASSING);
        assertThat(pause().failures()).as("no progress since").isEqualTo(2);
    }

    @Test
    void failuresBeforeAnUnreadDeviceWasReadDoNotCount() {
        world.ledger.filling(1, gap().progress().joined(List.of("d", "e")));
        pausesOf(FillPauses.Cause.PASSING, 3);
        Gap before = gap();
        world.ledger.filling(1, before.progress().again(DeviceOutcome.read("d", 0, 0, 0)));

        pauses.failed(before, WHY, FillPauses.Cause.PASSING, Duration.ZERO);
        assertThat(pause().failures()).isEqualTo(1);
    }

    @Test
    void sameReasonIsToldAtFirstAndEverySixthTimeAndANewOneAtOnce() {
        try (LogCapture told = LogCapture.of(FillPauses.class)) {
            assertThat(fails(FillPauses.Cause.PASSING)).isTrue();
            for (int failure = 2; failure <= 12; failure++) {
                assertThat(fails(FillPauses.Cause.PASSING))
                        .as("failure %d", failure)
                        .isEqualTo(failure % 6 == 0);
            }
            assertThat(pauses.failed(gap(), "the disk is full", FillPauses.Cause.DISK, Duration.ZERO))
                    .isTrue();

            assertThat(told.events()).hasSize(4).allMatch(line -> line.getLevel() == Level.WARN);
            assertThat(told.messages())
                    .startsWith("The fill of gap 1 pauses for 5 s and then continues: " + WHY)
                    .endsWith("The fill of gap 1 pauses for 60 s and then continues: the disk is full");
        }
    }

    @Test
    void firstFailureAfterProgressIsToldThoughTheReasonIsTheSame() {
        fails(FillPauses.Cause.PASSING);
        Gap before = gap();
        world.ledger.filling(1, before.progress().done(DeviceOutcome.read("d", 0, 0, 0), false, null));

        assertThat(pauses.failed(before, WHY, FillPauses.Cause.PASSING, Duration.ZERO))
                .isTrue();
    }

    @Test
    void plannedWaitIsNoFailureAndItsEndEndsThePause() {
        fails(FillPauses.Cause.PASSING);
        pauses.planned(1, Optional.of(Duration.ofSeconds(20)));

        assertThat(pause()).isEqualTo(new HistoryFill.Pause(World.START.plusSeconds(20), 0, ""));
        assertThat(pauses.failures(1)).isZero();

        pauses.planned(1, Optional.empty());
        assertThat(pauses.of(1)).isEmpty();
    }

    @Test
    void gapsThatNeedNoFillAnyMoreAreForgotten() {
        world.ledger.interrupted(World.START.minusSeconds(100), "reset");
        world.ledger.resumed(World.START);
        fails(FillPauses.Cause.PASSING);
        pauses.failed(world.ledger.get(2), WHY, FillPauses.Cause.PASSING, Duration.ZERO);

        pauses.keep(List.of(world.ledger.get(2)));

        assertThat(pauses.of(1)).isEmpty();
        assertThat(pauses.of(2)).isPresent();
    }
}
