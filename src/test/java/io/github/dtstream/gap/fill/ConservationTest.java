package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.event.Source;
import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.journal.record.JournalRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to the stream, in the end the journal has every event that the cloud published, each once. */
class ConservationTest {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void journalHoldsTheUnionAfterRandomOutagesAndFaults(long seed) throws Exception {
        World world = randomWorld(seed, 20 + new Random(seed).nextInt(500), folder);
        Random random = new Random(seed * 31);
        world.cloud.script((number, path) -> random.nextInt(8) == 0
                ? FakeCloud.fault(FaultKind.TRANSIENT, 503, Duration.ofSeconds(random.nextInt(5)))
                : null);

        world.run(Duration.ofDays(2));

        assertComplete(world, "");
        assertThat(world.ledger.snapshot()).isNotEmpty().allMatch(gap -> gap.state() == Gap.State.CLOSED);
        assertThat(world.log.records()).anyMatch(record -> record.source() == Source.HISTORY);
    }

    /**
     * An event whose identifier the journal has forgotten may come twice, as a wrong clock gave its time of receipt.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void journalHoldsTheUnionWhateverTheClockSays(long seed) throws Exception {
        World world = randomWorld(seed, 10_000, folder);
        Random random = new Random(seed * 37);
        for (int i = 0; i < 20; i++) {
            Instant change = World.START.plusSeconds(random.nextInt(7200));
            Duration ahead = Duration.ofMinutes(random.nextBoolean() ? 0 : random.nextInt(-180, 180));
            world.at(change, () -> world.ahead = ahead);
        }

        world.run(Duration.ofDays(2));

        assertComplete(world, "");
        assertThat(world.ledger.snapshot()).isNotEmpty().allMatch(gap -> gap.state() == Gap.State.CLOSED);
    }

    @Test
    void journalHoldsTheUnionWhereverTheProcessIsKilled() throws Exception {
        int requests = requestsOfAWholeRun();
        for (int kill = 1; kill <= requests; kill++) {
            World world = smallWorld(folder.resolve("kill-" + kill));
            int fatal = kill;
            world.cloud.script((number, path) -> {
                if (number == fatal) {
                    throw world.crash();
                }
                return null;
            });
            try {
                world.run(Duration.ofDays(2));
            } catch (MemoryLog.Crash e) {
                world.restart();
            }

            world.run(Duration.ofDays(2));

            assertThat(world.ledger.snapshot())
                    .as("killed at request %d", kill)
                    .allMatch(gap -> gap.state() == Gap.State.CLOSED);
            assertComplete(world, "killed at request " + kill);
        }
    }

    private int requestsOfAWholeRun() throws Exception {
        World world = smallWorld(folder.resolve("whole"));
        world.run(Duration.ofDays(2));
        assertComplete(world, "");
        assertThat(world.cloud.requests.size()).isGreaterThan(30);
        return world.cloud.requests.size();
    }

    private static World smallWorld(Path folder) throws Exception {
        World world = new World(folder, World.FAST, 40, 5);
        world.devices(12);
        world.cloud.devicesPerPage = 5;
        world.cloud.mostEventsPerPage = 4;
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            Instant stamp = World.START.plusMillis(random.nextInt(600_000));
            world.publish("e" + i, random.nextInt(12), stamp, Duration.ofSeconds(random.nextInt(20)), delay(random));
        }
        world.outage(World.START.plusSeconds(120), World.START.plusSeconds(300));
        world.outage(World.START.plusSeconds(500), World.START.plusSeconds(530));
        return world;
    }

    private static World randomWorld(long seed, int remembered, Path folder) throws Exception {
        Random random = new Random(seed);
        int limit = random.nextBoolean() ? 500_000 : 20 + random.nextInt(100);
        Duration polling = random.nextBoolean() ? World.NEVER : Duration.ofSeconds(30 + random.nextInt(120));
        FillSettings settings = new FillSettings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofDays(30),
                Duration.ZERO,
                1_000_000,
                1 + random.nextInt(50),
                limit,
                polling,
                Duration.ofSeconds(10));
        World world = new World(folder, settings, remembered, seed);
        world.isPolled = !polling.equals(World.NEVER);
        int devices = 1 + random.nextInt(30);
        world.devices(devices);
        world.cloud.devicesPerPage = 1 + random.nextInt(20);
        for (int i = 0; i < 1500; i++) {
            Instant stamp = World.START.plusMillis(random.nextInt(7_200_000));
            Duration lateness = Duration.ofMillis(random.nextInt(10) == 0 ? random.nextInt(50_000) : 0);
            world.publish("e" + i, random.nextInt(devices), stamp, lateness, delay(random));
        }
        Instant at = World.START.plusSeconds(60);
        for (int i = 0; i < 6; i++) {
            Instant from = at.plusSeconds(1 + random.nextInt(600));
            Instant to = from.plusSeconds(1 + random.nextInt(600));
            world.outage(from, to);
            at = to;
        }
        return world;
    }

    private static Duration delay(Random random) {
        return Duration.ofMillis(random.nextInt(10_000));
    }

    private static void assertComplete(World world, String what) {
        List<String> held = world.log.records().stream()
                .map(record -> record.event().eventId())
                .toList();
        List<String> published =
                world.cloud.published().stream().map(FakeCloud.Published::id).toList();
        assertThat(held).as(what).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(published);
        assertThat(world.log.rejected).isEmpty();
        if (world.ledger.snapshot().size() == 1 && !world.isPolled) {
            assertOrdered(world.log.records());
        }
    }

    private static void assertOrdered(List<JournalRecord> records) {
        Map<String, Instant> newest = new HashMap<>();
        for (JournalRecord record : records) {
            if (record.source() == Source.HISTORY) {
                Instant stamp = Instant.parse(record.event().timestamp());
                assertThat(newest.getOrDefault(record.event().deviceId(), Instant.MIN))
                        .isBeforeOrEqualTo(stamp);
                newest.put(record.event().deviceId(), stamp);
            }
        }
    }
}
