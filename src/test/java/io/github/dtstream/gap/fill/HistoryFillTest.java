package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.dtstream.LogCapture;
import io.github.dtstream.cloud.api.CloudApi;
import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.device.ListDoubt;
import io.github.dtstream.event.Source;
import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFillTest {
    private static final Instant START = World.START;
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private World world;

    @BeforeEach
    void makeWorld() throws Exception {
        world = new World(folder, World.FAST, 10_000, 1);
    }

    private Gap onlyGap() {
        assertThat(world.ledger.snapshot()).hasSize(1);
        return world.ledger.snapshot().get(0);
    }

    /** Three devices with one event each in an outage of five minutes. */
    private void threeDevicesMissed() {
        world.devices(3);
        for (int i = 0; i < 3; i++) {
            world.publish("missed" + i, i, START.plusSeconds(100 + i), Duration.ZERO, Duration.ofSeconds(1));
        }
        world.outage(START.plusSeconds(60), START.plusSeconds(360));
    }

    private List<String> journaled() {
        return world.log.records().stream()
                .map(record -> record.event().eventId())
                .toList();
    }

    private static boolean asksFor(String path, String device) {
        return path.contains("/devices/" + device + "/events");
    }

    private boolean isBefore(Duration sinceStart) {
        return world.time.instant().isBefore(START.plus(sinceStart));
    }

    @Test
    void deviceThatHasLeftTheProjectIsSkippedAndNamed() throws Exception {
        threeDevicesMissed();
        world.known.add("dev00001");
        world.cloud.removeDevice("dev00001");
        world.run(DAY);

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(onlyGap().progress().gone()).singleElement().asString().startsWith("dev00001 (in no project");
        assertThat(journaled()).containsExactlyInAnyOrder("missed0", "missed2");
    }

    @Test
    void deviceThatMovedToAnotherProjectIsNamedWithIt() throws Exception {
        threeDevicesMissed();
        world.at(START.plusSeconds(365), () -> world.cloud.moveDevice("dev00002", "p2"));
        world.cloud.script((number, path) -> asksFor(path, "dev00002") && isBefore(Duration.ofSeconds(365))
                ? FakeCloud.fault(FaultKind.TRANSIENT, 503, Duration.ofSeconds(10))
                : null);
        world.run(DAY);

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(onlyGap().progress().gone()).containsExactly("dev00002 (now in project p2)");
        assertThat(world.cloud.paths)
                .filteredOn(path -> path.startsWith("projects/-/"))
                .hasSize(1);
    }

    @Test
    void deviceOfTheListThatHistoryDoesNotKnowKeepsTheGapOpenUntilItDoes() throws Exception {
        threeDevicesMissed();
        Duration mended = Duration.ofHours(5);
        world.cloud.script((number, path) -> asksFor(path, "dev00001") && isBefore(mended)
                ? FakeCloud.fault(FaultKind.PERMANENT, 404, Duration.ZERO)
                : null);
        world.run(Duration.ofHours(4));

        assertThat(onlyGap().state()).isEqualTo(Gap.State.FILLING);
        assertThat(onlyGap().progress().unread()).containsExactly("dev00001");
        assertThat(onlyGap().progress().reasons()).containsExactly("dev00001: the cloud answered 404");
        assertThat(world.fill.pause(1))
                .hasValueSatisfying(pause ->
                        assertThat(pause.why()).contains("1 of 3 devices").contains("dev00001"));
        assertThat(journaled()).containsExactlyInAnyOrder("missed0", "missed2");
        int requests = world.cloud.requests.size();
        assertThat(requests).isLessThan(100);

        world.run(DAY);

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(journaled()).contains("missed1").doesNotHaveDuplicates();
    }

    @Test
    void deviceThatIsLeftIsRememberedOverARestart() throws Exception {
        threeDevicesMissed();
        Duration mended = Duration.ofHours(5);
        world.cloud.script((number, path) -> asksFor(path, "dev00001") && isBefore(mended)
                ? FakeCloud.fault(FaultKind.PERMANENT, 404, Duration.ZERO)
                : null);
        world.run(Duration.ofHours(1));

        world.crash();
        world.restart();
        world.run(DAY);

        assertThat(world.ledger.snapshot()).allMatch(gap -> gap.state() == Gap.State.CLOSED);
        assertThat(journaled()).containsExactlyInAnyOrder("missed0", "missed1", "missed2");
    }

    @Test
    void historyThatKnowsNoDeviceForAWhileLosesNothing() throws Exception {
        world.devices(60);
        for (int i = 0; i < 60; i++) {
            world.publish("missed" + i, i, START.plusSeconds(100 + i), Duration.ZERO, Duration.ofSeconds(1));
        }
        world.outage(START.plusSeconds(60), START.plusSeconds(360));
        world.cloud.script((number, path) -> path.endsWith("/events") && isBefore(Duration.ofHours(2))
                ? FakeCloud.fault(FaultKind.PERMANENT, 404, Duration.ZERO)
                : null);
        world.run(DAY);

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(onlyGap().progress().devicesGone()).isZero();
        assertThat(journaled()).hasSize(60).doesNotHaveDuplicates();
    }

    @Test
    void missingPermissionHoldsTheGapOpenUntilItIsGiven() throws Exception {
        threeDevicesMissed();
        world.cloud.script((number, path) ->
                isBefore(Duration.ofHours(3)) ? FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ZERO) : null);
        world.run(Duration.ofHours(2));

        assertThat(onlyGap().state()).isEqualTo(Gap.State.FILLING);
        assertThat(world.fill.pause(1))
                .hasValueSatisfying(pause -> assertThat(pause.why()).contains("403"));
        assertThat(world.cloud.requests).hasSizeLessThan(30);

        world.run(DAY);

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(journaled()).hasSize(3);
    }

    @Test
    void deviceThatFailsUntilHistoryIsTooOldIsNamedInWhatCannotBeFilled() throws Exception {
        FillSettings twoDays = new FillSettings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofDays(2),
                Duration.ZERO,
                1,
                1000,
                1000,
                World.NEVER,
                World.NEVER);
        world = new World(folder.resolve("two-days"), twoDays, 10_000, 1);
        threeDevicesMissed();
        world.cloud.script((number, path) ->
                asksFor(path, "dev00000") ? FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ZERO) : null);
        world.run(Duration.ofDays(10));

        assertThat(onlyGap().state()).isEqualTo(Gap.State.UNFILLABLE);
        assertThat(onlyGap().unfillable()).contains("older").contains("dev00000");
        assertThat(onlyGap().ended()).isAfter(START.plus(Duration.ofDays(2)));
        assertThat(journaled()).containsExactlyInAnyOrder("missed1", "missed2");
    }

    @Test
    void historyThatIsRefusedForAllIsNotAskedForThousandsOfTimes() throws Exception {
        world.devices(400);
        world.outage(START.plusSeconds(60), START.plusSeconds(360));
        world.cloud.script((number, path) ->
                path.endsWith("/events") ? FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ZERO) : null);
        world.run(Duration.ofHours(3));

        assertThat(onlyGap().state()).isEqualTo(Gap.State.FILLING);
        assertThat(world.cloud.requests).hasSizeLessThan(800);
    }

    @Test
    void emptyDeviceListDoesNotCloseTheGapButKnownDevicesAreReadAtOnce() throws Exception {
        threeDevicesMissed();
        world.known.addAll(List.of("dev00000", "dev00001"));
        world.cloud.mostListed = () -> isBefore(Duration.ofSeconds(500)) ? 0 : 1000;
        List<String> early = new ArrayList<>();
        world.at(START.plusSeconds(362), () -> early.addAll(journaled()));
        world.at(START.plusSeconds(499), () -> assertThat(onlyGap().state()).isEqualTo(Gap.State.FILLING));
        world.run(DAY);

        assertThat(early).containsExactlyInAnyOrder("missed0", "missed1");
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(journaled()).containsExactlyInAnyOrder("missed0", "missed1", "missed2");
    }

    @Test
    void deviceListThatIsCutShortIsAskedForAgain() throws Exception {
        world.devices(150);
        for (int i = 0; i < 150; i++) {
            world.publish("missed" + i, i, START.plusSeconds(100 + i), Duration.ZERO, Duration.ofSeconds(1));
            if (i < 140) {
                world.known.add(World.device(i));
            }
        }
        world.outage(START.plusSeconds(60), START.plusSeconds(360));
        world.cloud.mostListed = () -> isBefore(Duration.ofSeconds(500)) ? 100 : 1000;
        List<ILoggingEvent> told = new ArrayList<>();
        try (LogCapture log = LogCapture.of(FillPauses.class)) {
            world.run(DAY);
            told.addAll(log.events());
        }

        assertThat(journaled()).hasSize(150).doesNotHaveDuplicates();
        assertThat(onlyGap().ended()).isAfter(START.plusSeconds(500));
        assertThat(told)
                .anyMatch(line -> line.getFormattedMessage().contains("lists 100 devices")
                        && line.getFormattedMessage().contains("40 that are known are missing"));
    }

    @Test
    void projectThatHasLostItsDevicesIsBelievedAfterSomeMinutesAndThatIsSaid() throws Exception {
        threeDevicesMissed();
        for (int i = 0; i < 3; i++) {
            world.known.add(World.device(i));
            world.cloud.removeDevice(World.device(i));
        }
        List<ILoggingEvent> told = new ArrayList<>();
        try (LogCapture log = LogCapture.of(ListDoubt.class)) {
            world.run(DAY);
            told.addAll(log.events());
        }

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(onlyGap().progress().devicesGone()).isEqualTo(3);
        assertThat(onlyGap().ended())
                .isBetween(START.plusSeconds(360).plus(Duration.ofMinutes(4)), START.plus(Duration.ofMinutes(30)));
        assertThat(told)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .contains("no devices")
                        .contains("believed"));
    }

    @Test
    void filterThatMatchesNoDeviceHoldsUpItsFirstGapOnly() throws Exception {
        world.outage(START.plusSeconds(60), START.plusSeconds(100));
        world.run(DAY);
        Instant first = onlyGap().ended();
        assertThat(first).isBetween(START.plus(Duration.ofMinutes(4)), START.plus(Duration.ofMinutes(20)));

        Instant again = world.time.instant().plus(Duration.ofHours(3));
        world.outage(again, again.plusSeconds(10));
        world.run(DAY);

        assertThat(world.ledger.snapshot().get(1).ended()).isBefore(again.plusSeconds(60));
    }

    @Test
    void listThatIsDoubtedIsStillDoubtedAfterARestart() throws Exception {
        threeDevicesMissed();
        world.cloud.mostListed = () -> isBefore(Duration.ofSeconds(400)) ? 0 : 1000;
        world.at(START.plusSeconds(385), () -> {
            throw world.crash();
        });
        try {
            world.run(DAY);
        } catch (MemoryLog.Crash e) {
            world.restart();
        }
        world.run(DAY);

        assertThat(world.ledger.snapshot()).allMatch(gap -> gap.state() == Gap.State.CLOSED);
        assertThat(journaled()).containsExactlyInAnyOrder("missed0", "missed1", "missed2");
    }

    @Test
    void credentialsThatAreNotAcceptedForAWhileOnlyDelayTheFill() throws Exception {
        threeDevicesMissed();
        Instant mended = START.plusSeconds(7200);
        world.cloud.script((number, path) -> world.time.instant().isBefore(mended)
                ? FakeCloud.fault(FaultKind.CREDENTIALS, 401, Duration.ZERO)
                : null);
        world.run(DAY);

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(journaled()).hasSize(3);
        assertThat(world.cloud.requests).hasSizeLessThan(40);
    }

    @Test
    void cloudThatIsDownForHoursOnlyDelaysTheFill() throws Exception {
        threeDevicesMissed();
        Instant mended = START.plus(Duration.ofHours(30));
        world.cloud.script((number, path) -> world.time.instant().isBefore(mended)
                ? FakeCloud.fault(FaultKind.TRANSIENT, 503, Duration.ofSeconds(1))
                : null);
        world.run(Duration.ofDays(3));

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(journaled()).hasSize(3);
    }

    @Test
    void deviceThatFailsAloneHoldsUpNobodyAndIsReadLater() throws Exception {
        threeDevicesMissed();
        Instant mended = START.plusSeconds(3600);
        List<Integer> heldBefore = new ArrayList<>();
        world.cloud.script((number, path) -> {
            boolean fails =
                    path.contains("dev00000/events") && world.time.instant().isBefore(mended);
            if (fails) {
                heldBefore.add(journaled().size());
            }
            return fails ? FakeCloud.fault(FaultKind.TRANSIENT, 500, Duration.ofSeconds(1)) : null;
        });
        world.run(DAY);

        assertThat(heldBefore).contains(0, 2);
        assertThat(journaled()).containsExactlyInAnyOrder("missed0", "missed1", "missed2");
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void requestedDelayIsHonoured() throws Exception {
        threeDevicesMissed();
        world.cloud.script((number, path) ->
                number == 2 ? FakeCloud.fault(FaultKind.TRANSIENT, 429, Duration.ofSeconds(47)) : null);
        world.run(DAY);

        Duration waited = Duration.between(world.cloud.requests.get(1), world.cloud.requests.get(2));
        assertThat(waited).isGreaterThanOrEqualTo(Duration.ofSeconds(47));
    }

    @Test
    void eventIndexedLateIsFoundByTheLastPass() throws Exception {
        world.devices(2);
        world.outage(START.plusSeconds(60), START.plusSeconds(100));
        world.publish("slow", 1, START.plusMillis(99_900), Duration.ZERO, Duration.ofSeconds(10));
        world.run(DAY);

        assertThat(journaled()).containsExactly("slow");
        assertThat(onlyGap().ended()).isAfterOrEqualTo(START.plusSeconds(120));
        assertThat(world.cloud.paths.stream().filter(path -> path.endsWith("/events")))
                .hasSize(4);
    }

    @Test
    void eventIndexedLateIsFoundByAClockThatIsAhead() throws Exception {
        world.devices(2);
        world.outage(START.plusSeconds(60), START.plusSeconds(100));
        world.publish("slow", 1, START.plusMillis(99_900), Duration.ZERO, Duration.ofSeconds(10));
        world.ahead = Duration.ofHours(1);
        world.run(DAY);

        assertThat(journaled()).containsExactly("slow");
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void eventIndexedLateIsFoundByAClockThatIsSetBackWhileTheFillGoesOn() throws Exception {
        world.devices(40);
        world.outage(START.plusSeconds(60), START.plusSeconds(100));
        world.publish("slow", 39, START.plusMillis(99_900), Duration.ZERO, Duration.ofSeconds(10));
        world.ahead = Duration.ofHours(1);
        world.at(START.plusMillis(101_000), () -> world.ahead = Duration.ZERO);
        world.run(DAY);

        assertThat(journaled()).containsExactly("slow");
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void eventIndexedLateIsFoundByAFillThatGoesOnAfterARestartWithAClockThatIsAhead() throws Exception {
        for (int killedAt : new int[] {100_500, 110_000, 121_000}) {
            world = new World(folder.resolve("killed-at-" + killedAt), World.FAST, 10_000, 1);
            world.devices(40);
            world.outage(START.plusSeconds(60), START.plusSeconds(100));
            for (int i = 0; i < 40; i++) {
                world.publish("slow" + i, i, START.plusMillis(99_900), Duration.ZERO, Duration.ofSeconds(10));
            }
            world.at(START.plusMillis(killedAt), () -> {
                throw world.crash();
            });
            try {
                world.run(DAY);
            } catch (MemoryLog.Crash e) {
                world.ahead = Duration.ofHours(1);
                world.restart();
            }
            world.run(DAY);

            assertThat(journaled()).hasSize(40).doesNotHaveDuplicates();
            assertThat(world.ledger.snapshot()).allMatch(gap -> gap.state() == Gap.State.CLOSED);
        }
    }

    @Test
    void gapIsReadAsAWholeByAClockThatIsBehind() throws Exception {
        threeDevicesMissed();
        world.ahead = Duration.ofHours(-3);
        world.at(START.plusSeconds(370), () -> world.ahead = Duration.ZERO);
        world.run(DAY);

        assertThat(journaled()).hasSize(3);
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void fillThatPausesGoesOnAsPlannedThoughTheClockIsSetBack() throws Exception {
        threeDevicesMissed();
        Duration over = Duration.ofMinutes(40);
        world.cloud.script(
                (number, path) -> isBefore(over) ? FakeCloud.fault(FaultKind.TRANSIENT, 503, Duration.ZERO) : null);
        setBackAfter(Duration.ofMinutes(30), Duration.ofHours(3));
        world.run(DAY);

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(onlyGap().ended()).isBefore(START.plus(over).plus(Duration.ofMinutes(15)));
    }

    private void setBackAfter(Duration sinceStart, Duration ahead) {
        world.ahead = ahead;
        world.at(START.plus(sinceStart), () -> world.ahead = Duration.ZERO);
    }

    @Test
    void machineThatIsYearsAheadUntilTheCloudAnswersGivesNoGapUp() throws Exception {
        threeDevicesMissed();
        world.ahead = Duration.ofDays(4000);
        world.cloud.script((number, path) -> {
            world.ahead = Duration.ZERO;
            return null;
        });
        world.run(DAY);

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(journaled()).hasSize(3);
    }

    @Test
    void deviceReadAfterTheDelayIsNotReadAgain() throws Exception {
        FillSettings slow = new FillSettings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofDays(30),
                Duration.ZERO,
                1_000_000,
                1000,
                1000,
                World.NEVER,
                World.NEVER);
        world = new World(folder.resolve("slow"), slow, 10_000, 1);
        world.devices(1000);
        world.outage(START.plusSeconds(60), START.plusSeconds(100));
        world.run(DAY);

        // A request takes 50 ms: about 400 devices in the 20 s before the last pass may begin.
        long reads = world.cloud.paths.stream()
                .filter(path -> path.endsWith("/events"))
                .count();
        assertThat(reads).isBetween(1200L, 1500L);
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(onlyGap().progress().devicesTotal()).isEqualTo(1000);
    }

    @Test
    void partOlderThanHistoryIsRecordedAsUnfillable() throws Exception {
        world.devices(1);
        Instant back = START.plus(Duration.ofDays(40));
        world.publish("old", 0, START.plus(Duration.ofDays(5)), Duration.ZERO, Duration.ofSeconds(1));
        world.publish("kept", 0, START.plus(Duration.ofDays(20)), Duration.ZERO, Duration.ofSeconds(1));
        world.outage(START.plusSeconds(60), back);
        world.run(Duration.ofDays(50));

        assertThat(journaled()).containsExactly("kept");
        assertThat(world.ledger.snapshot())
                .extracting(Gap::state)
                .containsExactly(Gap.State.UNFILLABLE, Gap.State.CLOSED);
        assertThat(world.ledger.snapshot().get(0).to())
                .isEqualTo(world.ledger.snapshot().get(1).from())
                .isCloseTo(back.minus(Duration.ofDays(30)), within(1, ChronoUnit.MINUTES));
    }

    @Test
    void filtersOfTheStreamAreSentWithEveryPage() throws Exception {
        world.filters = new StreamFilters(
                List.of("temperature"), List.of("dev00001"), List.of("temperature"), List.of("102058"), List.of("a=b"));
        threeDevicesMissed();
        world.cloud.devicesPerPage = 1;
        world.cloud.mostEventsPerPage = 1;
        world.run(DAY);

        for (int i = 0; i < world.cloud.paths.size(); i++) {
            if (world.cloud.paths.get(i).endsWith("/events")) {
                assertThat(world.cloud.queries.get(i)).containsEntry("event_types", List.of("temperature"));
            } else {
                assertThat(world.cloud.queries.get(i))
                        .containsEntry("device_ids", List.of("dev00001"))
                        .containsEntry("device_types", List.of("temperature"))
                        .containsEntry("product_numbers", List.of("102058"))
                        .containsEntry("label_filters", List.of("a=b"));
            }
        }
    }

    @Test
    void deviceThatJoinsDuringTheFillIsReadToo() throws Exception {
        threeDevicesMissed();
        world.publish("moved", 7, START.plusSeconds(200), Duration.ZERO, Duration.ofSeconds(1));
        world.at(START.plusSeconds(365), () -> world.cloud.addDevice(World.device(7)));
        world.run(DAY);

        assertThat(journaled()).contains("moved");
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void fiveHundredDevicesAreFilledWhileTheStreamFlowsOn() throws Exception {
        world.devices(500);
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            Instant stamp = START.plusMillis(random.nextInt(1_200_000));
            world.publish("e" + i, random.nextInt(500), stamp, Duration.ZERO, Duration.ofMillis(random.nextInt(9000)));
        }
        world.outage(START.plusSeconds(60), START.plusSeconds(1000));
        world.run(DAY);

        assertThat(journaled()).hasSize(5000).doesNotHaveDuplicates();
        assertThat(onlyGap().progress().eventsNew()).isBetween(3000L, 4500L);
        assertThat(world.log.records().stream()
                        .filter(record -> record.source() == Source.LIVE)
                        .map(record -> record.received()))
                .isSortedAccordingTo(Comparator.naturalOrder());
    }

    @Test
    void estimateIsShownWhileTheFillGoesOn() throws Exception {
        world.devices(200);
        world.outage(START.plusSeconds(60), START.plusSeconds(100));
        world.run(DAY);

        List<Gap> halfway = world.told.stream()
                .filter(gap ->
                        gap.progress().devicesDone() == 100 && !gap.progress().lastPass())
                .toList();
        assertThat(halfway).isNotEmpty();
        assertThat(halfway.get(0).progress().percent()).isEqualTo(50);
        // 100 devices with 50 ms each are left.
        assertThat(halfway.get(0).progress().estimatedEnd())
                .isCloseTo(START.plusSeconds(110), within(2, ChronoUnit.SECONDS));
    }

    @Test
    void weatherIsWaitedForWithFewGrowingPauses() throws Exception {
        threeDevicesMissed();
        Duration over = Duration.ofHours(1);
        world.cloud.script((number, path) -> path.endsWith("/events") && isBefore(over)
                ? FakeCloud.fault(FaultKind.WEATHER, 200, Duration.ZERO)
                : null);
        List<Duration> pauses = pausesUntilClosed();

        assertThat(pauses)
                .containsSubsequence(seconds(5), seconds(10), seconds(20), seconds(40), seconds(80), seconds(160));
        assertThat(onlyGap().ended()).isBefore(START.plus(over).plus(Duration.ofMinutes(15)));
        assertThat(journaled()).hasSize(3);
    }

    @Test
    void weatherThatStaysIsAskedAgainEveryTenMinutes() throws Exception {
        threeDevicesMissed();
        world.cloud.script((number, path) ->
                isBefore(Duration.ofHours(6)) ? FakeCloud.fault(FaultKind.WEATHER, 200, Duration.ZERO) : null);
        List<Duration> pauses = pausesUntilClosed();

        assertThat(pauses).endsWith(seconds(600), seconds(600)).hasSizeLessThan(50);
    }

    @Test
    void refusalOfTheCloudIsAskedAgainAfterAMinuteAtFirst() throws Exception {
        for (int status : new int[] {401, 403, 404}) {
            world = new World(folder.resolve("status-" + status), World.FAST, 10_000, 1);
            threeDevicesMissed();
            FaultKind kind = status == 401 ? FaultKind.CREDENTIALS : FaultKind.PERMANENT;
            world.cloud.script((number, path) -> path.endsWith("/events") && isBefore(Duration.ofSeconds(600))
                    ? FakeCloud.fault(kind, status, Duration.ZERO)
                    : null);

            assertThat(pausesUntilClosed()).startsWith(seconds(60), seconds(120));
        }
    }

    @Test
    void deviceListThatIsEmptyForAMomentHoldsTheGapUpForAMoment() throws Exception {
        threeDevicesMissed();
        world.cloud.mostListed = () -> isBefore(Duration.ofSeconds(390)) ? 0 : 1000;
        world.run(DAY);

        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(onlyGap().ended()).isBefore(START.plusSeconds(390 + 20));
        assertThat(journaled()).hasSize(3);
    }

    private static Duration seconds(int count) {
        return Duration.ofSeconds(count);
    }

    /** The pauses of the fill after each failure. */
    private List<Duration> pausesUntilClosed() throws Exception {
        List<Duration> pauses = new ArrayList<>();
        Instant[] shown = {Instant.MIN};
        world.run(
                DAY,
                () -> world.fill
                        .pause(1)
                        .filter(pause -> pause.failures() > 0 && pause.until().isAfter(shown[0]))
                        .ifPresent(pause -> {
                            shown[0] = pause.until();
                            pauses.add(Duration.between(world.time.instant(), pause.until()));
                        }));
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        return pauses;
    }

    @Test
    @Timeout(180)
    void errorIsToldToTheSupervisorAndTheFillGoesOn() throws Exception {
        threeDevicesMissed();
        List<ThreadReport> down = new CopyOnWriteArrayList<>();
        Supervisor[] supervisor = new Supervisor[1];
        supervisor[0] = new Supervisor(world.time, pause -> down.addAll(supervisor[0].reports()));
        CountDownLatch closed = new CountDownLatch(1);
        GapLedger ledger = GapLedger.open(
                AtomicFile.keepingPrevious(folder.resolve("own.json"), new SystemStorage()),
                World.FAST,
                Duration.ZERO,
                10,
                world.time,
                gap -> {
                    if (gap.state() == Gap.State.CLOSED) {
                        closed.countDown();
                    }
                });
        world.cloud.script((number, path) -> {
            if (number <= 2) {
                throw new OutOfMemoryError("injected");
            }
            return null;
        });
        List<ILoggingEvent> told;
        try (LogCapture log = LogCapture.of(Supervisor.class);
                HistoryFill fill = new HistoryFill(
                        FakeCloud.PROJECT,
                        () -> StreamFilters.NONE,
                        filters -> Set.of(),
                        world.cloud,
                        ledger,
                        world.log,
                        folder,
                        World.FAST.withIndexingDelay(Duration.ZERO),
                        new FillEnvironment(
                                world.time,
                                world.time,
                                world.time,
                                new Random(1),
                                supervisor[0].factory("dt-history-p", "no gap is filled", AfterFailure.RESTART),
                                new MemoryBudget(64 << 20)))) {
            fill.start();
            ledger.interrupted(START, "reset");
            ledger.resumed(START);
            assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
            told = List.copyOf(log.events());
        }

        assertThat(down).hasSize(2).allSatisfy(report -> {
            assertThat(report.state()).isEqualTo(ThreadReport.State.DOWN);
            assertThat(report.meaning()).isEqualTo("no gap is filled");
            assertThat(report.lastFailure()).contains("OutOfMemoryError: injected");
        });
        assertThat(told).hasSize(2).allMatch(line -> line.getLevel() == Level.ERROR);
    }

    @Test
    void failureThatNobodyForesawIsToldAndTriedAgainSoon() throws Exception {
        threeDevicesMissed();
        int[] failures = new int[1];
        world.cloud.script((number, path) -> {
            if (path.contains("dev00001/events") && failures[0]++ < 3) {
                throw new IllegalStateException("a defect");
            }
            return null;
        });
        List<ILoggingEvent> told = new ArrayList<>();
        try (LogCapture pauses = LogCapture.of(FillPauses.class);
                LogCapture errors = LogCapture.of(HistoryFill.class)) {
            world.run(DAY);
            told.addAll(pauses.events());
            told.addAll(errors.events());
        }

        assertThat(journaled()).containsExactlyInAnyOrder("missed0", "missed1", "missed2");
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(onlyGap().ended()).isBefore(START.plusSeconds(360).plus(Duration.ofMinutes(9)));
        assertThat(told.stream().filter(line -> line.getLevel() == Level.WARN))
                .isNotEmpty()
                .allMatch(line -> line.getFormattedMessage().contains("a defect"));
        assertThat(told.stream().filter(line -> line.getThrowableProxy() != null))
                .hasSizeBetween(1, 2)
                .allMatch(line -> line.getLevel() == Level.ERROR);
    }

    @Test
    void severalLabelFiltersAreListedOneByOne() throws Exception {
        world.filters = new StreamFilters(List.of(), List.of(), List.of("temperature"), List.of(), List.of("a=b", "c"));
        threeDevicesMissed();
        world.run(DAY);

        List<List<String>> asked = new ArrayList<>();
        for (int i = 0; i < world.cloud.paths.size(); i++) {
            if (!world.cloud.paths.get(i).endsWith("/events")) {
                asked.add(world.cloud.queries.get(i).get("label_filters"));
                assertThat(world.cloud.queries.get(i)).containsEntry("device_types", List.of("temperature"));
            }
        }
        assertThat(asked).startsWith(List.of("a=b"), List.of("c")).allMatch(filters -> filters.size() == 1);
        assertThat(journaled()).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void fillWaitsWhileTheJournalIsHeld() throws Exception {
        threeDevicesMissed();
        world.log.heldChecks = 120;
        world.run(DAY);

        assertThat(world.cloud.requests.get(1)).isAfter(START.plusSeconds(360 + 110));
        assertThat(journaled()).hasSize(3);
    }

    @Test
    void fillGoesOnSoonAfterAFullDiskIsFreed() throws Exception {
        threeDevicesMissed();
        Instant freed = START.plusSeconds(365);
        world.log.diskFails = () -> world.time.instant().isBefore(freed);
        world.run(DAY);

        assertThat(journaled()).hasSize(3);
        assertThat(world.log.records().get(0).received()).isBefore(freed.plusSeconds(10));
    }

    @Test
    void interruptionWhileAFillBeginsIsAGapOfItsOwn() throws Exception {
        threeDevicesMissed();
        boolean[] interrupted = new boolean[1];
        world.cloud.script((number, path) -> {
            if (!interrupted[0]) {
                interrupted[0] = true;
                Instant now = world.time.instant();
                world.live = false;
                world.ledger.interrupted(now, "the connection was reset again");
                world.publish("missedToo", 0, now.plusSeconds(30), Duration.ZERO, Duration.ofSeconds(1));
                world.at(now.plusSeconds(90), () -> {
                    world.live = true;
                    world.ledger.resumed(now.plusSeconds(90));
                });
            }
            return null;
        });
        world.run(DAY);

        assertThat(world.ledger.snapshot()).extracting(Gap::state).containsExactly(Gap.State.CLOSED, Gap.State.CLOSED);
        assertThat(journaled()).contains("missed0", "missed1", "missed2", "missedToo");
    }

    /** An outage of half an hour with an event each minute; history is polled after three minutes. */
    private List<FakeCloud.Published> blockedForHalfAnHour() throws Exception {
        FillSettings polling = World.polling(World.FAST, Duration.ofMinutes(3), Duration.ofMinutes(1));
        world = new World(folder.resolve("blocked"), polling, 10_000, 1);
        world.devices(3);
        List<FakeCloud.Published> missed = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            missed.add(world.publish(
                    "missed" + i, i % 3, START.plusSeconds(70 + 60 * i), Duration.ZERO, Duration.ofSeconds(8)));
        }
        world.outage(START.plusSeconds(60), START.plusSeconds(60 + 1800));
        return missed;
    }

    @Test
    void eventsOfABlockedStreamComeFromHistoryMinutesLate() throws Exception {
        List<FakeCloud.Published> missed = blockedForHalfAnHour();
        List<Polling> stood = new ArrayList<>();
        for (int minute = 6; minute < 30; minute++) {
            Instant now = START.plus(Duration.ofMinutes(minute));
            world.at(now, () -> {
                assertThat(journaled())
                        .containsAll(missed.stream()
                                .filter(event -> event.stamp().isBefore(now.minusSeconds(75)))
                                .map(FakeCloud.Published::id)
                                .toList());
                world.fill.polling().ifPresent(stood::add);
            });
        }
        List<ILoggingEvent> told = new ArrayList<>();
        try (LogCapture log = LogCapture.of(HistoryPoller.class)) {
            world.run(DAY);
            told.addAll(log.events());
        }

        assertThat(journaled()).hasSize(30).doesNotHaveDuplicates();
        assertThat(world.log.records()).allMatch(record -> record.source() == Source.HISTORY);
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(onlyGap().progress().eventsFound()).isGreaterThanOrEqualTo(30);
        assertThat(stood).hasSize(24).allMatch(polling -> polling.every().equals(Duration.ofMinutes(1)));
        assertThat(stood.get(23).sentence()).contains("does a proxy").contains("every 60 s");
        assertThat(world.fill.polling()).isEmpty();
        assertThat(told.stream().filter(line -> line.getLevel() == Level.WARN)).hasSize(1);
    }

    @Test
    void bufferedEventsThatTheStreamDeliversInTheEndAreNotDoubled() throws Exception {
        List<FakeCloud.Published> missed = blockedForHalfAnHour();
        world.at(
                START.plusSeconds(60 + 1800),
                () -> missed.forEach(
                        event -> world.log.append(world.decode(event), Source.LIVE, world.time.instant())));
        world.run(DAY);

        assertThat(journaled()).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void shortOutageIsNotPolled() throws Exception {
        FillSettings polling = World.polling(World.FAST, Duration.ofMinutes(3), Duration.ofMinutes(1));
        world = new World(folder.resolve("short"), polling, 10_000, 1);
        world.devices(3);
        world.outage(START.plusSeconds(60), START.plusSeconds(60 + 170));
        world.run(DAY);

        assertThat(world.cloud.requests.get(0)).isAfterOrEqualTo(START.plusSeconds(60 + 170));
    }

    @Test
    void eachRoundBeginsWhereTheOneBeforeHasBegunLessTheMargins() throws Exception {
        blockedForHalfAnHour();
        world.run(DAY);

        List<Instant> begins = new ArrayList<>();
        for (int i = 0; i < world.cloud.paths.size(); i++) {
            if (asksFor(world.cloud.paths.get(i), "dev00000")
                    && world.cloud.requests.get(i).isBefore(START.plusSeconds(60 + 1800))) {
                begins.add(Instant.parse(
                        world.cloud.queries.get(i).get("start_time").get(0)));
            }
        }
        assertThat(begins).hasSizeBetween(25, 28);
        assertThat(begins.get(0)).isEqualTo(START.plusSeconds(60 - 70));
        for (int i = 2; i < begins.size(); i++) {
            assertThat(Duration.between(begins.get(i - 1), begins.get(i)))
                    .isBetween(Duration.ofSeconds(59), Duration.ofSeconds(62));
        }
    }

    @Test
    void roundsOfManyDevicesTakeHalfOfTheTime() throws Exception {
        FillSettings polling = World.polling(World.FAST, Duration.ofMinutes(3), Duration.ofMinutes(1));
        world = new World(folder.resolve("many"), polling, 10_000, 1);
        world.devices(2000);
        Duration[] every = new Duration[1];
        world.outage(START.plusSeconds(60), START.plusSeconds(60 + 1800));
        world.at(
                START.plusSeconds(60 + 1700),
                () -> every[0] = world.fill.polling().orElseThrow().every());
        world.run(DAY);

        // A request takes 50 ms, so a round takes about 101 s.
        assertThat(every[0]).isBetween(Duration.ofSeconds(200), Duration.ofSeconds(206));
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void pollingGoesOnAsPlannedThoughTheClockIsSetBack() throws Exception {
        FillSettings polling = World.polling(World.FAST, Duration.ofMinutes(3), Duration.ofMinutes(1));
        world = new World(folder.resolve("set-back"), polling, 10_000, 1);
        world.devices(1);
        world.outage(START.plusSeconds(60), START.plusSeconds(3600));
        setBackAfter(Duration.ofMinutes(10), Duration.ofHours(3));
        world.publish("before", 0, START.plusSeconds(595), Duration.ZERO, Duration.ofSeconds(8));
        world.publish("after", 0, START.plusSeconds(605), Duration.ZERO, Duration.ofSeconds(1));
        world.at(
                START.plusSeconds(605 + 120),
                () -> assertThat(journaled()).containsExactlyInAnyOrder("before", "after"));
        world.run(DAY);

        assertThat(journaled()).hasSize(2);
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void pollingThatFailsIsTriedLessOftenAndNotCalledOne() throws Exception {
        blockedForHalfAnHour();
        world.cloud.script((number, path) -> isBefore(Duration.ofSeconds(60 + 1700))
                ? FakeCloud.fault(FaultKind.TRANSIENT, 503, Duration.ZERO)
                : null);
        world.at(START.plusSeconds(60 + 1600), () -> {
            assertThat(world.fill.polling()).isEmpty();
            assertThat(world.cloud.requests).hasSizeLessThan(8);
        });
        world.run(DAY);

        assertThat(journaled()).hasSize(30).doesNotHaveDuplicates();
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void recordThatIsNoEventIsSetAside() throws Exception {
        world.devices(1);
        world.cloud.publish(new FakeCloud.Published(
                "../etc", World.device(0), "temperature", START.plusSeconds(80), START.plusSeconds(81)));
        world.outage(START.plusSeconds(60), START.plusSeconds(100));
        world.run(DAY);

        assertThat(world.log.rejected).isNotEmpty().allMatch(line -> line.startsWith("dev00000: "));
        assertThat(onlyGap().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(onlyGap().progress().eventsInvalid()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 12})
    void reconciliationFindsWhatSensorsSentLateWhileWeWereAway(long hoursAheadAtFirst) throws Exception {
        world = new World(folder.resolve("reconcile"), World.FAST.withReconcileWindow(Duration.ofHours(6)), 10_000, 1);
        setBackAfter(Duration.ofHours(1), Duration.ofHours(hoursAheadAtFirst));
        world.devices(3);
        Instant away = START.plus(Duration.ofHours(5));
        world.outage(away, away.plusSeconds(300));
        Duration late = Duration.ofHours(2);
        world.publish("late", 1, away.minus(late).plusSeconds(60), late, Duration.ofSeconds(1));
        world.publish("touched", "touch", 1, away.minus(late).plusSeconds(61), late, Duration.ofSeconds(1));
        world.run(Duration.ofHours(6));
        assertThat(journaled()).isEmpty();

        world.at(away.plus(Duration.ofHours(4)), () -> {});
        world.run(Duration.ofHours(6));

        assertThat(journaled()).containsExactly("late");
    }

    @Test
    void backfillReadsAnySpanAndAppendsWhatIsNotThere() throws Exception {
        world.devices(3);
        for (int i = 0; i < 30; i++) {
            world.publish("e" + i, i % 3, START.plusSeconds(60 * i), Duration.ZERO, Duration.ofSeconds(1));
        }
        world.live = false;
        world.at(START.plusSeconds(600), () -> world.live = true);
        world.time.advance(Duration.ofHours(1));
        List<FillProgress> shown = new ArrayList<>();

        FillProgress result = world.fill.backfill(START, START.plusSeconds(3600), shown::add);

        assertThat(journaled()).hasSize(30).doesNotHaveDuplicates();
        assertThat(result.eventsFound()).isEqualTo(30);
        assertThat(result.eventsNew()).isBetween(9L, 11L);
        assertThat(shown).extracting(FillProgress::devicesDone).containsExactly(1, 2, 3);
    }

    @Test
    @Timeout(180)
    void stopsAtOnceInARequest() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CloudApi silent = (path, query) -> {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            throw new AssertionError("never answered");
        };
        HistoryFill fill = new HistoryFill(
                FakeCloud.PROJECT,
                () -> StreamFilters.NONE,
                filters -> Set.of(),
                silent,
                world.ledger,
                world.log,
                folder,
                World.FAST,
                new FillEnvironment(
                        world.time, world.time, world.time, new Random(1), Thread::new, new MemoryBudget(64 << 20)));
        fill.start();
        world.ledger.interrupted(START, "reset");
        world.ledger.resumed(START);
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

        fill.close();

        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(onlyGap().isFillable()).isTrue();
    }
}
