package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.LogCapture;
import io.github.dtstream.cloud.fault.CloudException;
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

/** When the last hours of history are read again, for which events, and how a round stops and goes on. */
class ReconcilerTest {
    private static final Instant START = World.START;
    private static final Duration HOURS = Duration.ofHours(6);

    @TempDir
    private Path folder;

    private ReadingFixture world;
    private Reconciler reconciler;

    @BeforeEach
    void open() throws Exception {
        world = new ReadingFixture(folder, World.FAST.withReconcileWindow(HOURS));
        reconciler = new Reconciler(world.reading);
    }

    private Duration dueIn() {
        return reconciler.due().map(Deadline::left).orElseThrow();
    }

    @Test
    void isDueAtOnceUnlessItIsSwitchedOff() throws Exception {
        assertThat(dueIn()).isZero();

        ReadingFixture off = new ReadingFixture(folder.resolve("off"), World.FAST);
        assertThat(new Reconciler(off.reading).due()).isEmpty();
    }

    @Test
    void readsTheWindowOfEachDeviceForTheTypesThatSensorsKeep() throws Exception {
        world.devices(2);
        world.publish("late", "temperature", 1, START.minus(HOURS));
        world.publish("humid", "humidity", 1, START.minusSeconds(1));
        world.publish("touched", "touch", 1, START.minusSeconds(2));
        world.publish("before", "temperature", 1, START.minus(HOURS).minusSeconds(1));

        reconciler.run(() -> false);

        assertThat(world.journaled()).containsExactly("late", "humid");
        assertThat(world.asked()).containsExactly(World.device(0), World.device(1));
        assertThat(world.lastAsked())
                .isEqualTo(new ReadingFixture.Asked(START.minus(HOURS), START, List.of("temperature", "humidity")));
    }

    @Test
    void asksOnlyForTypesThatTheStreamHasAndIsOffWithoutOne() throws Exception {
        world.devices(1);
        world.eventTypes = List.of("touch", "humidity");
        assertThat(dueIn()).isZero();

        reconciler.run(() -> false);

        assertThat(world.lastAsked().eventTypes()).containsExactly("humidity");
        world.eventTypes = List.of("touch");
        assertThat(reconciler.due()).isEmpty();
    }

    @Test
    void nextRoundBeginsHalfAWindowAfterTheBeginningOfTheLast() throws Exception {
        world.devices(100);

        reconciler.run(() -> false);

        Duration lasted = Duration.between(START, world.time.instant());
        assertThat(lasted).isGreaterThan(Duration.ofSeconds(5));
        assertThat(dueIn()).isEqualTo(HOURS.dividedBy(2).minus(lasted));

        world.time.advance(dueIn());
        reconciler.run(() -> false);
        assertThat(world.lists()).isEqualTo(2);
        assertThat(world.asked()).hasSize(200);
        assertThat(world.lastAsked().from()).isEqualTo(START.minus(HOURS.dividedBy(2)));
    }

    @Test
    void stopsForMoreUrgentWorkAndGoesOnWithTheNextDeviceOfTheSameRound() throws Exception {
        world.devices(3);
        for (int i = 0; i < 3; i++) {
            world.receive(world.publish("known" + i, "temperature", i, START.minusSeconds(10)));
            world.publish("new" + i, "temperature", i, START.minusSeconds(5));
        }
        try (LogCapture told = LogCapture.of(Reconciler.class)) {
            reconciler.run(() -> true);
            assertThat(world.asked()).containsExactly(World.device(0));
            assertThat(dueIn()).isZero();
            assertThat(told.events()).isEmpty();

            world.time.advance(Duration.ofMinutes(5));
            reconciler.run(() -> false);

            assertThat(told.messages())
                    .containsExactly("Reconciliation read 3 devices: 6 events in history, 3 of them new");
        }
        assertThat(world.asked()).containsExactly(World.device(0), World.device(1), World.device(2));
        assertThat(world.lists()).isEqualTo(1);
        assertThat(world.lastAsked().to()).isEqualTo(START);
        assertThat(dueIn()).isLessThan(HOURS.dividedBy(2).minus(Duration.ofMinutes(5)));
    }

    @Test
    void deviceThatCannotBeReadIsSkippedAndNamed() throws Exception {
        world.devices(3);
        world.cloud.script((number, path) ->
                path.contains(World.device(1) + "/") ? FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ZERO) : null);
        try (LogCapture told = LogCapture.of(Reconciler.class)) {
            reconciler.run(() -> false);

            assertThat(told.messages())
                    .containsExactly(
                            "Reconciliation skips device dev00001: the cloud answered 403",
                            "Reconciliation read 3 devices: 0 events in history, 0 of them new");
        }
    }

    @Test
    void roundThatFailsGoesOnWhereItStoppedWhenItIsDueAgain() throws Exception {
        world.devices(2);
        world.cloud.script(
                (number, path) -> number == 3 ? FakeCloud.fault(FaultKind.CREDENTIALS, 401, Duration.ZERO) : null);
        assertThatThrownBy(() -> reconciler.run(() -> false)).isInstanceOf(CloudException.class);

        reconciler.postpone(Duration.ofMinutes(10));
        assertThat(dueIn()).isEqualTo(Duration.ofMinutes(10));
        reconciler.run(() -> false);

        assertThat(world.asked()).containsExactly(World.device(0), World.device(1), World.device(1));
    }

    @Test
    void projectWithoutDevicesIsLookedAtAgainHalfAWindowLater() throws Exception {
        reconciler.run(() -> false);

        assertThat(world.asked()).isEmpty();
        assertThat(dueIn()).isEqualTo(HOURS.dividedBy(2).minusMillis(50));
    }

    @Test
    void neighboursThatFailForEverDoNotEndReconciliation() throws Exception {
        world.devices(12);
        world.publish("late", "temperature", 11, START.minusSeconds(60));
        List<String> failing = IntStream.range(5, 9)
                .mapToObj(device -> "/devices/" + World.device(device) + "/")
                .toList();
        world.cloud.script((number, path) -> failing.stream().anyMatch(path::contains)
                ? FakeCloud.fault(FaultKind.TRANSIENT, 500, Duration.ZERO)
                : null);
        int attempts = 0;
        while (!world.journaled().contains("late")) {
            attempts++;
            assertThat(attempts).as("attempts").isLessThan(5);
            try {
                reconciler.run(() -> false);
            } catch (CloudException e) {
                reconciler.postpone(Duration.ofMinutes(10));
            }
        }

        assertThat(dueIn()).isGreaterThan(Duration.ofHours(2));
    }
}
