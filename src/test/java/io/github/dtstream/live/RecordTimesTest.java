package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.local.TestJournals;
import io.github.dtstream.storage.FaultyStorage;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal of a hundred records, one a second. */
final class RecordTimesTest {
    @TempDir
    private Path folder;

    private final FaultyStorage disk = new FaultyStorage();
    private final RecordTimes times = new RecordTimes();
    private Journal journal;

    @BeforeEach
    void open() throws Exception {
        journal = TestJournals.open(
                folder.resolve("journal"), TestJournals.smallSegments(1 << 20, 1 << 8), disk, TestJournals.CLOCK);
        for (int number = 1; number <= 100; number++) {
            journal.append(Events.event(number), Source.LIVE, received(number));
        }
        journal.flush();
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private static Instant received(int number) {
        return TestJournals.NOON.plusSeconds(number);
    }

    @Test
    void isWhenTheRecordWasReceived() {
        assertThat(times.of(journal, 1)).isEqualTo(received(1));
        assertThat(times.of(journal, 37)).isEqualTo(received(37));
        assertThat(times.of(journal, 100)).isEqualTo(received(100));
    }

    @Test
    void isNotKnownOfARecordThatDoesNotExistYet() throws Exception {
        assertThat(times.of(journal, 101)).isNull();

        journal.append(Events.event(101), Source.LIVE, received(101));
        journal.flush();

        assertThat(times.of(journal, 101)).isEqualTo(received(101));
    }

    @Test
    void readsARecordOnceAndTheOldestAgainOnlyAfterManyOthers() {
        times.of(journal, 1);
        long before = disk.operations();
        times.of(journal, 1);
        assertThat(disk.operations()).isEqualTo(before);

        for (int number = 2; number <= 64; number++) {
            times.of(journal, number);
        }
        before = disk.operations();
        times.of(journal, 1);
        assertThat(disk.operations()).isEqualTo(before);
        for (int number = 65; number <= 100; number++) {
            times.of(journal, number);
        }
        before = disk.operations();
        assertThat(times.of(journal, 2)).isEqualTo(received(2));
        assertThat(disk.operations()).isGreaterThan(before);
    }

    @Test
    void isNotKnownWhileTheDiskFailsAndKnownAfterwards() {
        disk.failOperations(1, Long.MAX_VALUE);
        assertThat(times.of(journal, 1)).isNull();

        disk.mend();

        assertThat(times.of(journal, 1)).isEqualTo(received(1));
    }
}
