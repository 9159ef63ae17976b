package io.github.dtstream.gap.fill;

import static io.github.dtstream.gap.fill.GapFillFixture.FROM;
import static io.github.dtstream.gap.fill.GapFillFixture.OVERLAP;
import static io.github.dtstream.gap.fill.GapFillFixture.SETTLING;
import static io.github.dtstream.gap.fill.GapFillFixture.TO;
import static io.github.dtstream.gap.fill.GapFillFixture.devices;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.LogCapture;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.gap.Gap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that cannot be read, have left the project, or join it during a fill; and a device list that is doubted. */
class GapFillUnreadTest {
    @TempDir
    private Path folder;

    private GapFillFixture fill;
    private ReadingFixture world;

    @BeforeEach
    void open() throws Exception {
        fill = new GapFillFixture(folder);
        world = fill.world;
    }

    private long lookUps() {
        return world.cloud.paths.stream()
                .filter(path -> path.startsWith("projects/-/"))
                .count();
    }

    private void heals() {
        world.cloud.script((number, path) -> null);
    }

    @Test
    void deviceThatFailedIsReadAgainAtTheEndWithTheWholeWindow() throws Exception {
        world.devices(3);
        world.publish("missed", "temperature", 0, FROM.plusSeconds(1));
        fill.lateGap();
        world.cloud.script(
                (number, path) -> number == 2 ? FakeCloud.fault(FaultKind.TRANSIENT, 503, Duration.ZERO) : null);

        assertThat(fill.run()).isEmpty();

        assertThat(world.asked()).containsExactly(World.device(0), World.device(1), World.device(2), World.device(0));
        assertThat(world.lastAsked())
                .isEqualTo(new ReadingFixture.Asked(FROM.minus(OVERLAP), TO.plus(SETTLING), List.of()));
        assertThat(world.journaled()).containsExactly("missed");
        assertThat(world.log.hasHistoryThatIsNotOnDisk()).isFalse();
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void gapStaysOpenWhileADeviceFailsAndSaysWhich() throws Exception {
        world.devices(3);
        fill.lateGap();
        fill.refuse(FaultKind.TRANSIENT, 503, devices(1, 2));

        Fault fault = fill.fails();

        assertThat(fault.kind()).isEqualTo(FaultKind.TRANSIENT);
        assertThat(fault.summary())
                .isEqualTo("the history of 1 of 3 devices could not be read: dev00001: the cloud answered 503");
        assertThat(fill.now().state()).isEqualTo(Gap.State.FILLING);
        assertThat(fill.onDisk().unread()).containsExactly(World.device(1));

        heals();
        assertThat(fill.run()).isEmpty();
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(world.asked()).endsWith(World.device(2), World.device(1), World.device(1));
    }

    @Test
    void gapOfWhichADeviceIsRefusedIsTriedLessOften() throws Exception {
        world.devices(3);
        fill.lateGap();
        fill.refuse(FaultKind.PERMANENT, 403, devices(1, 2));

        assertThat(fill.fails().kind()).isEqualTo(FaultKind.PERMANENT);
    }

    @Test
    void deviceThatIsReadAtLastIsSavedAtOnce() throws Exception {
        world.devices(3);
        fill.lateGap();
        fill.refuse(FaultKind.TRANSIENT, 503, devices(0, 2));
        fill.fails();
        world.publish("missed", "temperature", 0, FROM.plusSeconds(1));
        fill.credentialsFailAt(3);
        List<Boolean> pending = new ArrayList<>();
        world.ledger.addListener(gap -> pending.add(world.log.hasHistoryThatIsNotOnDisk()));

        assertThat(fill.fails().kind()).isEqualTo(FaultKind.CREDENTIALS);

        assertThat(fill.onDisk().unread()).containsExactly(World.device(1));
        assertThat(world.journaled()).containsExactly("missed");
        assertThat(pending).isNotEmpty().containsOnly(false);
    }

    private void refuseEvery(int step, int count) {
        fill.refuse(
                FaultKind.PERMANENT,
                403,
                IntStream.range(0, count)
                        .filter(i -> i % step == 0)
                        .mapToObj(World::device)
                        .toList());
    }

    @Test
    void tenRefusalsInARowEndThePassAndItGoesOnThere() throws Exception {
        world.devices(14);
        fill.lateGap();
        fill.refuse(FaultKind.PERMANENT, 403, devices(0, 14));

        assertThat(fill.fails().kind()).isEqualTo(FaultKind.PERMANENT);
        assertThat(world.asked()).containsExactlyElementsOf(devices(0, 10));
        assertThat(fill.onDisk().devicesDone()).isEqualTo(10);

        heals();
        assertThat(fill.run()).isEmpty();
        assertThat(world.asked()).hasSize(24);
        assertThat(world.asked().subList(10, 14)).isEqualTo(devices(10, 14));
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void nineRefusalsInARowAreNotTooMany() throws Exception {
        world.devices(20);
        fill.lateGap();
        fill.refuse(
                FaultKind.PERMANENT,
                403,
                IntStream.range(0, 20)
                        .filter(i -> i != 9 && i != 19)
                        .mapToObj(World::device)
                        .toList());

        fill.fails();

        assertThat(fill.progress().devicesDone()).isEqualTo(20);
        assertThat(world.asked()).as("and the retry ends after ten").hasSize(30);
    }

    @Test
    void retryEndsAfterTenRefusalsInARowAndBeginsWithTheOthersNextTime() throws Exception {
        world.devices(24);
        fill.lateGap();
        refuseEvery(2, 24);

        fill.fails();

        assertThat(world.asked()).hasSize(24 + 10).endsWith(World.device(16), World.device(18));
        assertThat(fill.progress().unread()).startsWith(World.device(20), World.device(22), World.device(0));
        assertThat(fill.onDisk().unread()).as("a refusal alone is not written").startsWith(World.device(0));

        fill.fails();
        assertThat(world.asked().get(34)).isEqualTo(World.device(20));
    }

    @Test
    void devicesThatFailNextToEachOtherAreToleratedLonger() {
        world.devices(20);
        fill.lateGap();
        fill.refuse(FaultKind.WEATHER, 503, devices(0, 20));

        fill.fails();
        assertThat(world.asked()).hasSize(3);
        fill.fails(1);
        assertThat(world.asked()).hasSize(3 + 6);
    }

    @Test
    void devicesThatFailInTheRetryAreToleratedLonger() {
        world.devices(20);
        fill.lateGap();
        fill.refuse(
                FaultKind.WEATHER,
                503,
                IntStream.range(0, 20)
                        .filter(i -> i % 2 == 0)
                        .mapToObj(World::device)
                        .toList());

        fill.fails();
        assertThat(world.asked()).hasSize(20 + 3);
        fill.fails(1);
        assertThat(world.asked()).hasSize(20 + 3 + 6);
    }

    private void leaves(int... devices) {
        for (int device : devices) {
            world.known.add(World.device(device));
            world.cloud.removeDevice(World.device(device));
        }
    }

    @Test
    void deviceThatHasLeftTheProjectIsSkippedAndNamed() throws Exception {
        world.devices(3);
        leaves(1);
        fill.lateGap();
        try (LogCapture told = LogCapture.of(GapFill.class)) {
            assertThat(fill.run()).isEmpty();

            assertThat(told.messages())
                    .startsWith(
                            "Gap 1: device dev00001 has left the project, it is in no project that the service account"
                                    + " may look into, and is skipped");
        }
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(fill.progress().gone())
                .containsExactly("dev00001 (in no project that the service account may look into)");
    }

    @Test
    void deviceThatIsInAnotherProjectIsSkippedAndNamedWithIt() throws Exception {
        world.devices(3);
        leaves(1);
        world.cloud.moveDevice(World.device(1), "p2");
        fill.lateGap();

        assertThat(fill.run()).isEmpty();
        assertThat(fill.progress().gone()).containsExactly("dev00001 (now in project p2)");
    }

    @Test
    void deviceThatALookUpFindsInTheProjectKeepsTheGapOpen() throws Exception {
        world.devices(3);
        leaves(1);
        world.cloud.moveDevice(World.device(1), FakeCloud.PROJECT);
        fill.lateGap();

        assertThat(fill.fails().kind()).isEqualTo(FaultKind.PERMANENT);
        assertThat(lookUps()).isEqualTo(1);
        assertThat(fill.progress().unread()).containsExactly(World.device(1));
        assertThat(fill.progress().gone()).isEmpty();
    }

    @Test
    void deviceThatIsListedHasNotLeftThoughHistoryDoesNotKnowIt() throws Exception {
        world.devices(3);
        fill.lateGap();
        fill.refuse(FaultKind.PERMANENT, 404, devices(1, 2));

        assertThat(fill.fails().kind()).isEqualTo(FaultKind.PERMANENT);
        assertThat(lookUps()).isZero();
        assertThat(world.lists()).as("the list is asked for again").isEqualTo(2);
        assertThat(fill.progress().unread()).containsExactly(World.device(1));
    }

    @Test
    void manyDevicesThatHaveLeftAreNoRefusals() throws Exception {
        world.devices(212);
        leaves(IntStream.range(0, 12).toArray());
        IntStream.range(12, 212).forEach(i -> world.known.add(World.device(i)));
        fill.lateGap();

        assertThat(fill.run()).isEmpty();

        assertThat(fill.progress().devicesGone()).isEqualTo(12);
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void devicesThatADoubtfulListLacksAreRefusals() throws Exception {
        world.devices(12);
        leaves(IntStream.range(0, 12).toArray());
        fill.lateGap();

        assertThat(fill.fails().kind()).isEqualTo(FaultKind.PERMANENT);

        assertThat(world.asked()).containsExactlyElementsOf(devices(0, 10));
        assertThat(fill.progress().unread()).hasSize(10);
    }

    @Test
    void devicesThatADoubtfulListLacksAreNotLookedUp() throws Exception {
        world.devices(3);
        leaves(0, 1, 2);
        fill.lateGap();

        assertThat(fill.fails().kind()).isEqualTo(FaultKind.PERMANENT);

        assertThat(lookUps()).isZero();
        assertThat(fill.progress().unread()).hasSize(3);
    }

    @Test
    void gapIsNotClosedWhileTheDeviceListIsDoubted() throws Exception {
        fill.lateGap();

        Fault fault = fill.fails();

        assertThat(fault.kind()).isEqualTo(FaultKind.TRANSIENT);
        assertThat(fault.summary()).startsWith("the cloud lists no devices of project p1");
        assertThat(fill.now().state()).isEqualTo(Gap.State.FILLING);

        world.devices(1);
        assertThat(fill.run()).isEmpty();
        assertThat(world.asked()).containsExactly(World.device(0));
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
    }

    @Test
    void gapOfAProjectThatIsKnownToBeEmptyIsClosedAtOnce() throws Exception {
        for (int i = 0; i < 4; i++) {
            world.reading.devices().update(1);
            world.time.advance(Duration.ofMinutes(2));
        }
        fill.gap();

        assertThat(fill.run()).isEmpty();
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(fill.progress().lastPass()).isFalse();
    }

    @Test
    void listThatIsDoubtedInTheLastPassIsAskedForAgainAndNewDevicesAreReadAtTheEnd() throws Exception {
        world.devices(3);
        world.known.addAll(devices(0, 3));
        world.publish("missed", "temperature", 3, FROM.plusSeconds(1));
        fill.gap();
        world.cloud.mostListed = () -> 0;
        fill.run();
        fill.settle();
        assertThat(fill.fails().summary()).startsWith("the cloud lists no devices");
        assertThat(fill.progress().lastPass()).isTrue();
        int asked = world.asked().size();

        world.cloud.mostListed = () -> Integer.MAX_VALUE;
        world.devices(4);
        assertThat(fill.run()).isEmpty();

        assertThat(world.asked()).hasSize(asked + 1).endsWith(World.device(3));
        assertThat(world.lastAsked().from()).isEqualTo(FROM.minus(OVERLAP));
        assertThat(world.journaled()).containsExactly("missed");
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
        assertThat(fill.progress().devicesTotal()).isEqualTo(4);
    }

    @Test
    void deviceThatIsNewInTheListAfterAnUnknownOneIsReadNext() throws Exception {
        world.devices(3);
        leaves(1);
        world.publish("missed", "temperature", 3, FROM.plusSeconds(1));
        fill.lateGap();
        world.cloud.script((number, path) -> {
            if (number == 4) {
                world.devices(1);
                world.cloud.addDevice(World.device(3));
            }
            return null;
        });

        Fault fault = fill.fails();
        assertThat(fault.summary()).contains("dev00003: it is new in the device list");

        assertThat(fill.run()).isEmpty();
        assertThat(world.journaled()).containsExactly("missed");
        assertThat(fill.now().state()).isEqualTo(Gap.State.CLOSED);
    }
}
