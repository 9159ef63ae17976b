package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.LONG;
import static io.github.dtstream.journal.local.TestJournals.NOON;
import static io.github.dtstream.journal.local.TestJournals.append;
import static io.github.dtstream.journal.local.TestJournals.expectedIds;
import static io.github.dtstream.journal.local.TestJournals.ids;
import static io.github.dtstream.journal.local.TestJournals.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalJournalTest {
    @TempDir
    Path folder;

    @Test
    void handsOutWhatWasAppended() throws Exception {
        try (Journal journal = open(folder.resolve("j"));
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            journal.append(Events.event("a"), Source.LIVE, NOON);
            journal.append(Events.event("b"), Source.HISTORY, NOON.plusSeconds(1));
            journal.flush();

            Batch batch = subscription.poll(10, LONG);

            assertThat(ids(batch)).containsExactly("a", "b");
            assertThat(batch.records().get(0).sequence()).isEqualTo(1);
            assertThat(batch.records().get(1).source()).isEqualTo(Source.HISTORY);
            assertThat(batch.records().get(1).received()).isEqualTo(NOON.plusSeconds(1));
        }
    }

    @Test
    void appendsSeveralInOrderAndLeavesOutWhatIsKnown() throws Exception {
        try (Journal journal = open(folder.resolve("j"))) {
            journal.append(Events.event("b"), Source.LIVE, NOON);

            int added = journal.append(
                    List.of(Events.event("a"), Events.event("b"), Events.event("a"), Events.event("c")),
                    Source.LIVE,
                    NOON);
            journal.flush();

            assertThat(added).isEqualTo(2);
            assertThat(ids(journal)).containsExactly("b", "a", "c");
            assertThat(journal.status().duplicates()).isEqualTo(2);
        }
    }

    @Test
    void appendsMoreAtOnceThanMayWaitForTheDisk() throws Exception {
        JournalSettings settings = new JournalSettings(1 << 20, Duration.ofDays(7), 1 << 30, 10_000, 1000, 1 << 20);
        List<Event> events = new ArrayList<>();
        for (int number = 1; number <= 500; number++) {
            events.add(Events.event(number));
        }
        try (Journal journal = open(folder.resolve("j"), settings)) {
            assertThat(journal.append(events, Source.LIVE, NOON)).isEqualTo(500);
            journal.flush();

            assertThat(ids(journal)).isEqualTo(expectedIds(1, 500));
        }
    }

    @Test
    void readsTheSameFromFilesAsFromMemory() throws Exception {
        List<String> fromFiles = new ArrayList<>();
        try (Journal journal = open(folder.resolve("j"))) {
            append(journal, 1, 100);
        }
        try (Journal journal = open(folder.resolve("j"));
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            while (fromFiles.size() < 100) {
                Batch batch = subscription.poll(7, LONG);
                fromFiles.addAll(ids(batch));
            }

            assertThat(fromFiles).isEqualTo(expectedIds(1, 100));
            assertThat(subscription.poll(7, Duration.ZERO).isEmpty()).isTrue();
        }
    }

    @Test
    void readsNoMoreBytesThanAskedForFromMemoryAndFromFiles() throws Exception {
        List<Event> events = List.of(
                Events.sized("a", 1_000), Events.sized("b", 1_000), Events.sized("c", 5_000), Events.sized("d", 1_000));
        try (Journal journal = open(folder.resolve("j"));
                Subscription subscription = journal.subscribe("memory", Journal.Start.BEGINNING)) {
            journal.append(events, Source.LIVE, NOON);
            journal.flush();

            assertThat(inTurns(subscription)).containsExactly(List.of("a", "b"), List.of("c"), List.of("d"));
        }
        try (Journal journal = open(folder.resolve("j"));
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            assertThat(inTurns(subscription)).containsExactly(List.of("a", "b"), List.of("c"), List.of("d"));
        }
    }

    private static List<List<String>> inTurns(Subscription subscription) throws Exception {
        List<List<String>> turns = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            turns.add(ids(subscription.poll(100, 3_000, LONG)));
        }
        return turns;
    }

    @Test
    void goesOnAtTheCursorAfterReopening() throws Exception {
        try (Journal journal = open(folder.resolve("j"));
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 1, 10);
            journal.flush();
            Batch first = subscription.poll(3, LONG);
            subscription.poll(3, LONG);
            subscription.commit(first.end());
        }

        try (Journal journal = open(folder.resolve("j"));
                Subscription subscription = journal.subscribe("files", Journal.Start.END)) {
            append(journal, 11, 12);
            journal.flush();

            assertThat(subscription.lag()).isEqualTo(9);
            List<String> rest = new ArrayList<>();
            while (rest.size() < 9) {
                rest.addAll(ids(subscription.poll(100, LONG)));
            }
            assertThat(rest).isEqualTo(expectedIds(4, 12));
        }
    }

    @Test
    void handsOutAgainFromTheCursorOnWhichNeverGoesBack() throws Exception {
        try (Journal journal = open(folder.resolve("j"))) {
            append(journal, 1, 10);
            journal.flush();
            try (Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
                Batch first = subscription.poll(3, LONG);
                Batch second = subscription.poll(3, LONG);
                subscription.commit(second.end());
                subscription.commit(first.end());
                subscription.poll(2, LONG);
            }

            try (Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
                assertThat(ids(subscription.poll(2, LONG))).containsExactly("event7", "event8");
            }
        }
    }

    @Test
    void refusesKnownEventsAlsoAfterReopening() throws Exception {
        try (Journal journal = open(folder.resolve("j"))) {
            assertThat(journal.append(Events.event("a"), Source.LIVE, NOON)).isTrue();
            assertThat(journal.append(Events.event("a"), Source.HISTORY, NOON)).isFalse();
        }
        try (Journal journal = open(folder.resolve("j"))) {
            assertThat(journal.append(Events.event("a"), Source.LIVE, NOON)).isFalse();
            assertThat(journal.append(Events.event("b"), Source.LIVE, NOON)).isTrue();
            journal.flush();

            assertThat(ids(journal)).containsExactly("a", "b");
            assertThat(journal.status().duplicates()).isEqualTo(1);
        }
    }

    @Test
    void refusesASecondOwnerOfTheFolder() throws Exception {
        try (Journal journal = open(folder.resolve("j"))) {
            assertThat(journal.status().nextSequence()).isEqualTo(1);
            assertThatThrownBy(() -> open(folder.resolve("j")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(folder.resolve("j").toString());
        }
    }

    @Test
    void splitsBatchesAndSegmentsAtMidnight() throws Exception {
        try (Journal journal = open(folder.resolve("j"));
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 1, 3);
            journal.append(Events.event(4), Source.LIVE, NOON.plus(Duration.ofHours(12)));
            journal.append(Events.event(5), Source.LIVE, NOON);
            journal.flush();

            Batch today = subscription.poll(100, LONG);
            Batch tomorrow = subscription.poll(100, LONG);

            assertThat(ids(today)).isEqualTo(expectedIds(1, 3));
            assertThat(ids(tomorrow)).isEqualTo(expectedIds(4, 5));
            assertThat(tomorrow.records().get(1).received()).isEqualTo(NOON.plus(Duration.ofHours(12)));
            try (Stream<Path> files = Files.list(folder.resolve("j/segments"))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder(
                                "0000000000000001-2026-11-22.ndjson", "0000000000000004-2026-11-23.ndjson");
            }
            assertThat(ids(journal)).isEqualTo(expectedIds(1, 5));
        }
    }

    @Test
    void readsEventsBackWithTheStreamsOwnDecoder() throws Exception {
        RejectFile rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, TestJournals.CLOCK);
        try (Journal journal = LocalJournal.open(
                folder.resolve("j"),
                JournalSettings.DEFAULTS,
                rejects,
                TestJournals.CLOCK,
                Supervisor.system(),
                new MemoryBudget(64 << 20))) {
            append(journal, 1, 3);
        }
        try (Journal journal = LocalJournal.open(
                        folder.resolve("j"),
                        JournalSettings.DEFAULTS,
                        rejects,
                        TestJournals.CLOCK,
                        Supervisor.system(),
                        new MemoryBudget(64 << 20));
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            Batch batch = subscription.poll(10, LONG);

            assertThat(ids(batch)).isEqualTo(expectedIds(1, 3));
            assertThat(batch.records().get(0).event().data()).isEqualTo("{\"value\":21.5}");
        }
        assertThat(folder.resolve("rejected")).doesNotExist();
    }

    @Test
    void anInterruptEndsPollAndHarmsNothing() throws Exception {
        try (Journal journal = open(folder.resolve("j"));
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 1, 3);
            journal.flush();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> subscription.poll(10, LONG)).isInstanceOf(InterruptedException.class);

            Batch batch = subscription.poll(10, LONG);
            Thread.currentThread().interrupt();
            subscription.commit(batch.end());

            assertThat(Thread.interrupted()).isTrue();
            assertThat(ids(batch)).isEqualTo(expectedIds(1, 3));
            assertThat(subscription.lag()).isZero();
        }
    }

    @Test
    void wakesAWaitingPollOnClose() throws Exception {
        try (Journal journal = open(folder.resolve("j"))) {
            Subscription subscription = journal.subscribe("files", Journal.Start.END);
            Thread closer = new Thread(subscription::close);
            closer.start();

            Batch batch = subscription.poll(1, LONG);

            closer.join();
            assertThat(batch.isEmpty()).isTrue();
            journal.subscribe("files", Journal.Start.END).close();
        }
    }
}
