package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.CLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.segment.CorruptRecords;
import io.github.dtstream.journal.segment.Recovery;
import io.github.dtstream.journal.segment.Segments;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.storage.FaultyStorage.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** It is noon of the 22nd, and records received before noon of the 15th may be deleted. */
class RetentionTest {
    private static final String FIRST = "0000000000000001-2026-11-10.ndjson";
    private static final String SECOND = "0000000000000011-2026-11-14.ndjson";
    private static final String THIRD = "0000000000000021-2026-11-15.ndjson";
    private static final String NEWEST = "0000000000000031-2026-11-22.ndjson";

    @TempDir
    private Path root;

    private Path folder;
    private final FaultyStorage storage = new FaultyStorage();
    private @Nullable Operation failing;
    private Segments segments;
    private Cursors cursors;
    private long mostBytes = 1000;

    @BeforeEach
    void write() throws IOException {
        folder = Files.createDirectories(root.resolve("segments"));
        for (String name : new String[] {FIRST, SECOND, THIRD, NEWEST}) {
            Files.write(folder.resolve(name), new byte[100]);
        }
        storage.watch((operation, file) -> {
            if (operation == failing) {
                throw new IOException("Read-only file system");
            }
        });
        segments = found();
        cursors = Cursors.load(Files.createDirectories(root.resolve("cursors")), storage, CLOCK, at(1));
    }

    @Test
    void deletesWhatIsTooOldAndKeepsTheRest() {
        retention().enforce();

        assertThat(names()).containsExactly(THIRD, NEWEST);
        assertThat(segments.oldest().first()).isEqualTo(21);
    }

    @Test
    void keepsWhatASubscriberHasNotGotHoweverOldItIs() throws Exception {
        cursors.activate("slow", at(20));
        retention().enforce();
        assertThat(names()).containsExactly(SECOND, THIRD, NEWEST);

        cursors.activate("fast", at(40));
        retention().enforce();
        assertThat(names()).containsExactly(SECOND, THIRD, NEWEST);
        assertThat(cursors.lost()).isZero();
    }

    @Test
    void deletesASegmentOfWhichTheLastRecordWasCommitted() throws Exception {
        cursors.activate("slow", at(21));

        retention().enforce();

        assertThat(names()).containsExactly(THIRD, NEWEST);
    }

    @Test
    void deletesTheOldestInAnyCaseWhereAllIsTooLarge() throws Exception {
        cursors.activate("slow", at(5));
        mostBytes = 250;

        retention().enforce();

        assertThat(names()).containsExactly(THIRD, NEWEST);
        assertThat(cursors.lowest()).isEqualTo(21);
        assertThat(cursors.lost()).isEqualTo(16);
    }

    @Test
    void holdsAsMuchAsItMay() throws Exception {
        cursors.activate("slow", at(5));
        mostBytes = 400;

        retention().enforce();

        assertThat(names()).hasSize(4);
    }

    @Test
    void neverDeletesTheNewest() {
        mostBytes = 1;

        retention().enforce();

        assertThat(names()).containsExactly(NEWEST);
    }

    @Test
    void deletesNothingInAnEmptyJournal() throws Exception {
        for (String name : names()) {
            Files.delete(folder.resolve(name));
        }
        segments = found();

        retention().enforce();

        assertThat(names()).isEmpty();
    }

    @Test
    void triesAgainWhatTheFileSystemRefuses() {
        Retention retention = retention();
        failing = Operation.DELETE;
        retention.enforce();
        assertThat(names()).hasSize(4);
        assertThat(segments.oldest().first()).isEqualTo(1);
        failing = null;

        retention.enforce();

        assertThat(names()).containsExactly(THIRD, NEWEST);
    }

    @Test
    void forgetsNoSubscriberInTheFirstHour() throws Exception {
        cursors.activate("gone", at(40));
        cursors.deactivate("gone");
        cursors.addIdle(Duration.ofDays(40));
        Retention retention = retention();

        retention.elapsed(Duration.ofMinutes(59), 40);
        assertThat(cursors.lowest()).isEqualTo(40);
        assertThat(cursors.status(40, Duration.ofDays(50)).get(0).idle())
                .isEqualTo(Duration.ofDays(40).plusMinutes(59));
        retention.elapsed(Duration.ofMinutes(1), 40);

        assertThat(cursors.lowest()).isNull();
    }

    private Segments found() throws IOException {
        CorruptRecords corrupt = new CorruptRecords(new RejectFile(root.resolve("rejected"), 1 << 20, CLOCK));
        return new Recovery(storage, corrupt, Events::decode).find(folder);
    }

    private Retention retention() {
        JournalSettings settings = new JournalSettings(100, Duration.ofDays(7), mostBytes, 100, 1 << 20, 1 << 20);
        return new Retention(storage, folder, segments, cursors, settings, CLOCK);
    }

    private String[] names() {
        String[] names = folder.toFile().list();
        Arrays.sort(names);
        return names;
    }

    private static Position at(long sequence) {
        return new Position(sequence, 1, 100 * sequence);
    }
}
