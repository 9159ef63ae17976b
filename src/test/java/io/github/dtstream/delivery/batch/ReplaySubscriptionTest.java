package io.github.dtstream.delivery.batch;

import static io.github.dtstream.delivery.batch.TestEvents.batch;
import static io.github.dtstream.delivery.batch.TestEvents.ping;
import static io.github.dtstream.delivery.batch.TestEvents.touch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class ReplaySubscriptionTest {
    private static final Instant NOON = TestEvents.NOON;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Batches records = new Batches();

    private static String at(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes)).toString();
    }

    /** Replays the hour from noon, of the records before number 11. */
    private ReplaySubscription hour() {
        return new ReplaySubscription("replay of files", records, NOON, NOON.plus(Duration.ofHours(1)), 11);
    }

    private static List<Long> numbers(Batch batch) {
        return batch.records().stream().map(JournalRecord::sequence).toList();
    }

    private static Batch poll(ReplaySubscription replay) throws Exception {
        return replay.poll(100, 1_000, Duration.ZERO);
    }

    /** Waits on another thread for its end. */
    private static CompletableFuture<Boolean> end(ReplaySubscription replay) {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        Thread waiting = new Thread(
                () -> {
                    try {
                        replay.awaitEnd(PATIENCE);
                        end.complete(replay.isComplete());
                    } catch (InterruptedException e) {
                        end.completeExceptionally(e);
                    }
                },
                "waits-for-the-end");
        waiting.setDaemon(true);
        waiting.start();
        await().atMost(PATIENCE).until(() -> end.isDone() || waiting.getState() == Thread.State.TIMED_WAITING);
        return end;
    }

    @Test
    void handsOutTheEventsOfTheSpanFromItsFirstInstantToBeforeItsLast() throws Exception {
        records.willGive(
                batch(touch(1, at(-1)), touch(2, at(0)), touch(3, at(59)), touch(4, at(60)), touch(5, at(61))));

        Batch batch = poll(hour());

        assertThat(numbers(batch)).containsExactly(2L, 3L);
        assertThat(batch.end()).as("the cursor goes past those left out").isEqualTo(new Position(6, 1, 600));
    }

    @Test
    void readsTimesWithAnOffsetAndLeavesOutWhatIsNoTimeForTheMachine() throws Exception {
        records.willGive(batch(
                touch(1, "2026-01-01T13:30:00+01:00"),
                touch(2, "2026-01-01T12:30:00-01:00"),
                touch(3, "2026-01-01T12:59:60Z")));

        assertThat(numbers(poll(hour()))).containsExactly(1L);
    }

    @Test
    void leavesPingsOut() throws Exception {
        records.willGive(batch(ping(1), touch(2)));

        assertThat(numbers(poll(hour()))).containsExactly(2L);
    }

    @Test
    void leavesOutWhatCameAfterTheReplayBegan() throws Exception {
        records.willGive(batch(touch(10), touch(11), touch(12)));

        assertThat(numbers(poll(hour()))).containsExactly(10L);
    }

    @Test
    void passesOnWhatItIsAskedFor() throws Exception {
        records.willGive(batch(touch(1)));

        hour().poll(7, 900, Duration.ofSeconds(3));

        assertThat(records.asked).containsExactly("7 records, 900 bytes, PT3S");
    }

    @Test
    void endsWhenTheLastOfItsEventsIsCommitted() throws Exception {
        ReplaySubscription replay = hour();
        records.willGive(batch(touch(1), touch(2)));
        records.willGive(batch(ping(9), ping(10)));
        Position first = poll(replay).end();
        assertThat(poll(replay).isEmpty()).isTrue();
        CompletableFuture<Boolean> end = end(replay);
        assertThat(end).as("two events are on their way").isNotDone();

        replay.commit(Position.before(2));
        assertThat(end(replay)).isNotDone();
        replay.commit(first);

        assertThat(end.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(replay.percent()).isEqualTo(100);
        assertThat(records.committed).containsExactly(Position.before(2), first);
    }

    @Test
    void isNotAtItsEndWhileThereIsMoreToLookAt() throws Exception {
        ReplaySubscription replay = hour();
        records.willGive(batch(touch(1), touch(2)));
        replay.commit(poll(replay).end());

        assertThat(end(replay)).isNotDone();
    }

    @Test
    void endsAtOnceWhereTheSpanHoldsNothing() throws Exception {
        ReplaySubscription replay = hour();
        records.willGive(batch(touch(10, at(-5))));

        poll(replay);

        assertThat(end(replay)).isCompletedWithValue(true);
    }

    @Test
    void isNotAtItsEndWhereItWasClosedBefore() throws Exception {
        ReplaySubscription replay = hour();
        CompletableFuture<Boolean> end = end(replay);
        assertThat(end).isNotDone();
        assertThat(replay.isClosed()).isFalse();

        replay.close();

        assertThat(end.get(60, TimeUnit.SECONDS)).isFalse();
        assertThat(replay.isClosed()).isTrue();
        assertThat(records.closed).isTrue();
    }

    @Test
    void pollsNothingMoreAfterItsEndAndAfterItWasClosed() throws Exception {
        ReplaySubscription replay = hour();
        records.willGive(batch(touch(10)));
        poll(replay);

        Batch none = replay.poll(100, 1_000, Duration.ofNanos(1));
        assertThat(none).isEqualTo(new Batch(List.of(), new Position(11, 0, 0)));

        ReplaySubscription closed = hour();
        closed.close();
        assertThat(closed.poll(100, 1_000, Duration.ofHours(1)).isEmpty()).isTrue();
        assertThat(records.asked).hasSize(1);
    }

    @Test
    void aPollAfterTheEndWaitsUntilItIsClosed() throws Exception {
        ReplaySubscription replay = hour();
        records.willGive(batch(touch(10)));
        poll(replay);
        CompletableFuture<Batch> polled = new CompletableFuture<>();
        Thread polling = new Thread(() -> {
            try {
                polled.complete(replay.poll(100, 1_000, Duration.ofHours(1)));
            } catch (IOException | InterruptedException e) {
                polled.completeExceptionally(e);
            }
        });
        polling.setDaemon(true);
        polling.start();
        await().atMost(PATIENCE).until(() -> polling.getState() == Thread.State.TIMED_WAITING);

        replay.close();

        assertThat(polled.get(60, TimeUnit.SECONDS).isEmpty()).isTrue();
    }

    @Test
    void saysHowMuchOfTheJournalWasLookedAt() throws Exception {
        records.lag = 8;
        ReplaySubscription replay = hour();
        assertThat(replay.percent()).isZero();
        assertThat(replay.lag()).isEqualTo(8);

        records.willGive(batch(touch(3), touch(4)));
        poll(replay);
        assertThat(replay.percent()).as("2 of 8").isEqualTo(25);
        assertThat(replay.lag()).isEqualTo(6);

        records.willGive(batch(touch(5), touch(12)));
        Position last = poll(replay).end();
        assertThat(replay.percent()).as("the last events are on their way").isEqualTo(99);
        assertThat(replay.lag()).isZero();

        replay.commit(last);
        assertThat(replay.percent()).isEqualTo(100);
    }

    @Test
    void aJournalWithNothingInTheWayIsLookedAt() {
        records.lag = 0;
        assertThat(hour().percent()).isEqualTo(100);

        records.lag = 50;
        ReplaySubscription all = hour();
        assertThat(all.percent()).as("more than there are numbers").isZero();
        assertThat(all.lag()).isEqualTo(11);
    }

    @Test
    void isNamedForTheRouteAndWhatItDoes() {
        assertThat(hour().name()).isEqualTo("replay of files");
    }

    /** A subscription that hands out the test's batches. */
    private static final class Batches implements Subscription {
        private final Deque<Batch> batches = new ArrayDeque<>();
        private final List<String> asked = new ArrayList<>();
        private final List<Position> committed = new ArrayList<>();
        private long lag = 10;
        private boolean closed;

        void willGive(Batch batch) {
            batches.add(batch);
        }

        @Override
        public String name() {
            return "journal";
        }

        @Override
        public Batch poll(int maxRecords, long maxBytes, Duration timeout) {
            asked.add(maxRecords + " records, " + maxBytes + " bytes, " + timeout);
            return batches.remove();
        }

        @Override
        public void commit(Position end) {
            committed.add(end);
        }

        @Override
        public long lag() {
            return lag;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
