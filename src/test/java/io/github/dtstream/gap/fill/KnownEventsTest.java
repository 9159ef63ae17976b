package io.github.dtstream.gap.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.storage.SystemStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownEventsTest {
    private static final Instant FROM = World.START;
    private static final Window WINDOW = new Window(FROM, FROM.plusSeconds(1000));
    private static final List<String> DEVICES =
            IntStream.range(0, 4).mapToObj(World::device).toList();

    @TempDir
    private Path folder;

    private World world;
    private MemoryLog log;

    @BeforeEach
    void makeWorld() throws Exception {
        world = new World(folder, World.FAST, 100, 1);
        log = world.log;
    }

    private Event event(String id, int device, Instant stamp) {
        return world.decode(new FakeCloud.Published(id, World.device(device), "touch", stamp, stamp));
    }

    private void journal(String id, int device, Instant stamp) {
        log.append(event(id, device, stamp), Source.LIVE, stamp.plusSeconds(1));
        log.flush();
    }

    @Test
    void knowsWhatLiesInTheWindowAndAtItsEnds() throws Exception {
        journal("before", 0, FROM.minusSeconds(100));
        journal("start", 0, FROM);
        journal("end", 1, FROM.plusSeconds(1000));
        journal("after", 1, FROM.plusSeconds(1100));
        KnownEvents known = new KnownEvents(log, WINDOW, 100, new MemoryBudget(Long.MAX_VALUE >> 1));

        assertThat(known.load(DEVICES, 0)).isEqualTo(4);
        assertThat(known.contains(event("start", 0, FROM))).isTrue();
        assertThat(known.contains(event("end", 0, FROM))).isTrue();
        assertThat(known.contains(event("before", 0, FROM))).isFalse();
        assertThat(known.contains(event("after", 0, FROM))).isFalse();
    }

    @Test
    void holdsAFewDevicesAtATimeWhenThereAreMany() throws Exception {
        for (int i = 0; i < 60; i++) {
            journal("e" + i, i % 4, FROM.plusSeconds(i));
        }
        KnownEvents known = new KnownEvents(log, WINDOW, 30, new MemoryBudget(Long.MAX_VALUE >> 1));

        assertThat(known.load(DEVICES, 0)).isEqualTo(2);
        assertThat(known.contains(event("e1", 1, FROM))).isTrue();
        assertThat(known.contains(event("e2", 2, FROM))).isFalse();
        assertThat(known.load(DEVICES, 2)).isEqualTo(4);
        assertThat(known.contains(event("e2", 2, FROM))).isTrue();
        assertThat(known.contains(event("e1", 1, FROM))).isFalse();
    }

    @Test
    void deviceWithMoreThanTheLimitIsHeldAlone() throws Exception {
        for (int i = 0; i < 60; i++) {
            journal("e" + i, 0, FROM.plusSeconds(i));
        }

        assertThat(new KnownEvents(log, WINDOW, 10, new MemoryBudget(Long.MAX_VALUE >> 1)).load(DEVICES, 0))
                .isEqualTo(1);
    }

    @Test
    void readsTheJournalOnceIfEverythingFits() throws Exception {
        for (int i = 0; i < 30; i++) {
            journal("e" + i, i % 4, FROM.plusSeconds(i));
        }

        assertThat(new KnownEvents(log, WINDOW, 30, new MemoryBudget(Long.MAX_VALUE >> 1)).load(DEVICES, 0))
                .isEqualTo(4);
        assertThat(log.scans).isEqualTo(1);
    }

    @Test
    void leavesTheLastDeviceToTheNextTurnIfOneOfItsEventsDoesNotFit() throws Exception {
        for (int i = 0; i < 4; i++) {
            journal("e" + i, i, FROM.plusSeconds(i));
        }

        assertThat(new KnownEvents(log, WINDOW, 3, new MemoryBudget(Long.MAX_VALUE >> 1)).load(DEVICES, 0))
                .isEqualTo(3);
    }

    @Test
    void knowsWhatIsNotYetOnDisk() throws Exception {
        log.append(event("new", 0, FROM), Source.LIVE, FROM);
        KnownEvents known = new KnownEvents(log, WINDOW, 100, new MemoryBudget(Long.MAX_VALUE >> 1));

        known.load(DEVICES, 0);

        assertThat(known.contains(event("new", 0, FROM))).isTrue();
    }

    @Test
    void learnsWhatTheJournalIsAboutToForget() throws Exception {
        KnownEvents known = new KnownEvents(log, WINDOW, 1000, new MemoryBudget(Long.MAX_VALUE >> 1));
        known.load(DEVICES, 0);
        journal("late", 0, FROM.plusSeconds(5));
        for (int i = 0; i < 49; i++) {
            log.append(event("other" + i, 3, FROM.plus(Duration.ofDays(1))), Source.LIVE, FROM.plusSeconds(10));
        }
        known.catchUp();
        assertThat(known.contains(event("late", 0, FROM))).isFalse();

        log.append(event("last", 3, FROM.plus(Duration.ofDays(1))), Source.LIVE, FROM.plusSeconds(10));
        known.catchUp();
        assertThat(known.contains(event("late", 0, FROM))).isTrue();
    }

    @Test
    void pagesComeOutInReverseAndLeaveNoFile() throws Exception {
        Path file = folder.resolve("spool").resolve("pages");
        try (PageStack pages = new PageStack(file, new SystemStorage())) {
            for (int i = 0; i < 5; i++) {
                pages.push(new byte[] {(byte) i, 1, 2});
            }
            assertThat(file).exists();
            for (int i = 4; i >= 0; i--) {
                assertThat(pages.pop()).startsWith((byte) i);
            }
            assertThat(pages.pop()).isNull();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void holdsFewerDevicesAtATimeWhereThereIsLittleMemoryAndGivesItBack() throws Exception {
        for (int i = 0; i < 12_000; i++) {
            log.append(event("e" + i, i % 4, FROM.plusMillis(i)), Source.LIVE, FROM.plusSeconds(13));
        }
        log.flush();
        MemoryBudget memory = new MemoryBudget(64 << 10);
        KnownEvents known = new KnownEvents(log, WINDOW, 500_000, memory);

        assertThat(known.load(DEVICES, 0)).isEqualTo(1);
        assertThat(memory.used().get(Holder.FILLS)).isEqualTo(4096L * 32);

        known.close();
        assertThat(memory.used().get(Holder.FILLS)).isZero();
    }

    @Test
    void holdsAsManyDevicesAsMemoryHasRoomFor() throws Exception {
        for (int i = 0; i < 12_000; i++) {
            log.append(event("e" + i, i % 4, FROM.plusMillis(i)), Source.LIVE, FROM.plusSeconds(13));
        }

        // Half of a budget is for what is held for long, and a holder leaves as much of that as it takes.
        assertThat(new KnownEvents(log, WINDOW, 500_000, new MemoryBudget(4 * 8_000 * 32)).load(DEVICES, 0))
                .isEqualTo(2);
    }
}
