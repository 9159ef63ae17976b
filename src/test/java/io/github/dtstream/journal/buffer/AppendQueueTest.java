package io.github.dtstream.journal.buffer;

import static io.github.dtstream.journal.local.TestJournals.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.RecentEventIds;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class AppendQueueTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(50);
    private static final int PENDING = 2000;

    private AppendQueue queue = queue(1 << 20, PENDING, null);
    private final AtomicReference<Thread> appender = new AtomicReference<>();

    private static AppendQueue queue(long segmentBytes, int pending, @Nullable Instant lastReceived) {
        return queue(segmentBytes, pending, lastReceived, new MemoryBudget(64 << 20));
    }

    private static AppendQueue queue(
            long segmentBytes, int pending, @Nullable Instant lastReceived, MemoryBudget memory) {
        return new AppendQueue(
                new RecentEventIds(100),
                7,
                lastReceived,
                new JournalSettings(segmentBytes, Duration.ofDays(7), 1 << 30, 100, pending, 1 << 20),
                memory.share(Holder.PENDING, 0));
    }

    private static List<JournalRecord> records(List<Chunk> chunks) {
        List<JournalRecord> records = new ArrayList<>();
        for (Chunk chunk : chunks) {
            for (int i = 0; i < chunk.size(); i++) {
                records.add(chunk.record(i));
            }
        }
        return records;
    }

    private static List<Event> events(int from, int to) {
        List<Event> events = new ArrayList<>();
        for (int number = from; number <= to; number++) {
            events.add(Events.event(number));
        }
        return events;
    }

    private int append(AppendQueue to, int number, Instant received) throws InterruptedException {
        return to.append(events(number, number), Source.LIVE, received, index -> {});
    }

    /** Appends on another thread. */
    private CompletableFuture<Integer> appending(int number) {
        CompletableFuture<Integer> added = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                added.complete(append(queue, number, NOON));
            } catch (InterruptedException | RuntimeException e) {
                added.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        appender.set(thread);
        thread.start();
        return added;
    }

    private void awaitThatItWaits() {
        await().until(() -> appender.get().getState() == Thread.State.WAITING);
    }

    private void fill() throws InterruptedException {
        queue.append(events(1, 3), Source.LIVE, NOON, index -> {});
        queue.append(List.of(Events.sized("large", PENDING)), Source.LIVE, NOON, index -> {});
    }

    @Test
    void givesNumbersInOrderAndNoneToWhatIsKnown() throws Exception {
        assertThat(queue.append(events(1, 3), Source.LIVE, NOON, index -> {})).isEqualTo(3);
        List<Integer> known = new ArrayList<>();
        assertThat(queue.append(events(2, 5), Source.HISTORY, NOON, known::add)).isEqualTo(2);
        assertThat(known).containsExactly(0, 1);

        assertThat(records(queue.take(0)))
                .extracting(JournalRecord::sequence, record -> record.event().eventId(), JournalRecord::source)
                .containsExactly(
                        tuple(7L, "event1", Source.LIVE),
                        tuple(8L, "event2", Source.LIVE),
                        tuple(9L, "event3", Source.LIVE),
                        tuple(10L, "event4", Source.HISTORY),
                        tuple(11L, "event5", Source.HISTORY));
        assertThat(queue.figures()).isEqualTo(new AppendQueue.Figures(12, NOON, 2));
    }

    @Test
    void whatWasTakenIsNotTakenAgainAndStaysKnown() throws Exception {
        append(queue, 1, NOON);
        assertThat(queue.take(0)).hasSize(1);

        assertThat(append(queue, 1, NOON)).isZero();
        assertThat(queue.take(0)).isEmpty();
    }

    @Test
    void timeOfReceiptIsToldInMicrosecondsAndNeverGoesBack() throws Exception {
        Instant before = NOON.plusSeconds(10);
        AppendQueue queue = queue(1 << 20, PENDING, before);
        append(queue, 1, NOON);
        append(queue, 2, before.plusNanos(1_999));
        append(queue, 3, before);

        assertThat(records(queue.take(0)))
                .extracting(JournalRecord::received)
                .containsExactly(before, before.plusNanos(1_000), before.plusNanos(1_000));
    }

    @Test
    void chunkHasOneDayAndEndsWhenItIsFull() throws Exception {
        AppendQueue queue = queue(500, 1 << 20, null);
        Instant midnight = Instant.parse("2026-11-23T00:00:00Z");
        append(queue, 1, midnight.minusNanos(1_000));
        append(queue, 2, midnight);
        append(queue, 3, midnight);
        append(queue, 4, midnight);

        List<Chunk> chunks = queue.take(0);
        assertThat(chunks).extracting(Chunk::day).containsExactly(20_779L, 20_780L, 20_780L);
        assertThat(chunks).extracting(Chunk::size).containsExactly(1, 2, 1);
        assertThat(chunks.get(1).length()).isGreaterThanOrEqualTo(500);
    }

    @Test
    void appenderWaitsForRoomUntilEnoughIsWritten() throws Exception {
        fill();
        CompletableFuture<Integer> added = appending(50);
        awaitThatItWaits();
        List<Chunk> taken = queue.take(0);
        assertThat(added).as("taken is not written").isNotDone();

        taken.forEach(queue::written);

        assertThat(added.get(60, TimeUnit.SECONDS)).isOne();
        assertThat(records(queue.take(0))).hasSize(1);
    }

    @Test
    void knownEventDoesNotWaitForRoom() throws Exception {
        fill();

        assertThat(append(queue, 1, NOON)).isZero();
    }

    @Test
    void closeFreesTheAppenderAndLeavesWhatWaits() throws Exception {
        fill();
        CompletableFuture<Integer> added = appending(50);
        awaitThatItWaits();

        queue.close();

        assertThatThrownBy(() -> added.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> append(queue, 60, NOON)).isInstanceOf(IllegalStateException.class);
        assertThat(queue.isClosed()).isTrue();
        assertThat(records(queue.take(LONG))).hasSize(4);
        assertThat(queue.take(LONG)).as("at once").isEmpty();
    }

    @Test
    void interruptedAppenderLeavesTheEventUnknown() throws Exception {
        fill();
        CompletableFuture<Integer> added = appending(50);
        awaitThatItWaits();

        appender.get().interrupt();

        assertThatThrownBy(() -> added.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        queue.take(0).forEach(queue::written);
        assertThat(append(queue, 50, NOON)).isOne();
    }

    @Test
    void takerIsWokenByAnEventAndByWhoWantsIt() throws Exception {
        CompletableFuture<List<Chunk>> first = taking();
        append(queue, 1, NOON);
        assertThat(records(first.get(60, TimeUnit.SECONDS))).hasSize(1);

        CompletableFuture<List<Chunk>> second = taking();
        queue.wakeTaker();
        assertThat(second.get(60, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void takerThatGathersIsWokenByEnoughAndNotByLess() throws Exception {
        queue = queue(1 << 20, 1 << 20, null);
        CompletableFuture<Boolean> gathered = gathering(queue, 1_000);
        append(queue, 1, NOON);
        assertThat(gathered).isNotDone();

        for (int i = 2; !gathered.isDone() && i < 20; i++) {
            append(queue, i, NOON);
        }

        assertThat(gathered.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(records(queue.take(0))).as("nothing is taken by it").hasSizeGreaterThan(1);
    }

    @Test
    void takerThatGathersIsWokenByAFullQueueByItsEndAndByWhoWantsIt() throws Exception {
        CompletableFuture<Boolean> full = gathering(queue, Long.MAX_VALUE);
        fill();
        assertThat(full.get(60, TimeUnit.SECONDS)).as("no more comes").isTrue();
        queue.take(0).forEach(queue::written);

        CompletableFuture<Boolean> wanted = gathering(queue, 1_000);
        queue.wakeTaker();
        assertThat(wanted.get(60, TimeUnit.SECONDS)).as("less is there").isFalse();

        CompletableFuture<Boolean> closed = gathering(queue, 1_000);
        queue.close();
        assertThat(closed.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(queue.gather(1_000, LONG)).isTrue();
    }

    @Test
    void takerThatGatheredIsWokenByASingleEventAgain() throws Exception {
        assertThat(queue.gather(1_000, 0)).isFalse();
        CompletableFuture<List<Chunk>> taken = taking();
        append(queue, 1, NOON);
        assertThat(records(taken.get(60, TimeUnit.SECONDS))).hasSize(1);
    }

    private static CompletableFuture<Boolean> gathering(AppendQueue queue, long bytes) {
        return waiting(() -> queue.gather(bytes, LONG));
    }

    private CompletableFuture<List<Chunk>> taking() {
        return waiting(() -> queue.take(LONG));
    }

    /** What this returns, on a thread of its own, which waits already. */
    private static <T> CompletableFuture<T> waiting(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return result;
    }

    @Test
    void wishForTheTakerIsFulfilledOnceAlsoWhereItCameBefore() throws Exception {
        queue.wakeTaker();
        assertThat(queue.take(LONG)).isEmpty();

        long begun = System.nanoTime();
        queue.take(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Test
    void pauseEndsWhenTheQueueIsClosedOrTheTakerIsWanted() throws Exception {
        queue.wakeTaker();
        queue.pauseTaker(LONG);
        append(queue, 1, NOON);
        queue.pauseTaker(TimeUnit.MILLISECONDS.toNanos(1));

        Thread taker = Thread.currentThread();
        Thread closer = new Thread(() -> {
            await().until(() -> taker.getState() == Thread.State.TIMED_WAITING);
            queue.close();
        });
        closer.start();
        queue.pauseTaker(LONG);
        closer.join();
        queue.pauseTaker(TimeUnit.MILLISECONDS.toNanos(1));
    }

    @Test
    void waitsForMemoryThatWhatIsWrittenGivesBack() throws Exception {
        MemoryBudget memory = new MemoryBudget(Chunk.heapBytes(Events.event(1)));
        queue = queue(1 << 20, 1 << 20, null, memory);
        append(queue, 1, NOON);
        CompletableFuture<Integer> added = appending(2);
        awaitThatItWaits();

        Chunk chunk = queue.take(0).get(0);
        assertThat(added).as("taken, and not on disk").isNotDone();
        queue.written(chunk);

        assertThat(added.get(LONG, TimeUnit.NANOSECONDS)).isEqualTo(1);
        queue.written(queue.take(0).get(0));
        assertThat(memory.used()).containsEntry(Holder.PENDING, 0L);
    }

    @Test
    void whatIsKnownAlreadyTakesNoMemory() throws Exception {
        MemoryBudget memory = new MemoryBudget(1 << 20);
        queue = queue(1 << 20, 1 << 20, null, memory);
        append(queue, 1, NOON);
        Map<Holder, Long> before = memory.used();

        append(queue, 1, NOON);

        assertThat(memory.used()).isEqualTo(before);
    }

    @Test
    void whoWaitsForMemoryIsToldThatTheJournalIsClosed() throws Exception {
        queue = queue(1 << 20, 1 << 20, null, new MemoryBudget(1));
        append(queue, 1, NOON);
        CompletableFuture<Integer> added = appending(2);
        awaitThatItWaits();

        queue.close();

        assertThat(added)
                .failsWithin(Duration.ofNanos(LONG))
                .withThrowableThat()
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoLooksAtItOrPausesHoldsNobodyUpAfterwards() throws Exception {
        assertThat(queue.isClosed()).isFalse();
        assertThat(queue.remembered()).isGreaterThanOrEqualTo(100);
        assertThat(queue.figures().nextSequence()).isEqualTo(7);
        queue.pauseTaker(1);
        assertThat(appending(1).get(60, TimeUnit.SECONDS)).isEqualTo(1);
    }
}
