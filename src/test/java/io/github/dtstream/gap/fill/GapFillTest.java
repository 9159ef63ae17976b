package io.github.dtstream.gap.fill;

import static io.github.dtstream.gap.fill.GapFillFixture.FROM;
import static io.github.dtstream.gap.fill.GapFillFixture.OVERLAP;
import static io.github.dtstream.gap.fill.GapFillFixture.ROUND_TRIP;
import static io.github.dtstream.gap.fill.GapFillFixture.SETTLING;
import static io.github.dtstream.gap.fill.GapFillFixture.TO;
import static io.github.dtstream.gap.fill.GapFillFixture.devices;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.LogCapture;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapEnds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two passes over a gap, what is saved of them and when, and gaps that are too old. */
class GapFillTest {
    private static final String TOO_OLD = "it is older than the cloud's history reaches";

    @TempDir
    private Path folder;

    private GapFillFixture fill;
    private ReadingFixture world;

    @BeforeEach
    void open() throws Exception {
        fill = new GapFillFixture(folder);
        world = fill.world;
    }

    private static ReadingFixture.Asked wholeWindow() {
        return new ReadingFixture.Asked(FROM.minus(OVERLAP), TO.plus(SETTLING), List.of());
    }

    @Test
    void gapIsClosedWhenAllDevicesWereReadAfterHistoryIsComplete() throws Exception {
        world.devices(2);
        world.receive(world.publish("known", "temperature", 0, FROM.plusSeconds(1)));
        world.publish("missed", "touch", 1, FROM.plusSeconds(2));
        fill.lateGap();
        Instant began = world.time.instant();
        try (LogCapture told = LogCapture.of(GapFill.class)) {
            assertThat(fill.run()).isEmpty();

            assertThat(told.messages()).containsExactly("Gap 1 is closed: 2 events in history, 1 of them new");
        }
        assertThat(world.journaled()).containsExactly("known", "missed");
        assertThat(world.asked()).containsExactlyElementsOf(devices(0, 2));
        assertThat(world.lastAsked()).isEqualTo(wholeWindow());
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(fill.progress().passStarted()).isEqualTo(began.plus(ROUND_TRIP));
        assertThat(fill.progress().lastPass()).isFalse();
        assertThat(fill.progress().devicesDone()).isEqualTo(2);
        assertThat(fill.progress().devicesTotal()).isEqualTo(2);
        assertThat(world.reading.devices().read(1)).as("the list was deleted").isEmpty();
    }

    @Test
    void eventTypesOfTheStreamAreAskedFor() throws Exception {
        world.devices(1);
        world.eventTypes = List.of("touch");
        fill.lateGap();
        fill.run();

        assertThat(world.lastAsked().eventTypes()).containsExactly("touch");
    }

    @Test
    void devicesReadEarlyAreReadAgainFromShortlyBeforeTheGapsEnd() throws Exception {
        world.devices(2);
        world.publish("missed", "temperature", 1, FROM.plusSeconds(1));
        fill.gap();

        assertThat(fill.run()).contains(SETTLING.minus(ROUND_TRIP.multipliedBy(3)));
        assertThat(world.journaled()).containsExactly("missed");
        assertThat(world.lastAsked().from()).isEqualTo(wholeWindow().from());
        assertThat(fill.now().state()).isEqualTo(Gap.State.FILLING);
        assertThat(fill.onDisk().devicesEarly()).isEqualTo(2);

        world.time.advance(Duration.ofSeconds(1));
        assertThat(fill.run()).contains(SETTLING.minusSeconds(1).minus(ROUND_TRIP.multipliedBy(4)));
        assertThat(world.asked())
                .as("nothing is to be done before the last pass")
                .hasSize(2);

        world.publish("slow", "temperature", 0, TO.minusSeconds(1));
        fill.settle();
        assertThat(fill.run()).isEmpty();

        assertThat(world.asked()).containsExactly(World.device(0), World.device(1), World.device(0), World.device(1));
        assertThat(world.lastAsked())
                .isEqualTo(new ReadingFixture.Asked(TO.minus(OVERLAP), TO.plus(SETTLING), List.of()));
        assertThat(world.journaled()).containsExactly("missed", "slow");
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(fill.progress().lastPass()).isTrue();
    }

