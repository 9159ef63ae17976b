package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.CLOCK;
import static io.github.dtstream.journal.local.TestJournals.LONG;
import static io.github.dtstream.journal.local.TestJournals.append;
import static io.github.dtstream.journal.local.TestJournals.expectedIds;
import static io.github.dtstream.journal.local.TestJournals.ids;
import static io.github.dtstream.journal.local.TestJournals.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A subscriber without a route: its time is counted while the journal runs, and after the limit it is removed. */
class RetiredSubscriberTest {
    private static final Duration LIMIT = Duration.ofDays(30);
    private static final Position START = new Position(1, 1, 0);

    @TempDir
    Path folder;

    private final Storage storage = new SystemStorage();
    private Cursors cursors;

    @BeforeEach
    void load() throws IOException {
        Files.createDirectories(folder);
        cursors = Cursors.load(folder, storage, CLOCK, START);
    }

    private void restart() throws IOException {
        cursors.close();
        load();
    }

    private List<String> names() {
        return cursors.status(10, LIMIT).stream()
                .map(JournalStatus.Subscriber::name)
                .toList();
    }

    private void pass(Duration time) {
        cursors.addIdle(time);
        cursors.release(LIMIT, 10);
    }

    @Test
    void isForgottenWhenItsTimeIsUpOverAllRestarts() throws Exception {
        cursors.activate("gone", START);
        cursors.activate("here", START);
        cursors.deactivate("gone");
        for (int day = 1; day < 30; day++) {
            pass(Duration.ofHours(20));
            restart();
            cursors.activate("here", START);
            pass(Duration.ofHours(4));
        }
        assertThat(names()).containsExactly("gone", "here");
        assertThat(cursors.status(10, LIMIT).get(0).idle()).isEqualTo(Duration.ofDays(29));
        assertThat(cursors.status(10, LIMIT).get(0).released()).isEqualTo(Duration.ofDays(1));

        pass(Duration.ofDays(1));

        assertThat(names()).containsExactly("here");
        restart();
        assertThat(names()).containsExactly("here");
    }

    @Test
    void staysWhereItIsUsedAgainInTimeAndItsTimeBeginsAnew() throws Exception {
        cursors.activate("off", START);
        cursors.deactivate("off");
        pass(Duration.ofDays(29));
        restart();
        cursors.activate("off", START);
        cursors.deactivate("off");
        restart();
        pass(Duration.ofDays(29));

        assertThat(names()).containsExactly("off");
    }

    @Test
    void isNeverForgottenWhileItIsOpenHoweverLongItDeliversNothing() throws Exception {
        cursors.activate("stuck", START);

        pass(Duration.ofDays(400));

        assertThat(names()).containsExactly("stuck");
    }

    @Test
    void losesAnHourAtMostOfItsTimeWhenTheProcessIsKilled() throws Exception {
        cursors.activate("gone", START);
        cursors.deactivate("gone");
        pass(Duration.ofMinutes(30));
        pass(Duration.ofMinutes(40));
        pass(Duration.ofMinutes(20));

        load();

        assertThat(cursors.status(10, LIMIT).get(0).idle()).isEqualTo(Duration.ofMinutes(70));
    }

    @Test
    void takesItsLossesAlongAndLeavesTheOthersWhereTheyAre() throws Exception {
        JournalSettings settings = new JournalSettings(1000, Duration.ofDays(7), 5000, 1000, 1 << 16, 1000);
        try (Journal journal = open(folder.resolve("j"), settings);
                Subscription living = journal.subscribe("living", Journal.Start.BEGINNING)) {
            journal.subscribe("gone", Journal.Start.BEGINNING).close();
            for (int number = 1; number <= 60; number++) {
                append(journal, number, number);
                journal.flush();
                Batch batch = living.poll(10, LONG);
                assertThat(ids(batch)).isEqualTo(expectedIds(number, number));
                if (number <= 55) {
                    living.commit(batch.end());
                }
            }
            assertThat(journal.status().subscribers().get(0).lost()).isPositive();

            assertThat(journal.removeSubscriber("gone")).isTrue();

            assertThat(journal.status().subscribers())
                    .singleElement()
                    .satisfies(left -> assertThat(left.lost()).isZero())
                    .satisfies(left -> assertThat(left.cursor()).isEqualTo(56));
            living.close();
            try (Subscription again = journal.subscribe("living", Journal.Start.END)) {
                assertThat(ids(again.poll(10, LONG))).startsWith("event56");
            }
        }
    }
}
