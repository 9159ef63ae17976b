package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.CLOCK;
import static io.github.dtstream.journal.local.TestJournals.NOON;
import static io.github.dtstream.journal.local.TestJournals.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.storage.SystemStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class JournalConcurrencyTest {
    private static final int EVENTS = 20_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void givesEverySubscriberEverythingOnceAndInOrder(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        JournalSettings settings = new JournalSettings(
                50_000 + random.nextInt(200_000), Duration.ofHours(1), 1L << 30, 1000, 30_000, 20_000);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Journal journal = open(folder.resolve("j"), settings, new SystemStorage(), CLOCK)) {
            List<Future<Long>> subscribers = new ArrayList<>();
            for (String name : List.of("fast", "slow", "restless")) {
                Subscription subscription = journal.subscribe(name, Journal.Start.BEGINNING);
                SplittableRandom own = random.split();
                subscribers.add(threads.submit(reader(journal, name, subscription, own)));
            }
            SplittableRandom own = random.split();
            Future<?> appender = threads.submit(() -> appendAll(journal, own));

            appender.get();
            for (Future<Long> subscriber : subscribers) {
                assertThat(subscriber.get()).as("seed %d", seed).isEqualTo(EVENTS);
            }
            assertThat(journal.status().lost()).isZero();
            assertThat(journal.status().corrupt()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void appendAll(Journal journal, SplittableRandom random) throws Exception {
        for (int number = 1; number <= EVENTS; number++) {
            // These days differ from the clock's, so that segments roll by day, and old ones are deleted by age.
            journal.append(
                    Events.sized("event" + number, 170 + random.nextInt(400)),
                    Source.LIVE,
                    NOON.minus(Duration.ofDays(20)).plusSeconds(number * 60L));
            if (random.nextInt(2000) == 0) {
                Thread.sleep(random.nextInt(5));
            }
        }
        return null;
    }

    /** Reads everything, with random batch sizes, pauses and new subscriptions, which begin at the cursor. */
    private static Callable<Long> reader(Journal journal, String name, Subscription first, SplittableRandom random) {
        return () -> {
            Subscription subscription = first;
            long committed = 0;
            while (committed < EVENTS) {
                Batch batch = subscription.poll(1 + random.nextInt(500), Duration.ofSeconds(5));
                long expected = committed;
                for (JournalRecord record : batch.records()) {
                    expected++;
                    assertThat(record.sequence()).isEqualTo(expected);
                    assertThat(record.event().eventId()).isEqualTo("event" + expected);
                }
                if (name.equals("slow") && random.nextInt(4) == 0) {
                    Thread.sleep(random.nextInt(10));
                }
                boolean commits = random.nextInt(10) != 0;
                if (commits) {
                    subscription.commit(batch.end());
                    committed = expected;
                }
                if (!commits || name.equals("restless") && random.nextInt(20) == 0) {
                    subscription.close();
                    subscription = journal.subscribe(name, Journal.Start.END);
                }
            }
            return committed;
        };
    }
}
