package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.LogCapture;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.gap.FillProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A span of history that somebody asks for. */
class BackfillTest {
    private static final Instant FROM = World.START.minus(Duration.ofHours(1));
    private static final Instant TO = World.START.minus(Duration.ofMinutes(1));

    @TempDir
    private Path folder;

    private ReadingFixture world;
    private final List<FillProgress> shown = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        world = new ReadingFixture(folder, World.FAST);
    }

    private FillProgress run() throws Exception {
        return new Backfill(world.reading).run(new Window(FROM, TO), shown::add);
    }

    @Test
    void whatTheJournalLacksIsAppendedAndIsOnDiskAtTheEnd() throws Exception {
        world.devices(2);
        world.eventTypes = List.of("touch", "temperature");
        world.receive(world.publish("known", "temperature", 0, FROM));
        world.publish("missed", "touch", 1, TO.minusMillis(1));
        world.publish("later", "touch", 1, TO);

        FillProgress result = run();

        assertThat(world.journaled()).containsExactly("known", "missed");
        assertThat(world.log.hasHistoryThatIsNotOnDisk()).isFalse();
        assertThat(world.lastAsked()).isEqualTo(new ReadingFixture.Asked(FROM, TO, List.of("touch", "temperature")));
        assertThat(result.eventsFound()).isEqualTo(2);
        assertThat(result.eventsNew()).isEqualTo(1);
        assertThat(result.devicesDone()).isEqualTo(2);
        assertThat(result.devicesEarly()).isZero();
    }

    @Test
    void eachDeviceIsToldWithTheTimeThatIsLeft() throws Exception {
        world.devices(4);
        run();

        assertThat(shown).extracting(FillProgress::devicesDone).containsExactly(1, 2, 3, 4);
        assertThat(shown).extracting(FillProgress::devicesTotal).containsOnly(4);
        Instant end = World.START.plusMillis(50 + 4 * 50);
        assertThat(shown).extracting(FillProgress::estimatedEnd).containsOnly(end);
    }

    @Test
    void longBackfillIsLogged() throws Exception {
        world.devices(250);
        try (LogCapture told = LogCapture.of(ProgressEstimate.class)) {
            run();

            assertThat(told.messages()).singleElement().asString().startsWith("Backfill: 200 of 250 devices (80 %)");
        }
    }

    @Test
    void deviceThatCannotBeReadIsNamed() throws Exception {
        world.devices(2);
        world.cloud.script(
                (number, path) -> number == 2 ? FakeCloud.fault(FaultKind.PERMANENT, 403, Duration.ZERO) : null);

        assertThat(run().unread()).containsExactly(World.device(0));
    }

    @Test
    void emptyListThatIsDoubtedIsAFailure() {
        assertThatThrownBy(this::run).isInstanceOfSatisfying(CloudException.class, failure -> {
            assertThat(failure.fault().kind()).isEqualTo(FaultKind.TRANSIENT);
            assertThat(failure.fault().summary())
                    .startsWith("the cloud lists no devices of project p1")
                    .endsWith(": try again later");
        });
        assertThat(shown).isEmpty();
    }

    @Test
    void emptyListThatIsBelievedIsAnEmptyBackfill() throws Exception {
        for (int i = 0; i < 4; i++) {
            world.reading.devices().current();
            world.time.advance(Duration.ofMinutes(2));
        }

        assertThat(run().devicesTotal()).isZero();
    }

    @Test
    void devicesThatAreKnownAreReadThoughTheListIsDoubtedAndThatIsTold() throws Exception {
        world.devices(3);
        world.known.add(World.device(1));
        world.cloud.mostListed = () -> 0;
        try (LogCapture told = LogCapture.of(Backfill.class)) {
            run();

            assertThat(told.messages())
                    .singleElement()
                    .asString()
                    .startsWith("Backfill reads the 1 devices that are known: the cloud lists no devices");
        }
        assertThat(world.asked()).containsExactly(World.device(1));
    }
}