    @Test
    void onlyDevicesThatWereReadEarlyAreReadAgain() throws Exception {
        world.devices(3);
        fill.gap();
        List<Integer> totals = new ArrayList<>();
        world.cloud.script((number, path) -> {
            if (number == 2) {
                world.time.advance(SETTLING);
            }
            totals.add(fill.progress().devicesTotal());
            return null;
        });

        assertThat(fill.run()).isEmpty();

        assertThat(world.asked()).containsExactly(World.device(0), World.device(1), World.device(2), World.device(0));
        assertThat(totals)
                .as("before the list, in the first pass, in the last pass")
                .containsExactly(0, 3, 3, 3, 1);
        assertThat(fill.progress().devicesTotal()).as("of the closed gap").isEqualTo(3);
    }

    @Test
    void newProcessWaitsUntilHistoryIsCompleteIfDevicesWereReadLate() throws Exception {
        world.devices(3);
        fill.lateGap();
        fill.credentialsFailAt(3);
        assertThat(fill.fails().kind()).isEqualTo(FaultKind.CREDENTIALS);
        assertThat(fill.progress().devicesDone()).isEqualTo(1);

        fill.begin();
        int requests = world.cloud.requests.size();
        assertThat(fill.run()).contains(SETTLING);
        assertThat(world.cloud.requests).hasSize(requests);

        fill.settle();
        assertThat(fill.run()).isEmpty();
        assertThat(world.asked()).containsExactly(World.device(0), World.device(1), World.device(1), World.device(2));
    }

