package io.github.dtstream.journal.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFilesTest {
    @TempDir
    private Path folder;

    private List<Long> sequences(Instant from) throws IOException {
        List<Long> sequences = new ArrayList<>();
        JournalFiles.scan(folder, from, record -> sequences.add(record.sequence()));
        return sequences;
    }

    private static void append(Journal journal, int from, int to) throws InterruptedException {
        for (int i = from; i < to; i++) {
            journal.append(Events.event(i), Source.LIVE, TestJournals.NOON.plusSeconds(i));
        }
        journal.flush();
    }

    @Test
    void readsBesideTheProcessThatWritesAndAfterIt() throws Exception {
        try (Journal journal = TestJournals.open(folder, TestJournals.smallSegments(2000, 1000))) {
            append(journal, 0, 100);
            assertThat(sequences(Instant.EPOCH)).hasSize(100).first().isEqualTo(1L);
            append(journal, 100, 150);
            assertThat(sequences(Instant.EPOCH)).hasSize(150);
        }
        assertThat(sequences(Instant.EPOCH)).hasSize(150).last().isEqualTo(150L);
    }

    @Test
    void beginsWithWhatWasReceivedThenOrLater() throws Exception {
        try (Journal journal = TestJournals.open(folder, TestJournals.smallSegments(2000, 1000))) {
            append(journal, 0, 100);
        }
        assertThat(sequences(TestJournals.NOON.plusSeconds(40)))
                .hasSize(60)
                .first()
                .isEqualTo(41L);
        assertThat(sequences(TestJournals.NOON.plusSeconds(400))).isEmpty();
    }

    @Test
    void passesOverWhatIsCutShortAndChangesNothing() throws Exception {
        try (Journal journal = TestJournals.open(folder)) {
            append(journal, 0, 10);
        }
        Path segment;
        try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
            segment = files.findFirst().orElseThrow();
        }
        Files.writeString(segment, "{\"n\":11,\"rec", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        byte[] before = Files.readAllBytes(segment);
        assertThat(sequences(Instant.EPOCH)).hasSize(10);
        assertThat(segment).hasBinaryContent(before);
    }

    @Test
    void endsWhereItsReaderHasEnough() throws Exception {
        try (Journal journal = TestJournals.open(folder)) {
            append(journal, 0, 10);
        }
        List<Long> sequences = new ArrayList<>();
        JournalFiles.scan(folder, Instant.EPOCH, record -> sequences.add(record.sequence()) && record.sequence() < 4);
        assertThat(sequences).containsExactly(1L, 2L, 3L, 4L);
    }
}
