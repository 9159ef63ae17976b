package io.github.dtstream.journal.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.JournalRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFollowTest {
    @TempDir
    private Path folder;

    private static List<Long> numbers(Subscription subscription, int most) throws Exception {
        return subscription.poll(most, Duration.ofSeconds(10)).records().stream()
                .map(JournalRecord::sequence)
                .toList();
    }

    private static void append(Journal journal, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            journal.append(Events.event(i), Source.LIVE, TestJournals.NOON);
        }
        journal.flush();
    }

    @Test
    void beginsWithTheRecordAskedForAndIsNoSubscriber() throws Exception {
        try (Journal journal = TestJournals.open(folder);
                Subscription follower = journal.follow(5)) {
            append(journal, 0, 8);

            assertThat(numbers(follower, 2)).containsExactly(5L, 6L);
            assertThat(numbers(follower, 10)).containsExactly(7L, 8L);
            assertThat(journal.status().subscribers()).isEmpty();
            append(journal, 8, 9);
            assertThat(numbers(follower, 10)).containsExactly(9L);
        }
    }

    @Test
    void leavesOutWhatTheJournalHasNoMore() throws Exception {
        JournalSettings small = new JournalSettings(1 << 12, Duration.ofDays(7), 1 << 14, 1000, 1 << 16, 1 << 10);
        try (Journal journal = TestJournals.open(folder, small)) {
            append(journal, 0, 300);
            long oldest = journal.status().firstSequence();
            assertThat(oldest).isGreaterThan(1);
            try (Subscription follower = journal.follow(1)) {
                assertThat(numbers(follower, 1)).containsExactly(oldest);
            }
        }
    }
}
