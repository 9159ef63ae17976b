package io.github.dtstream.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.local.TestJournals;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.ManualTime;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes into a real journal, whose disk the test can hold. */
final class PushIntakeTest {
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    private final FaultyStorage storage = new FaultyStorage();
    private final ManualTime time = new ManualTime();
    private final MemoryBudget memory = new MemoryBudget(8 << 20);
    private final List<PushedEvent> seen = Collections.synchronizedList(new ArrayList<>());
    /** The disk waits while the test holds this lock. */
    private final ReentrantLock disk = new ReentrantLock();

    private final AtomicInteger forces = new AtomicInteger();
    private Journal journal;
    private PushIntake intake;

    @BeforeEach
    void open() throws IOException {
        journal = TestJournals.openOfEvents(
                folder.resolve("journal"),
                new JournalSettings(1 << 20, Duration.ofDays(7), 1 << 30, 10_000, 1 << 20, 1 << 20),
                storage,
                TestJournals.CLOCK,
                Supervisor.system());
        storage.watch((operation, file) -> {
            if (operation == FaultyStorage.Operation.FORCE && file.toString().contains("segments")) {
                disk.lock();
                disk.unlock();
                forces.incrementAndGet();
            }
        });
        intake = intake(seen::addAll);
    }

    private PushIntake intake(Consumer<List<PushedEvent>> observer) {
        Supervisor impatient = new Supervisor(TestJournals.CLOCK, duration -> {});
        return new PushIntake("p1", 1 << 20, journal, TestJournals.CLOCK, time, impatient, memory, observer);
    }

    @AfterEach
    void close() {
        if (disk.isHeldByCurrentThread()) {
            disk.unlock();
        }
        intake.close();
        journal.close();
    }

    private CompletableFuture<PushReceipt> push(String... texts) throws InterruptedException {
        return push(Duration.ZERO, texts);
    }

    private CompletableFuture<PushReceipt> push(Duration patience, String... texts) throws InterruptedException {
        List<byte[]> parts = new ArrayList<>();
        for (String text : texts) {
            parts.add(MessageReaderTest.bytes(text));
        }
        return intake.push(parts, patience);
    }

    private static PushReceipt get(CompletableFuture<PushReceipt> told) throws Exception {
        return told.get(60, TimeUnit.SECONDS);
    }

    private List<String> ids() throws IOException {
        return TestJournals.ids(journal);
    }