    @Test
    void newProcessWaitsUntilHistoryIsCompleteIfTheLastPassHasBegun() throws Exception {
        world.devices(2);
        fill.gap();
        fill.run();
        fill.settle();
        fill.credentialsFailAt(2);
        assertThat(fill.fails().kind()).isEqualTo(FaultKind.CREDENTIALS);
        assertThat(fill.progress().lastPass()).isTrue();

        fill.begin();
        int requests = world.cloud.requests.size();
        assertThat(fill.run()).contains(SETTLING);
        assertThat(world.cloud.requests).hasSize(requests);

        fill.settle();
        long lists = world.lists();
        assertThat(fill.run()).isEmpty();
        assertThat(world.lists()).as("the last pass keeps to its list").isEqualTo(lists);
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void newProcessGoesOnEarlyWhereTheOneBeforeStopped() throws Exception {
        world.devices(3);
        fill.gap();
        fill.credentialsFailAt(3);
        fill.fails();

        fill.begin();
        assertThat(fill.run()).isPresent();

        assertThat(world.asked()).containsExactly(World.device(0), World.device(1), World.device(1), World.device(2));
        assertThat(fill.progress().devicesEarly()).isEqualTo(3);
    }

    @Test
    void fillBeginsAgainIfItsDeviceListIsLost() throws Exception {
        world.devices(2);
        fill.gap();
        fill.run();
        fill.settle();
        fill.credentialsFailAt(2);
        fill.fails();
        assertThat(fill.progress().devicesDone()).isZero();
        world.reading.devices().delete(1);
        try (LogCapture told = LogCapture.of(GapFill.class)) {
            assertThat(fill.run()).isEmpty();

            assertThat(told.messages())
                    .startsWith("The device list of gap 1 is lost; the fill begins again")
                    .hasSize(2);
        }
        assertThat(world.asked()).endsWith(World.device(0), World.device(1));
        assertThat(world.lastAsked()).isEqualTo(wholeWindow());
        assertThat(fill.progress().lastPass()).isFalse();
    }

    @Test
    void fillDoesNotBeginAgainWithItsList() throws Exception {
        world.devices(2);
        fill.gap();
        fill.run();
        try (LogCapture told = LogCapture.of(GapFill.class)) {
            fill.settle();
            fill.run();

            assertThat(told.messages()).hasSize(1);
        }
    }

    @Test
    void eventsAreOnDiskBeforeTheLedgerTellsOfTheirDevice() throws Exception {
        world.devices(3);
        for (int i = 0; i < 3; i++) {
            world.publish("missed" + i, "temperature", i, FROM.plusSeconds(i));
        }
        List<Boolean> pending = new ArrayList<>();
        world.ledger.addListener(gap -> pending.add(world.log.hasHistoryThatIsNotOnDisk()));
        fill.gap();
        fill.run();
        fill.settle();
        fill.run();

        assertThat(world.journaled()).hasSize(3);
        assertThat(pending).hasSizeGreaterThan(8).containsOnly(false);
    }

    /** The devices on disk at each request; index 0 is the device list, 1 the first device. */
    private List<Integer> onDiskAtEachRequest(GapFillFixture of) {
        List<Integer> done = new ArrayList<>();
        of.world.cloud.script((number, path) -> {
            done.add(of.onDisk().devicesDone());
            return null;
        });
        return done;
    }

    @Test
    void progressIsSavedEverySecond() throws Exception {
        world.devices(45);
        fill.lateGap();
        List<Integer> done = onDiskAtEachRequest(fill);
        fill.run();

        assertThat(done).hasSize(46);
        assertThat(done.subList(0, 21)).containsOnly(0);
        assertThat(done.subList(21, 41)).containsOnly(20);
        assertThat(done.subList(41, 46)).containsOnly(40);
    }

    @Test
    void progressIsSavedAfterAHundredDevicesThoughNoTimePassed() throws Exception {
        world.devices(205);
        fill.gap();
        HistoryReading all = world.reading;
        HistoryReading still = new HistoryReading(
                all.ledger(),
                all.devices(),
                all.sweep(),
                all.log(),
                all.eventTypes(),
                all.settings(),
                all.clock(),
                () -> 0L);
        GapEnds ended = new GapEnds(Duration.ZERO, world.time);
        ended.saw(world.ledger.fillable());
        List<Integer> done = onDiskAtEachRequest(fill);
        long lists = 3;
        new GapFill(still, ended).run(world.ledger.takeUp(1).orElseThrow(), 0);

        assertThat(world.lists()).isEqualTo(lists);
        List<Integer> devices = done.subList((int) lists, done.size());
        assertThat(devices).hasSize(205);
        assertThat(devices.subList(0, 100)).containsOnly(0);
        assertThat(devices.subList(100, 200)).containsOnly(100);
        assertThat(devices.subList(200, 205)).containsOnly(200);
    }

    @Test
    void progressIsSavedWhenTheFillFails() throws Exception {
        world.devices(5);
        fill.lateGap();
        fill.credentialsFailAt(5);
        fill.fails();

        assertThat(fill.onDisk().devicesDone()).isEqualTo(3);
    }

    @Test
    void nothingIsSavedAfterAnInterrupt() throws Exception {
        world.devices(5);
        fill.lateGap();
        world.cloud.script((number, path) -> {
            if (number == 5) {
                Thread.currentThread().interrupt();
                return FakeCloud.fault(FaultKind.CREDENTIALS, 401, Duration.ZERO);
            }
            return null;
        });
        fill.fails();
        assertThat(Thread.interrupted()).isTrue();

        assertThat(fill.progress().devicesDone()).isEqualTo(3);
        assertThat(fill.onDisk().devicesDone()).isZero();
        assertThat(fill.onDisk().devicesTotal()).isEqualTo(5);
    }

    @Test
    void estimateOfTheEndIsTold() throws Exception {
        world.devices(10);
        fill.lateGap();
        Instant began = world.time.instant().plus(ROUND_TRIP);
        fill.run();

        List<FillProgress> halfway = world.saved.stream()
                .map(Gap::progress)
                .filter(progress -> progress.devicesDone() == 5)
                .toList();
        assertThat(halfway).isNotEmpty();
        assertThat(halfway.get(0).estimatedEnd()).isEqualTo(began.plus(ROUND_TRIP.multipliedBy(10)));
    }

    @Test
    void progressOfALongFillIsLogged() throws Exception {
        world.devices(250);
        fill.lateGap();
        try (LogCapture told = LogCapture.of(ProgressEstimate.class)) {
            fill.run();

            assertThat(told.messages()).singleElement().asString().startsWith("Gap 1: 200 of 250 devices (80 %)");
        }
    }

    @Test
    void gapOlderThanHistoryIsUnfillable() throws Exception {
        world.devices(1);
        fill.gap(TO.minus(Duration.ofDays(40)), TO.minus(Duration.ofDays(31)));

        assertThat(fill.run()).isEmpty();

        assertThat(fill.now().state()).isEqualTo(Gap.State.UNFILLABLE);
        assertThat(fill.now().unfillable()).isEqualTo(TOO_OLD);
        assertThat(world.asked()).isEmpty();
        assertThat(world.lists()).as("the cloud's time is asked for").isEqualTo(1);
        assertThat(world.reading.devices().read(1)).as("the list was deleted").isEmpty();
    }

    @Test
    void cloudThatIsDownDoesNotMakeAGapUnfillable() {
        fill.gap(TO.minus(Duration.ofDays(40)), TO.minus(Duration.ofDays(31)));
        world.cloud.script((number, path) -> FakeCloud.fault(FaultKind.WEATHER, 502, Duration.ZERO));

        assertThat(fill.fails().kind()).isEqualTo(FaultKind.WEATHER);
        assertThat(fill.now().state()).isEqualTo(Gap.State.FILLING);
    }

    @Test
    void cloudThatRefusesStillTellsItsTime() throws Exception {
        fill.gap(TO.minus(Duration.ofDays(40)), TO.minus(Duration.ofDays(31)));
        world.cloud.script((number, path) -> FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ZERO));

        assertThat(fill.run()).isEmpty();
        assertThat(fill.now().state()).isEqualTo(Gap.State.UNFILLABLE);
    }

