package io.github.dtstream.gap.fill;

import static io.github.dtstream.journal.local.TestJournals.CLOCK;
import static io.github.dtstream.journal.local.TestJournals.LONG;
import static io.github.dtstream.journal.local.TestJournals.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.local.TestJournals;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.storage.FaultyStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fill sees of a real journal and a real reject file. */
class JournalLogTest {
    @TempDir
    private Path folder;

    private final FaultyStorage storage = new FaultyStorage();
    private final AtomicInteger appended = new AtomicInteger();
    private final AtomicInteger rejected = new AtomicInteger();
    private Journal journal;
    private RejectFile rejects;
    private EventLog log;

    @BeforeEach
    void open() throws Exception {
        journal =
                TestJournals.open(folder.resolve("journal"), TestJournals.smallSegments(10_000, 5000), storage, CLOCK);
        rejects = new RejectFile(folder.resolve("set-aside"), 1 << 20, CLOCK);
        log = EventLog.of(journal, rejects, appended::incrementAndGet, rejected::incrementAndGet);
    }

    @AfterEach
    void close() {
        storage.room(Long.MAX_VALUE);
        journal.close();
        rejects.close();
    }

    private List<JournalRecord> scan(Instant from) throws Exception {
        List<JournalRecord> found = new ArrayList<>();
        log.scan(from, found::add);
        return found;
    }

    @Test
    void eventsAreAppendedOnceAsHistoryWithTheTimeAtWhichTheyCame() throws Exception {
        assertThat(log.nextSequence()).isEqualTo(1);

        assertThat(log.append(Events.event(1), NOON)).isTrue();
        assertThat(log.append(Events.event(1), NOON.plusSeconds(1))).isFalse();
        assertThat(log.append(Events.event(2), NOON.plusSeconds(2))).isTrue();
        log.flush();

        assertThat(scan(Instant.EPOCH)).hasSize(2).allMatch(record -> record.source() == Source.HISTORY);
        assertThat(scan(NOON.plusSeconds(1))).singleElement().satisfies(record -> {
            assertThat(record.event().eventId()).isEqualTo("event2");
            assertThat(record.received()).isEqualTo(NOON.plusSeconds(2));
        });
        assertThat(log.nextSequence()).isEqualTo(3);
        assertThat(log.remembered()).isEqualTo(journal.remembered()).isPositive();
    }

    @Test
    void isHeldWhileTheDiskIsFullAndFlushReturnsWhenItHasRoomAgain() throws Exception {
        assertThat(log.isHeld()).isFalse();
        storage.room(100);
        log.append(Events.event(1), NOON);
        await().atMost(LONG).until(log::isHeld);

        storage.room(Long.MAX_VALUE);
        log.flush();

        assertThat(scan(Instant.EPOCH)).hasSize(1);
        await().atMost(LONG).until(() -> !log.isHeld());
    }

    @Test
    void recordThatIsNoEventIsSetAsideWithItsDevice() throws Exception {
        log.reject("dev00001", "it has no eventId", "{\"no\":1}".getBytes(StandardCharsets.UTF_8));
        rejects.close();

        StringBuilder lines = new StringBuilder();
        try (Stream<Path> files = Files.list(folder.resolve("set-aside"))) {
            for (Path file : files.toList()) {
                lines.append(Files.readString(file));
            }
        }
        assertThat(lines.toString())
                .contains("\"history\"", "\"deviceId\":\"dev00001\"", "it has no eventId", "{\\\"no\\\":1}");
        assertThat(rejects.counts()).containsEntry("it has no eventId", 1L);
    }

    @Test
    void tellsOfEventsThatWereNewAndOfRecordsThatAreRejected() throws Exception {
        log.append(Events.event(1), NOON);
        log.append(Events.event(1), NOON);
        log.append(Events.event(2), NOON);
        log.reject("device1", "not an event", new byte[] {'x'});

        assertThat(appended).hasValue(2);
        assertThat(rejected).hasValue(1);
    }
}
