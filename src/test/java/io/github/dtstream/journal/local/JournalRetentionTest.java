package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.CLOCK;
import static io.github.dtstream.journal.local.TestJournals.LONG;
import static io.github.dtstream.journal.local.TestJournals.NOON;
import static io.github.dtstream.journal.local.TestJournals.append;
import static io.github.dtstream.journal.local.TestJournals.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalRetentionTest {
    private static final Clock NEXT_WEEK = Clock.fixed(NOON.plus(Duration.ofDays(8)), ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Test
    void deletesByAgeWhatEverySubscriberHas() throws Exception {
        JournalSettings settings = TestJournals.smallSegments(1000, 1000);
        try (Journal journal = open(folder, settings);
                Subscription done = journal.subscribe("done", Journal.Start.BEGINNING);
                Subscription behind = journal.subscribe("behind", Journal.Start.BEGINNING)) {
            appendEach(journal, 1, 20);
            commitAll(done, 20);
            commitAll(behind, 10);
        }

        try (Journal journal = open(folder, settings, new SystemStorage(), NEXT_WEEK)) {
            await().atMost(LONG).until(() -> journal.status().firstSequence() > 1);

            assertThat(journal.status().firstSequence()).isLessThanOrEqualTo(11);
            assertThat(journal.status().lost()).isZero();
            assertThat(journal.removeSubscriber("behind")).isTrue();
            assertThat(journal.removeSubscriber("behind")).isFalse();
        }
        try (Journal journal = open(folder, settings, new SystemStorage(), NEXT_WEEK)) {
            await().atMost(LONG).until(() -> segments() == 1);
            assertThat(journal.status().nextSequence()).isEqualTo(21);
            assertThat(journal.status().subscribers()).hasSize(1);
        }
    }

    @Test
    void deletesBySizeWhatIsNotDeliveredAndCountsIt() throws Exception {
        JournalSettings settings = new JournalSettings(1000, Duration.ofDays(7), 5000, 1000, 1 << 16, 1000);
        try (Journal journal = open(folder, settings);
                Subscription subscription = journal.subscribe("behind", Journal.Start.BEGINNING)) {
            appendEach(journal, 1, 5);
            commitAll(subscription, 5);
            appendEach(journal, 6, 60);
            // what a new segment pushes out is deleted after the record that began it was published
            assertThat(folder.resolve("segments"))
                    .isDirectoryNotContaining(
                            file -> file.getFileName().toString().contains("0060-"));

            JournalStatus status = journal.status();
            List<Long> rest = new ArrayList<>();
            while (rest.isEmpty() || rest.get(rest.size() - 1) < 60) {
                subscription.poll(100, LONG).records().forEach(record -> rest.add(record.sequence()));
            }

            assertThat(status.bytes().orElseThrow()).isLessThanOrEqualTo(6000);
            assertThat(status.lost()).isEqualTo(status.firstSequence() - 6).isPositive();
            assertThat(status.subscribers().get(0).cursor()).isEqualTo(status.firstSequence());
            assertThat(rest).first().isEqualTo(status.firstSequence());
            assertThat(rest).hasSize((int) (61 - status.firstSequence()));
        }
        // With enough room, so that nothing more is lost when it is opened.
        try (Journal journal = open(folder)) {
            assertThat(journal.status().lost()).as("lost once").isZero();
        }
    }

    @Test
    void goesToTheOldestRecordWhenSegmentsWereTakenAway() throws Exception {
        JournalSettings settings = TestJournals.smallSegments(1000, 1000);
        try (Journal journal = open(folder, settings);
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            appendEach(journal, 1, 20);
            commitAll(subscription, 2);
        }
        try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
            Files.delete(files.sorted().findFirst().orElseThrow());
        }

        try (Journal journal = open(folder, settings);
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            long first = journal.status().firstSequence();
            assertThat(subscription.poll(1, LONG).records().get(0).sequence()).isEqualTo(first);
            assertThat(journal.status().lost()).isEqualTo(first - 3);
        }
    }

    @Test
    void keepsCountingWhenAllSegmentsAreGone() throws Exception {
        try (Journal journal = open(folder);
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            appendEach(journal, 1, 20);
            commitAll(subscription, 20);
        }
        try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }

        try (Journal journal = open(folder);
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            assertThat(journal.status().nextSequence()).isEqualTo(21);
            append(journal, 21, 21);
            assertThat(subscription.poll(10, LONG).records().get(0).sequence()).isEqualTo(21);
        }
    }

    @Test
    void repeatsRatherThanLosesWhenACursorIsUnreadable() throws Exception {
        try (Journal journal = open(folder);
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 1, 10);
            commitAll(subscription, 4);
            commitAll(subscription, 7);
        }
        Path cursor = folder.resolve("cursors/files.ndjson");
        byte[] whole = Files.readAllBytes(cursor);

        assertThat(cursorAfter(cursor, whole, 0)).isIn(7L, 8L);
        assertThat(cursorAfter(cursor, whole, 512)).isIn(7L, 8L);
        assertThat(cursorAfter(cursor, new byte[7], 0)).isEqualTo(1);
        Files.write(cursor, new byte[0]);
        try (Journal journal = open(folder)) {
            assertThat(journal.status().subscribers())
                    .as("a file that was created and never written")
                    .isEmpty();
        }
    }

    private long cursorAfter(Path file, byte[] content, int broken) throws IOException {
        byte[] copy = content.clone();
        if (broken >= 0) {
            copy[broken]++;
        }
        Files.write(file, copy);
        try (Journal journal = open(folder)) {
            return journal.status().subscribers().get(0).cursor();
        }
    }

    @Test
    void refusesNamesThatAreNoFileNames() throws Exception {
        try (Journal journal = open(folder)) {
            assertThatThrownBy(() -> journal.subscribe("../x", Journal.Start.END))
                    .isInstanceOf(IllegalArgumentException.class);
            journal.subscribe("x", Journal.Start.END);
            assertThatThrownBy(() -> journal.subscribe("x", Journal.Start.END))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> journal.removeSubscriber("x")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void findsTheFirstRecordReceivedAtOrAfterATime() throws Exception {
        JournalSettings settings = TestJournals.smallSegments(200_000, 1000);
        try (Journal journal = open(folder, settings, new SystemStorage(), CLOCK)) {
            for (int number = 1; number <= 6000; number++) {
                journal.append(Events.event(number), Source.LIVE, at(number));
            }
            journal.flush();
            for (int number = 1; number <= 6000; number += 83) {
                assertThat(first(journal, at(number))).isEqualTo((number - 1) / 3 * 3 + 1);
                assertThat(first(journal, at(number).plusNanos(1000))).isEqualTo((number - 1) / 3 * 3 + 4);
            }
            assertThat(first(journal, Instant.EPOCH)).isEqualTo(1);
            try (Subscription subscription = journal.read(at(5000))) {
                assertThat(subscription.poll(1, LONG).records().get(0).sequence())
                        .isEqualTo(4999);
            }
            try (Subscription subscription = journal.read(at(9000))) {
                assertThat(subscription.poll(1, Duration.ZERO).isEmpty()).isTrue();
            }
        }
    }

    /** Three records at a time, over three days. */
    private static Instant at(int number) {
        return NOON.plusSeconds((number - 1) / 3 * 100L);
    }

    private static long first(Journal journal, Instant from) throws IOException {
        long[] found = {0};
        journal.scan(from, record -> {
            found[0] = record.sequence();
            return false;
        });
        return found[0] == 0 ? 6001 : found[0];
    }

    private static void appendEach(Journal journal, int from, int to) throws InterruptedException {
        for (int number = from; number <= to; number++) {
            append(journal, number, number);
            journal.flush();
        }
    }

    private static void commitAll(Subscription subscription, long to) throws Exception {
        Position end = new Position(0, 0, 0);
        while (end.sequence() <= to) {
            end = subscription.poll(1, LONG).end();
            subscription.commit(end);
        }
    }

    private long segments() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
            return files.count();
        }
    }
}