    @Test
    void clockThatTheCloudCorrectsMakesAGapFillable() throws Exception {
        world.devices(1);
        world.publish("missed", "temperature", 0, FROM.plusSeconds(1));
        fill.lateGap();
        Instant right = world.time.instant();
        world.time.set(right.plus(Duration.ofDays(4000)));
        world.cloud.script((number, path) -> {
            world.time.set(right);
            return null;
        });

        assertThat(fill.run()).isEmpty();

        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(world.ledger.snapshot()).as("nothing is cut off").hasSize(1);
        assertThat(world.journaled()).containsExactly("missed");
    }

    @Test
    void partOlderThanHistoryIsCutOff() throws Exception {
        world.devices(1);
        fill.gap(TO.minus(Duration.ofDays(40)), TO);
        fill.settle();
        Instant began = world.time.instant();

        assertThat(fill.run()).isEmpty();

        Instant oldest = began.plus(ROUND_TRIP).minus(World.FAST.historyBound());
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(fill.now().from()).isEqualTo(oldest);
        assertThat(world.lastAsked().from()).isEqualTo(oldest);
        assertThat(world.ledger.get(2).state()).isEqualTo(Gap.State.UNFILLABLE);
        assertThat(world.ledger.get(2).unfillable()).isEqualTo(TOO_OLD);
        assertThat(world.ledger.get(2).to()).isEqualTo(oldest);
    }

    @Test
    void deviceThatIsRefusedUntilHistoryEndsIsNamedInWhatCannotBeFilled() throws Exception {
        world.devices(3);
        fill.lateGap();
        fill.refuse(FaultKind.PERMANENT, 403, devices(1, 2));
        assertThat(fill.fails().kind()).isEqualTo(FaultKind.PERMANENT);
        assertThat(fill.progress().isThrough()).isTrue();

        world.time.advance(Duration.ofDays(31));
        assertThat(fill.run()).isEmpty();

        assertThat(fill.now().state()).isEqualTo(Gap.State.UNFILLABLE);
        assertThat(fill.now().unfillable())
                .startsWith(TOO_OLD + "; the history of 1 of 3 devices could not be read: dev00001: ");
        assertThat(world.ledger.snapshot()).as("nothing is cut off").hasSize(1);
    }

    @Test
    void listOfAGapIsKeptInAFileWhileItIsFilled() throws Exception {
        world.devices(2);
        fill.gap();
        fill.run();

        assertThat(Files.readAllLines(folder.resolve("gap-1.devices"))).containsExactlyElementsOf(devices(0, 2));
    }
}
