package io.github.dtstream.journal.buffer;

import static io.github.dtstream.journal.local.TestJournals.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.record.RecordEncoder;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class TailTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(100);
    private static final long SEGMENT = 3;
    /** So that a large chunk waits longer for subscribers than a test may stand still, and a small one hardly. */
    private static final long PATIENCE_NANOS_PER_BYTE = 3_000;
    /** For what ends the wait of a large chunk: less than that. */
    private static final int PATIENCE_SECONDS = 60;

    private final MemoryBudget memory = new MemoryBudget(64 << 20);

    private final RecordEncoder encoder = new RecordEncoder();
    private final Tail.Reader reader = new Tail.Reader();
    private Tail tail = new Tail(1 << 20, new Position(1, SEGMENT, 0), memory, PATIENCE_NANOS_PER_BYTE);
    private long offset;

    private Chunk chunk(long first, Instant received, Event... events) {
        Chunk chunk = new Chunk(Math.floorDiv(received.getEpochSecond(), 86_400));
        for (int i = 0; i < events.length; i++) {
            chunk.add(new JournalRecord(first + i, received, Source.LIVE, events[i]), encoder);
        }
        return chunk;
    }

    private void publish(Chunk chunk) throws InterruptedException {
        tail.publish(chunk, SEGMENT, offset);
        offset += chunk.length();
    }

    private void publish(int from, int to) throws InterruptedException {
        List<Event> events = new ArrayList<>();
        for (int number = from; number <= to; number++) {
            events.add(Events.event(number));
        }
        publish(chunk(from, NOON, events.toArray(Event[]::new)));
    }

    private Batch read(long from, int most) {
        return Objects.requireNonNull(tail.read(reader, from, most, Long.MAX_VALUE));
    }

    private static List<Long> numbers(Batch batch) {
        return batch.records().stream().map(JournalRecord::sequence).toList();
    }

    @Test
    void readsFromAnyNumberOnAndTellsWhereToGoOn() throws Exception {
        publish(1, 3);
        long second = offset;
        publish(4, 5);

        assertThat(tail.durable()).isEqualTo(5);
        assertThat(tail.end()).isEqualTo(new Position(6, SEGMENT, offset));
        assertThat(numbers(read(1, 3))).containsExactly(1L, 2L, 3L);
        assertThat(read(1, 3).end()).isEqualTo(new Position(4, SEGMENT, second));
        assertThat(numbers(read(2, 10))).containsExactly(2L, 3L, 4L, 5L);
        assertThat(read(2, 10).end()).isEqualTo(tail.end());
    }

    @Test
    void hasNothingBeforeItsFirstRecordAndBehindItsLast() throws Exception {
        tail = new Tail(1 << 20, new Position(5, SEGMENT, 0), memory, PATIENCE_NANOS_PER_BYTE);
        assertThat(tail.durable()).isEqualTo(4);
        assertThat(tail.read(reader, 5, 10, 1000)).isNull();
        publish(5, 6);

        assertThat(tail.read(reader, 4, 10, 1000)).isNull();
        assertThat(tail.read(reader, 7, 10, 1000)).isNull();
        assertThat(numbers(read(6, 10))).containsExactly(6L);
    }

    @Test
    void batchEndsWithTheDay() throws Exception {
        Instant midnight = Instant.parse("2026-11-23T00:00:00Z");
        publish(chunk(1, midnight.minusNanos(1000), Events.event(1), Events.event(2)));
        publish(chunk(3, midnight, Events.event(3)));

        assertThat(numbers(read(1, 10))).containsExactly(1L, 2L);
        assertThat(numbers(read(3, 10))).containsExactly(3L);
    }

    @Test
    void batchHasNoMoreBytesThanAskedForButOneRecord() throws Exception {
        publish(1, 3);
        int length = Events.event(1).json().length;

        assertThat(numbers(Objects.requireNonNull(tail.read(reader, 1, 10, 2L * length))))
                .containsExactly(1L, 2L);
        assertThat(numbers(Objects.requireNonNull(tail.read(reader, 1, 10, 2L * length - 1))))
                .containsExactly(1L);
        assertThat(numbers(Objects.requireNonNull(tail.read(reader, 2, 10, 1)))).containsExactly(2L);
    }

    @Test
    void keepsManyRecordsInOrder() throws Exception {
        publish(1, 50);
        publish(51, 200);
        publish(201, 300);

        assertThat(numbers(read(1, 1000))).hasSize(300).isSorted();
        assertThat(tail.end()).isEqualTo(read(1, 1000).end());
        assertThat(read(1, 60).records())
                .last()
                .satisfies(record -> assertThat(record.event().eventId()).isEqualTo("event60"));
    }

    @Test
    void forgetsTheOldestRecordsWhenItIsFull() throws Exception {
        // An event of the tests takes about 580 bytes, and 400 for its objects.
        tail = new Tail(20_000, new Position(1, SEGMENT, 0), memory, PATIENCE_NANOS_PER_BYTE);
        for (int number = 1; number <= 500; number += 10) {
            publish(number, number + 9);
        }

        assertThat(tail.durable()).isEqualTo(500);
        assertThat(tail.read(reader, 400, 100, Long.MAX_VALUE)).isNull();
        Batch newest = read(490, 100);
        assertThat(numbers(newest)).hasSize(11).startsWith(490L).endsWith(500L);
        assertThat(newest.end()).isEqualTo(tail.end());
    }

    @Test
    void recordLargerThanAllRoomIsDurableAndNotKept() throws Exception {
        tail = new Tail(5000, new Position(1, SEGMENT, 0), memory, PATIENCE_NANOS_PER_BYTE);
        publish(1, 1);
        publish(chunk(2, NOON, Events.sized("large", 10_000)));

        assertThat(tail.durable()).isEqualTo(2);
        assertThat(tail.read(reader, 1, 10, 1000)).isNull();
        assertThat(tail.read(reader, 2, 10, 1000)).isNull();
        publish(3, 3);
        assertThat(numbers(read(3, 10))).containsExactly(3L);
    }

    /**
     * Publishes a chunk so large that the wait for subscribers takes a minute and a half, before it pushes out their next records.
     */
    private CompletableFuture<Void> publishingALargeChunk(long number) {
        return publishing(number, 30 << 20);
    }

    private CompletableFuture<Void> publishing(long number, int bytes) {
        Chunk large = chunk(number, NOON, Events.sized("large" + number, bytes));
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                publish(large);
                done.complete(null);
            } catch (InterruptedException e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        await().until(() -> done.isDone() || thread.getState() == Thread.State.TIMED_WAITING);
        return done;
    }

    @Test
    void waitsForWhoIsReadingBeforeItForgetsWhatIsReadNext() throws Exception {
        tail.join(reader);
        publish(1, 10);
        read(1, 5);
        CompletableFuture<Void> published = publishingALargeChunk(11);

        assertThat(published).isNotDone();
        assertThat(numbers(read(6, 4))).containsExactly(6L, 7L, 8L, 9L);
        assertThat(published).isNotDone();
        assertThat(numbers(read(10, 10))).containsExactly(10L);
        published.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(tail.durable()).isEqualTo(11);
    }

    @Test
    void doesNotWaitForWhoHasNotReadOrHasLeft() throws Exception {
        Tail.Reader idle = new Tail.Reader();
        tail.join(idle);
        tail.join(reader);
        publish(1, 10);
        read(1, 5);
        CompletableFuture<Void> published = publishingALargeChunk(11);
        assertThat(published).isNotDone();

        tail.leave(reader);

        published.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void doesNotWaitForWhoWaitsForSomethingElseUntilThatReadsAgain() throws Exception {
        tail.join(reader);
        publish(1, 10);
        read(1, 5);
        CompletableFuture<Void> published = publishingALargeChunk(11);
        assertThat(published).isNotDone();

        tail.rest(reader);

        published.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(tail.durable()).isEqualTo(11);
        assertThat(tail.read(reader, 6, 4, Long.MAX_VALUE)).isNull();
        CompletableFuture<Void> again = publishingALargeChunk(12);
        assertThat(again).isNotDone();
        tail.leave(reader);
        again.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void whoWasWaitedForInVainIsNotWaitedForAgainUntilItReads() throws Exception {
        tail = new Tail(3000, new Position(1, SEGMENT, 0), memory, PATIENCE_NANOS_PER_BYTE);
        tail.join(reader);
        publish(1, 2);
        read(1, 1);
        // A few milliseconds, for some thousand bytes.
        publish(3, 12);

        CompletableFuture<Void> published = publishingALargeChunk(13);

        published.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(tail.durable()).isEqualTo(13);
    }

    @Test
    void whoReadsFarBehindIsWaitedForAgainAsLongAsItReads() throws Exception {
        tail = new Tail(3000, new Position(1, SEGMENT, 0), memory, PATIENCE_NANOS_PER_BYTE);
        tail.join(reader);
        publish(1, 12);
        assertThat(tail.read(reader, 1, 10, Long.MAX_VALUE)).isNull();
        CompletableFuture<Void> inVain = publishing(13, 1 << 20);
        assertThat(tail.read(reader, 2, 10, Long.MAX_VALUE)).isNull();
        inVain.get(PATIENCE_SECONDS, TimeUnit.SECONDS);

        CompletableFuture<Void> published = publishingALargeChunk(14);

        assertThat(published).isNotDone();
        tail.leave(reader);
        published.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void waitingEndsWithTheRecordTheTimeOrWhoHasEnough() throws Exception {
        publish(1, 2);
        assertThat(tail.await(2, LONG, () -> false)).isEqualTo(LONG);
        assertThat(tail.await(3, 1_000_000, () -> false)).isNotPositive();
        assertThat(tail.await(3, LONG, () -> true)).isEqualTo(LONG);

        CompletableFuture<Long> left = awaiting(4);
        publish(3, 3);
        publish(4, 4);

        assertThat(left.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isPositive();
    }

    private CompletableFuture<Long> awaiting(long sequence) {
        CompletableFuture<Long> left = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                left.complete(tail.await(sequence, LONG, () -> false));
            } catch (InterruptedException e) {
                left.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return left;
    }

    @Test
    void closeEndsAllWaitingAndFreesTheRecords() throws Exception {
        tail.join(reader);
        publish(1, 10);
        read(1, 5);
        CompletableFuture<Void> published = publishingALargeChunk(11);
        CompletableFuture<Long> left = awaiting(50);

        tail.close();

        published.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        left.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(tail.isClosed()).isTrue();
        assertThat(tail.read(reader, 6, 10, 1000)).isNull();
        assertThat(tail.durable()).isEqualTo(11);
    }

    @Test
    void givesBackTheOldestRecordsWhenOthersNeedTheMemory() throws Exception {
        MemoryBudget small = new MemoryBudget(60_000);
        tail = new Tail(1 << 20, new Position(1, SEGMENT, 0), small);
        publish(1, 20);
        assertThat(numbers(read(1, 100))).hasSize(20);

        small.share(Holder.BATCHES, 0).acquire(50_000);

        assertThat(tail.read(reader, 1, 100, Long.MAX_VALUE)).isNull();
        assertThat(numbers(read(20, 100))).containsExactly(20L);
        assertThat(small.used().get(Holder.TAIL)).isBetween(1L, 10_000L);
        assertThat(tail.durable()).isEqualTo(20);
    }

    @Test
    void keepsTheNewestChunkAloneWhereThereIsNoMemoryForMore() throws Exception {
        MemoryBudget small = new MemoryBudget(0);
        tail = new Tail(1 << 20, new Position(1, SEGMENT, 0), small);
        publish(1, 3);
        publish(4, 6);

        assertThat(tail.read(reader, 3, 100, Long.MAX_VALUE)).isNull();
        assertThat(numbers(read(4, 100))).containsExactly(4L, 5L, 6L);
    }

    @Test
    void holdsNoMemoryOnceItIsClosed() throws Exception {
        publish(1, 3);
        assertThat(memory.used().get(Holder.TAIL)).isPositive();

        tail.close();

        assertThat(memory.used()).containsEntry(Holder.TAIL, 0L);
    }

    @Test
    void whoWaitsLooksAgainWhenItIsWoken() throws Exception {
        assertThat(tail.isClosed()).isFalse();
        AtomicBoolean hasEnough = new AtomicBoolean();
        CompletableFuture<Long> left = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                left.complete(tail.await(1, LONG, hasEnough::get));
            } catch (InterruptedException e) {
                left.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        hasEnough.set(true);
        tail.wakeAll();
        assertThat(left.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isPositive();
    }

    private static NewestRecords newest(long maxBytes, long... numbers) {
        NewestRecords newest = new NewestRecords(maxBytes);
        for (long number : numbers) {
            newest.add(new JournalRecord(number, NOON, Source.LIVE, Events.event((int) number)));
        }
        return newest;
    }

    @Test
    void recallsTheRecordsBeforeItsEndAndGoesOnWithWhatIsPublished() throws Exception {
        tail = new Tail(1 << 20, Position.before(4), memory, PATIENCE_NANOS_PER_BYTE);

        tail.recall(newest(1 << 20, 1, 2, 3));
        publish(4, 5);

        assertThat(tail.durable()).isEqualTo(5);
        assertThat(numbers(read(2, 10))).containsExactly(2L, 3L, 4L, 5L);
        assertThat(memory.used().get(Holder.TAIL)).isPositive();
    }

    @Test
    void recallsOnlyWhatIsBehindTheLastHoleInTheNumbers() {
        tail = new Tail(1 << 20, Position.before(6), memory, PATIENCE_NANOS_PER_BYTE);

        tail.recall(newest(1 << 20, 1, 2, 4, 5));

        assertThat(tail.read(reader, 2, 10, Long.MAX_VALUE)).isNull();
        assertThat(numbers(read(4, 10))).containsExactly(4L, 5L);
    }

    @Test
    void recallsNothingThatDoesNotEndWhereTheJournalEnds() {
        tail = new Tail(1 << 20, Position.before(6), memory, PATIENCE_NANOS_PER_BYTE);

        tail.recall(newest(1 << 20, 1, 2, 3));

        assertThat(tail.read(reader, 3, 10, Long.MAX_VALUE)).isNull();
    }

    @Test
    void recallsNoMoreThanTheNewestRecordsThatFit() {
        tail = new Tail(1 << 20, Position.before(4), memory, PATIENCE_NANOS_PER_BYTE);
        long each = Events.event(1).heapBytes();

        tail.recall(newest(2 * each, 1, 2, 3));

        assertThat(tail.read(reader, 1, 10, Long.MAX_VALUE)).isNull();
        assertThat(numbers(read(2, 10))).containsExactly(2L, 3L);
    }

    @Test
    void recallsNothingForWhichThereIsNoMemory() {
        MemoryBudget small = new MemoryBudget(1);
        tail = new Tail(1 << 20, Position.before(2), small);

        tail.recall(newest(1 << 20, 1));

        assertThat(tail.read(reader, 1, 10, Long.MAX_VALUE)).isNull();
        assertThat(tail.durable()).isEqualTo(1);
    }
}
