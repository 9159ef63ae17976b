package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.CLOCK;
import static io.github.dtstream.journal.local.TestJournals.LONG;
import static io.github.dtstream.journal.local.TestJournals.NOON;
import static io.github.dtstream.journal.local.TestJournals.append;
import static io.github.dtstream.journal.local.TestJournals.expectedIds;
import static io.github.dtstream.journal.local.TestJournals.ids;
import static io.github.dtstream.journal.local.TestJournals.open;
import static io.github.dtstream.journal.local.TestJournals.smallSegments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class JournalFaultTest {
    private static final int EVENTS = 30;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void losesAndRepeatsNothingWhicheverOperationsFail(int failuresInARow) throws Exception {
        long operations = Long.MAX_VALUE;
        for (long n = 1; n <= operations; n++) {
            FaultyStorage storage = new FaultyStorage();
            Path directory = folder.resolve("j" + n);
            List<String> delivered = new ArrayList<>();
            try (Journal journal = open(directory, smallSegments(1000, 2000), storage, CLOCK);
                    Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
                storage.failOperations(n, n + failuresInARow - 1);
                for (int number = 1; number <= EVENTS; number++) {
                    journal.append(Events.event(number), Source.LIVE, NOON);
                    if (number % 3 == 0) {
                        journal.flush();
                    }
                }
                deliver(subscription, delivered);
            }
            operations = storage.operations();
            assertThat(delivered).as("operation %d of %d fails", n, operations).isEqualTo(expectedIds(1, EVENTS));
            assertReopens(directory, n);
        }
    }

    private static void deliver(Subscription subscription, List<String> delivered) throws Exception {
        while (delivered.size() < EVENTS) {
            Batch batch = untilItSucceeds(() -> subscription.poll(4, LONG));
            untilItSucceeds(() -> {
                subscription.commit(batch.end());
                return batch;
            });
            delivered.addAll(ids(batch));
        }
    }

    private static Batch untilItSucceeds(Callable<Batch> step) throws Exception {
        while (true) {
            try {
                return step.call();
            } catch (IOException e) {
                // Intended.
            }
        }
    }

    private static void assertReopens(Path directory, long n) throws Exception {
        try (Journal journal = open(directory, smallSegments(1000, 2000));
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            assertThat(ids(journal)).as("operation %d failed", n).isEqualTo(expectedIds(1, EVENTS));
            assertThat(subscription.lag()).isZero();
            assertThat(subscription.poll(1, Duration.ZERO).isEmpty()).isTrue();
            assertThat(journal.status().nextSequence()).isEqualTo(EVENTS + 1);
        }
    }

    /** As a network file system does whose server is gone: no operation fails, and none ends. */
    @Test
    void saysThatItIsHeldWhileTheDiskDoesNotAnswer() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        MovableClock ticker = new MovableClock(NOON);
        Semaphore answers = new Semaphore(0);
        try (Journal journal = TestJournals.openAt(ticker, folder.resolve("j"), smallSegments(1000, 2000), storage)) {
            storage.watch((operation, file) -> {
                if (operation == FaultyStorage.Operation.FORCE) {
                    answers.acquireUninterruptibly();
                }
            });
            append(journal, 1, 1);
            await().until(answers::hasQueuedThreads);
            ticker.advance(Duration.ofSeconds(30));
            JournalStatus held = journal.status();
            answers.release(EVENTS);

            assertThat(held.heldSince()).isEqualTo(NOON);
            assertThat(held.heldReason()).isEqualTo("the disk has not answered for 30 s");
            await().until(() -> journal.status().heldSince() == null);
            assertThat(ids(journal)).isEqualTo(expectedIds(1, 1));
        }
    }

    @Test
    void opensOrSaysWhyNotWhicheverOperationFailsAtStart() throws Exception {
        Path directory = folder.resolve("j");
        try (Journal journal = open(directory, smallSegments(1000, 2000));
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 1, EVENTS);
            journal.flush();
            subscription.commit(subscription.poll(3, LONG).end());
        }

        boolean opened = false;
        for (long n = 1; !opened; n++) {
            FaultyStorage storage = new FaultyStorage();
            storage.failOperations(n, n);
            try (Journal journal = open(directory, smallSegments(1000, 2000), storage, CLOCK)) {
                opened = storage.operations() < n;
                assertThat(journal.status().nextSequence()).isEqualTo(EVENTS + 1);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("failed by intent");
            }
        }
        try (Journal journal = open(directory)) {
            assertThat(ids(journal)).isEqualTo(expectedIds(1, EVENTS));
            assertThat(journal.status().subscribers().get(0).cursor()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hasWhatItHandedOutWheneverThePowerFails(FaultyStorage.Loss loss) throws Exception {
        boolean failed = true;
        for (long n = 1; failed; n++) {
            FaultyStorage storage = new FaultyStorage();
            Path directory = folder.resolve("j" + n);
            List<String> delivered = new ArrayList<>();
            try (Journal journal = TestJournals.openInAHurry(directory, smallSegments(700, 2000), storage);
                    Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
                storage.failOperations(n, Long.MAX_VALUE);
                for (int number = 1; number <= 12 && journal.status().heldSince() == null; number++) {
                    append(journal, number, number);
                    handOut(journal, subscription, number, delivered);
                }
                failed = delivered.size() < 12;
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("failed by intent");
            }
            storage.mend();
            storage.powerCut(loss);

            try (Journal journal = open(directory, smallSegments(700, 2000))) {
                assertThat(ids(journal))
                        .as("operation %d and all after it fail", n)
                        .startsWith(delivered.toArray(String[]::new));
            }
        }
    }

    private static void handOut(Journal journal, Subscription subscription, int upTo, List<String> delivered)
            throws Exception {
        while (delivered.size() < upTo && journal.status().heldSince() == null) {
            Batch batch = subscription.poll(1, Duration.ofMillis(20));
            if (!batch.isEmpty()) {
                delivered.addAll(ids(batch));
                subscription.commit(batch.end());
            }
        }
    }

    @Test
    void holdsWhileTheDiskIsFullAndGoesOnWithoutLoss() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        Path directory = folder.resolve("j");
        try (Journal journal = open(directory, smallSegments(10_000, 5000), storage, CLOCK);
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            storage.room(20_000);
            Thread appender = new Thread(() -> appendAll(journal, 2000));
            appender.start();
            await().atMost(LONG).until(() -> journal.status().heldSince() != null);
            assertThat(journal.status().heldReason()).isEqualTo("No space left on device");
            await().atMost(LONG).until(() -> appender.getState() == Thread.State.WAITING);
            // A full disk accepts no records, but cursors still move.
            Batch before = subscription.poll(10, LONG);
            subscription.commit(before.end());

            storage.room(Long.MAX_VALUE);

            appender.join();
            journal.flush();
            // said after the records are published
            await().atMost(LONG).until(() -> journal.status().heldSince() == null);
            assertThat(ids(journal)).isEqualTo(expectedIds(1, 2000));
        }
        try (Journal journal = open(directory)) {
            assertThat(ids(journal)).isEqualTo(expectedIds(1, 2000));
        }
    }

    @Test
    void closesWhileHeld() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        Path directory = folder.resolve("j");
        Journal journal = open(directory, smallSegments(10_000, 5000), storage, CLOCK);
        append(journal, 1, 5);
        journal.flush();
        storage.room(100);
        append(journal, 6, 10);
        await().atMost(LONG).until(() -> journal.status().heldSince() != null);

        journal.close();

        assertThatThrownBy(() -> append(journal, 11, 11)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(journal::flush)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("6 to 10");
        try (Journal again = open(directory)) {
            assertThat(ids(again)).isEqualTo(expectedIds(1, 5));
        }
    }

    @Test
    void appendThatWaitsForRoomCanBeInterrupted() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        try (Journal journal = open(folder.resolve("j"), smallSegments(10_000, 5000), storage, CLOCK)) {
            storage.room(0);
            Thread appender = new Thread(() -> appendAll(journal, 2000));
            appender.start();
            await().atMost(LONG).until(() -> appender.getState() == Thread.State.WAITING);

            appender.interrupt();

            appender.join();
            storage.room(Long.MAX_VALUE);
            journal.flush();
            int appended = (int) journal.status().nextSequence() - 1;
            assertThat(ids(journal)).isEqualTo(expectedIds(1, appended));
        }
    }

    @Test
    void survivesARealDiskThatIsFull() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk.toString()))
                .as("may mount")
                .isZero();
        try {
            Path ballast = disk.resolve("ballast");
            Files.write(ballast, new byte[150_000]);
            try (Journal journal = open(disk.resolve("j"), smallSegments(20_000, 5000))) {
                Thread appender = new Thread(() -> appendAll(journal, 600));
                appender.start();
                await().atMost(LONG).until(() -> journal.status().heldSince() != null);

                Files.delete(ballast);

                appender.join();
                journal.flush();
                assertThat(ids(journal)).isEqualTo(expectedIds(1, 600));
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    private static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    private static void appendAll(Journal journal, int count) {
        try {
            append(journal, 1, count);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