    @Test
    void tellsOfAnEventWhenItIsOnDiskAndNotBefore() throws Exception {
        disk.lock();
        CompletableFuture<PushReceipt> told = push(MessageReaderTest.event("e1"));
        await().until(() -> journal.status().nextSequence() == 2);
        assertThat(told).isNotDone();
        disk.unlock();
        assertThat(get(told)).isEqualTo(new PushReceipt(1, 0));
        List<JournalRecord> records = new ArrayList<>();
        journal.scan(Instant.EPOCH, records::add);
        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.source()).isEqualTo(Source.PUSH);
            assertThat(record.event().eventId()).isEqualTo("e1");
        });
        assertThat(seen).hasSize(1);
    }

    @Test
    void thoseWhoWaitTogetherShareASync() throws Exception {
        disk.lock();
        List<CompletableFuture<PushReceipt>> told = new ArrayList<>();
        told.add(push(MessageReaderTest.event("first")));
        await().until(() -> journal.status().nextSequence() == 2);
        for (int i = 0; i < 200; i++) {
            told.add(push(MessageReaderTest.event("e" + i)));
        }
        disk.unlock();
        for (CompletableFuture<PushReceipt> one : told) {
            get(one);
        }
        assertThat(forces.get()).isLessThanOrEqualTo(3);
        assertThat(ids()).hasSize(201);
    }

    @Test
    void whatTheStreamHasBroughtIsKnownAndOnDiskWhenThatIsTold() throws Exception {
        disk.lock();
        byte[] json = MessageReaderTest.bytes(MessageReaderTest.event("e1"));
        Event live = new EnvelopeDecoder().decodeEvent(json, 0, json.length);
        journal.append(live, Source.LIVE, TestJournals.CLOCK.instant());
        CompletableFuture<PushReceipt> told = push(MessageReaderTest.event("e1"));
        await().until(() -> journal.status().duplicates() == 1);
        assertThat(told).isNotDone();
        disk.unlock();
        assertThat(get(told)).isEqualTo(new PushReceipt(0, 1));
        assertThat(ids()).containsExactly("e1");
    }

    @Test
    void aBadMessageAppendsNothingAndHoldsUpNobody() throws Exception {
        CompletableFuture<PushReceipt> bad = push(MessageReaderTest.event("e1"), "{}");
        CompletableFuture<PushReceipt> good = push(MessageReaderTest.event("e2"));
        assertThat(get(good)).isEqualTo(new PushReceipt(1, 0));
        assertThatThrownBy(() -> get(bad))
                .hasRootCauseInstanceOf(MessageRefusedException.class)
                .hasMessageContaining("item 2 of the list: it is no event");
        assertThat(ids()).containsExactly("e2");
        assertThat(memory.used().get(Holder.PUSHED)).isZero();
    }

    @Test
    void aMessageOfMoreThanFourMegabytesIsRefused() throws Exception {
        CompletableFuture<PushReceipt> told =
                intake.push(List.of(new byte[PushIntake.LARGEST_MESSAGE + 1]), Duration.ZERO);
        assertThatThrownBy(() -> get(told)).hasMessageContaining("one may have 4194304; split it before");
    }

    @Test
    void aLargeMessageIsAppendedWhole() throws Exception {
        StringBuilder lines = new StringBuilder();
        int count = 0;
        while (lines.length() < PushIntake.LARGEST_MESSAGE - 200) {
            lines.append(MessageReaderTest.event("e" + count++)).append('\n');
        }
        lines.append(" ".repeat(PushIntake.LARGEST_MESSAGE - lines.length()));
        assertThat(get(push(lines.toString()))).isEqualTo(new PushReceipt(count, 0));
        assertThat(journal.status().nextSequence()).isEqualTo(count + 1);
    }

    @Test
    void whoIsInAHurryIsToldInTimeAndMayBringItAgain() throws Exception {
        disk.lock();
        CompletableFuture<PushReceipt> told = push(FIVE_SECONDS, MessageReaderTest.event("e1"));
        await().until(() -> journal.status().nextSequence() == 2);
        time.advance(FIVE_SECONDS);
        assertThatThrownBy(() -> get(told))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(PushDelayedException.class)
                .hasMessageContaining("it was not on disk within 5 s; try again later");
        disk.unlock();
        assertThat(get(push(FIVE_SECONDS, MessageReaderTest.event("e1")))).isEqualTo(new PushReceipt(0, 1));
        assertThat(ids()).containsExactly("e1");
        await().until(() -> time.pending().isEmpty());
    }

    @Test
    void whatWasGivenUpBeforeItsTurnIsNotAppended() throws Exception {
        disk.lock();
        CompletableFuture<PushReceipt> first = push(MessageReaderTest.event("e1"));
        await().until(() -> journal.status().nextSequence() == 2);
        CompletableFuture<PushReceipt> late = push(FIVE_SECONDS, MessageReaderTest.event("e2"));
        time.advance(FIVE_SECONDS);
        assertThat(late).isCompletedExceptionally();
        disk.unlock();
        get(first);
        get(push(MessageReaderTest.event("e3")));
        assertThat(ids()).containsExactly("e1", "e3");
    }

    @Test
    void whereThereIsNoMemoryTheHurriedAreSentAwayAndOthersWait() throws Exception {
        disk.lock();
        get0(push(MessageReaderTest.event("first")));
        String large = MessageReaderTest.event("e").replace("{}", "\"" + "x".repeat(200_000) + "\"");
        List<CompletableFuture<PushReceipt>> told = new ArrayList<>();
        CompletableFuture<PushReceipt> hurried;
        do {
            hurried = push(FIVE_SECONDS, large.replace("\"e\"", "\"e" + told.size() + "\""));
            told.add(hurried);
        } while (!hurried.isDone());
        assertThat(told).hasSizeBetween(2, 12);
        assertThat(hurried.handle((receipt, failure) -> String.valueOf(failure.getMessage())))
                .isCompletedWithValue("too much waits to be appended; try again in a moment");

        CompletableFuture<PushReceipt> patient = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                push(large.replace("\"e\"", "\"patient\""))
                        .whenComplete((receipt, failure) -> patient.complete(receipt));
            } catch (InterruptedException e) {
                patient.completeExceptionally(e);
            }
        });
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        disk.unlock();
        assertThat(get(patient)).isEqualTo(new PushReceipt(1, 0));
        assertThat(memory.used().get(Holder.PUSHED)).isZero();
    }

    /** Waits until its turn has come. */
    private void get0(CompletableFuture<PushReceipt> told) {
        await().until(() -> journal.status().nextSequence() == 2);
        assertThat(told).isNotDone();
    }

    @Test
    void aFullDiskIsWaitedForAndNothingIsLostOrDoubled() throws Exception {
        storage.room(0);
        List<CompletableFuture<PushReceipt>> told = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            told.add(push(MessageReaderTest.event("e" + i)));
        }
        await().until(() -> journal.status().heldSince() != null);
        assertThat(told).noneMatch(CompletableFuture::isDone);
        storage.room(Long.MAX_VALUE);
        for (CompletableFuture<PushReceipt> one : told) {
            assertThat(get(one)).isEqualTo(new PushReceipt(1, 0));
        }
        assertThat(ids()).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void whoWaitsIsToldThatTheRouterStops() throws Exception {
        disk.lock();
        CompletableFuture<PushReceipt> first = push(MessageReaderTest.event("e1"));
        await().until(() -> journal.status().nextSequence() == 2);
        CompletableFuture<PushReceipt> second = push(MessageReaderTest.event("e2"));
        intake.close();
        assertThat(List.of(first, second)).allMatch(CompletableFuture::isDone);
        for (CompletableFuture<PushReceipt> one : List.of(first, second, push(MessageReaderTest.event("e3")))) {
            assertThatThrownBy(() -> get(one)).hasMessageContaining("the router is stopping; try again later");
        }
    }

    @Test
    void whatIsAppendedToAClosedJournalIsToBeBroughtAgain() throws Exception {
        journal.close();
        CompletableFuture<PushReceipt> told = push(MessageReaderTest.event("e1"));
        assertThatThrownBy(() -> get(told)).hasCauseInstanceOf(PushDelayedException.class);
    }

    @Test
    void theFirstOnesDoNotWaitForTheLastOnesOfACrowd() throws Exception {
        disk.lock();
        CompletableFuture<PushReceipt> first = push(MessageReaderTest.event("first"));
        get0(first);
        String megabyte = MessageReaderTest.event("large");
        CompletableFuture<PushReceipt> large = push(megabyte + " ".repeat((1 << 20) - megabyte.length()));
        CompletableFuture<PushReceipt> last = push(MessageReaderTest.event("last"));
        Semaphore rounds = new Semaphore(0);
        storage.watch((operation, file) -> {
            if (operation == FaultyStorage.Operation.FORCE && file.toString().contains("segments")) {
                rounds.acquireUninterruptibly();
            }
        });
        disk.unlock();
        await().until(() -> rounds.hasQueuedThreads() && first.isDone());
        assertThat(large).isNotDone();
        rounds.release();
        get(large);
        assertThat(last).as("it has a round of its own").isNotDone();
        rounds.release(10);
        assertThat(get(last)).isEqualTo(new PushReceipt(1, 0));
    }

    @Test
    void whatFailsInAWayThatNobodyForesawIsToBeBroughtAgainAndHoldsUpNobody() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        try (PushIntake failing = intake(events -> {
            if (fails.get()) {
                throw new IllegalStateException("by intent");
            }
        })) {
            List<byte[]> message = List.of(MessageReaderTest.bytes(MessageReaderTest.event("e1")));
            CompletableFuture<PushReceipt> told = failing.push(message, Duration.ZERO);
            assertThatThrownBy(() -> get(told))
                    .hasCauseInstanceOf(PushDelayedException.class)
                    .hasMessageContaining("it failed unexpectedly; try again later");
            fails.set(false);
            assertThat(get(failing.push(message, Duration.ZERO))).isEqualTo(new PushReceipt(1, 0));
        }
        assertThat(memory.used().get(Holder.PUSHED)).isZero();
    }

    @Test
    void whoWaitsForMemoryIsToldThatTheRouterStops() throws Exception {
        disk.lock();
        get0(push(MessageReaderTest.event("first")));
        byte[] large = new byte[PushIntake.LARGEST_MESSAGE];
        intake.push(List.of(large), Duration.ZERO);
        CompletableFuture<PushReceipt> patient = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                intake.push(List.of(large), Duration.ZERO).whenComplete((receipt, failure) -> {
                    if (failure != null) {
                        patient.completeExceptionally(failure);
                    }
                });
            } catch (InterruptedException e) {
                patient.completeExceptionally(e);
            }
        });
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        intake.close();
        assertThatThrownBy(() -> patient.get(60, TimeUnit.SECONDS))
                .hasMessageContaining("the router is stopping; try again later");
    }

    @Test
    void whatAClosingJournalDidNotGetOnDiskIsToBeBroughtAgain() throws Exception {
        storage.room(0);
        CompletableFuture<PushReceipt> told = push(MessageReaderTest.event("e1"));
        await().until(() -> journal.status().heldSince() != null);
        journal.close();
        assertThatThrownBy(() -> get(told))
                .hasCauseInstanceOf(PushDelayedException.class)
                .hasMessageContaining("the router is stopping");
    }

    @Test
    void closingDoesNotSwallowAnInterrupt() {
        Thread.currentThread().interrupt();
        intake.close();
        assertThat(Thread.interrupted()).isTrue();
    }
}
