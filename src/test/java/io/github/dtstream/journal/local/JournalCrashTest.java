package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.append;
import static io.github.dtstream.journal.local.TestJournals.expectedIds;
import static io.github.dtstream.journal.local.TestJournals.ids;
import static io.github.dtstream.journal.local.TestJournals.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.RecordLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class JournalCrashTest {
    @TempDir
    Path folder;

    @Test
    void losesOnlyTheRecordThatWasCutShortWhereverThatIs() throws Exception {
        Path whole = folder.resolve("whole");
        try (Journal journal = open(whole)) {
            append(journal, 1, 3);
        }
        byte[] content = Files.readAllBytes(segment(whole));
        int lastRecord = content.length - content.length / 3;

        for (int length = lastRecord; length <= content.length; length++) {
            Path cut = folder.resolve("cut" + length);
            Files.createDirectories(cut.resolve("segments"));
            Files.write(cut.resolve("segments").resolve(segment(whole).getFileName()), List.of());
            Files.write(segment(cut), Arrays.copyOf(content, length));
            boolean complete = length == content.length;

            try (Journal journal = open(cut)) {
                assertThat(ids(journal)).as("cut at %d", length).isEqualTo(expectedIds(1, complete ? 3 : 2));
                assertThat(journal.status().corrupt()).isEqualTo(complete || length == lastRecord ? 0 : 1);
                append(journal, 1, 4);
                journal.flush();
                assertThat(ids(journal)).isEqualTo(expectedIds(1, 4));
            }
            assertNoBrokenLine(cut);
        }
    }

    @Test
    void passesOverACorruptRecordInTheMiddle() throws Exception {
        Path directory = folder.resolve("j");
        try (Journal journal = open(directory)) {
            append(journal, 1, 5);
        }
        byte[] content = Files.readAllBytes(segment(directory));
        content[content.length / 2]++;
        Files.write(segment(directory), content);

        try (Journal journal = open(directory);
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 6, 6);
            journal.flush();

            assertThat(ids(subscription.poll(4, TestJournals.LONG)))
                    .containsExactly("event1", "event2", "event4", "event5");
            assertThat(ids(subscription.poll(4, TestJournals.LONG))).containsExactly("event6");
            assertThat(journal.status().corrupt()).isEqualTo(1);
            assertThat(journal.status().nextSequence()).isEqualTo(7);
            assertThat(ids(journal)).hasSize(5);
            assertThat(journal.status().corrupt()).as("counted once").isEqualTo(1);
        }
        try (Stream<Path> rejected = Files.list(folder.resolve("rejected"))) {
            assertThat(Files.readString(rejected.findFirst().orElseThrow()))
                    .contains("checksum does not match", "event3");
        }
    }

    @Test
    void survivesATailOfZeros() throws Exception {
        Path directory = folder.resolve("j");
        try (Journal journal = open(directory)) {
            append(journal, 1, 2);
        }
        byte[] content = Files.readAllBytes(segment(directory));
        Files.write(segment(directory), Arrays.copyOf(content, content.length + 500_000));

        try (Journal journal = open(directory)) {
            append(journal, 3, 3);
            journal.flush();

            assertThat(ids(journal)).isEqualTo(expectedIds(1, 3));
        }
        assertNoBrokenLine(directory);
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void hasEveryAcknowledgedEventAfterAKill() throws Exception {
        Path directory = folder.resolve("j");
        int acknowledged = 0;

        for (int kill = 0; kill < 3; kill++) {
            acknowledged = appendInAnotherProcessAndKillIt(directory, acknowledged);

            try (Journal journal = open(directory)) {
                List<String> found = ids(journal);
                assertThat(found.size()).isGreaterThanOrEqualTo(acknowledged);
                assertThat(found).isEqualTo(expectedIds(1, found.size()));
                acknowledged = found.size();
            }
            assertNoBrokenLine(directory);
        }
    }

    private static int appendInAnotherProcessAndKillIt(Path directory, int present) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Appender.class.getName(),
                        directory.toString(),
                        Integer.toString(present + 1))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int acknowledged = present;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            while (acknowledged < present + 3000) {
                acknowledged = Integer.parseInt(lines.readLine());
            }
        } finally {
            process.destroyForcibly();
        }
        process.waitFor();
        return acknowledged;
    }

    /** Appends without end; prints its progress after each flush. */
    static final class Appender {
        private Appender() {}

        public static void main(String[] arguments) throws Exception {
            int number = Integer.parseInt(arguments[1]);
            try (Journal journal = open(Path.of(arguments[0]), TestJournals.smallSegments(100_000, 10_000))) {
                while (true) {
                    for (int i = 0; i < 100; i++) {
                        journal.append(Events.event(number++), Source.LIVE, TestJournals.NOON);
                    }
                    journal.flush();
                    System.out.println(number - 1);
                }
            }
        }
    }

    private static Path segment(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("segments"))) {
            return files.findFirst().orElseThrow();
        }
    }

    private static void assertNoBrokenLine(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("segments"))) {
            for (Path file : files.toList()) {
                String content = Files.readString(file);
                assertThat(content.isEmpty() || content.endsWith("\n")).isTrue();
                for (String line : content.lines().toList()) {
                    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                    assertThat(new RecordLine().parse(bytes, 0, bytes.length))
                            .as(line)
                            .isNull();
                }
            }
        }
    }
}
