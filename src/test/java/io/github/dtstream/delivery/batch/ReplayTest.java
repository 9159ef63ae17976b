package io.github.dtstream.delivery.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.delivery.AnsweredException;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadReport;
import io.github.dtstream.time.MovableClock;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class ReplayTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final MovableClock clock = new MovableClock(TestEvents.NOON);
    private final Supervisor supervisor = new Supervisor(clock, Sleeper.SYSTEM);
    private final FourEvents journal = new FourEvents();
    private final List<Long> delivered = new CopyOnWriteArrayList<>();
    private final List<Long> rejected = new CopyOnWriteArrayList<>();
    private final List<Replay.Progress> told = new CopyOnWriteArrayList<>();

    private Replay replay(BatchDelivery.Dispatcher route) {
        return replay(route, 5);
    }

    /** @param end the number of the first event that is not replayed */
    private Replay replay(BatchDelivery.Dispatcher route, long end) {
        ReplaySubscription subscription = new ReplaySubscription(
                "replay of files", journal, TestEvents.NOON, TestEvents.NOON.plusSeconds(1), end);
        DeliverySettings settings = new DeliverySettings(2, 1, Duration.ZERO, Duration.ZERO, 1);
        BatchDelivery delivery = new BatchDelivery(
                subscription,
                route,
                reasons -> reasons.keySet().forEach(record -> rejected.add(record.sequence())),
                AnsweredException.SINKS,
                settings,
                clock,
                clock,
                new MemoryBudget(64 << 20));
        return new Replay(subscription, delivery, supervisor);
    }

    private void note(List<JournalRecord> records) {
        records.forEach(record -> delivered.add(record.sequence()));
    }

    private CompletableFuture<Boolean> started(Replay replay) {
        CompletableFuture<Boolean> all = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                all.complete(replay.run(Duration.ofMillis(1), told::add));
            } catch (InterruptedException e) {
                all.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return all;
    }

    @Test
    void deliversAllAndLeavesNoThreadBehind() throws Exception {
        Replay replay = replay((records, acknowledgement) -> {
            note(records);
            acknowledgement.done(null);
        });
        assertThat(replay.progress()).isEqualTo(new Replay.Progress(0, 0, null));
        assertThat(replay.isEnded()).isFalse();

        assertThat(replay.run(PATIENCE, told::add)).isTrue();

        assertThat(delivered).containsExactly(1L, 2L, 3L, 4L);
        assertThat(replay.progress()).isEqualTo(new Replay.Progress(100, 4, null));
        assertThat(replay.isEnded()).isTrue();
        assertThat(journal.closed).isTrue();
        assertThat(supervisor.reports()).isEmpty();
    }

    @Test
    void endsWithItsOnlyEventInTheRejectFileIfThatIsRefused() throws Exception {
        Replay replay =
                replay((records, acknowledgement) -> acknowledgement.done(new IllegalArgumentException("bad")), 2);

        assertThat(replay.run(PATIENCE, told::add)).isTrue();

        assertThat(rejected).containsExactly(1L);
        assertThat(replay.progress().percent()).isEqualTo(100);
    }

    @Test
    void endsWithItsLastEventInTheRejectFileIfThatIsRefused() throws Exception {
        Replay replay = replay((records, acknowledgement) -> {
            boolean isBad = records.stream().anyMatch(record -> record.sequence() == 4);
            acknowledgement.done(isBad ? new IllegalArgumentException("bad") : null);
        });

        assertThat(replay.run(PATIENCE, told::add)).isTrue();

        assertThat(rejected).containsExactly(4L);
        assertThat(replay.progress().delivered()).isEqualTo(3);
    }

    @Test
    void showsTheFailureThatItTriesToGetOver() throws Exception {
        CompletableFuture<Void> mended = new CompletableFuture<>();
        Replay replay = replay((records, acknowledgement) -> {
            acknowledgement.done(mended.isDone() ? null : new IOException("no route to host"));
        });
        CompletableFuture<Boolean> all = started(replay);
        await().atMost(PATIENCE).until(() -> replay.progress().lastFailure() != null);
        assertThat(replay.progress()).isEqualTo(new Replay.Progress(50, 0, "IOException: no route to host"));
        assertThat(supervisor.reports()).extracting(ThreadReport::name).containsExactly("replay of files");

        await().atMost(PATIENCE).until(() -> told.contains(replay.progress()));

        mended.complete(null);

        assertThat(all.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void stopsBeforeAllIsDeliveredWhereTheRouteStops() throws Exception {
        List<BatchDelivery.Acknowledgement> open = new CopyOnWriteArrayList<>();
        Replay replay = replay((records, acknowledgement) -> open.add(acknowledgement));
        CompletableFuture<Boolean> all = started(replay);
        await().atMost(PATIENCE).until(() -> !open.isEmpty());

        replay.stop();

        assertThat(all.get(60, TimeUnit.SECONDS)).isFalse();
        assertThat(replay.isEnded()).isTrue();
        assertThat(supervisor.reports()).isEmpty();
        open.get(0).done(null);
        assertThat(replay.progress().delivered())
                .as("what the route had in hand is finished")
                .isEqualTo(2);
    }

    @Test
    void stopsAtOnceWhereWhoWaitsForItIsInterrupted() throws Exception {
        List<BatchDelivery.Acknowledgement> open = new CopyOnWriteArrayList<>();
        Replay replay = replay((records, acknowledgement) -> open.add(acknowledgement));

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> replay.run(PATIENCE, told::add)).isInstanceOf(InterruptedException.class);

        assertThat(replay.isEnded()).isTrue();
        assertThat(journal.closed).isTrue();
        await().atMost(PATIENCE).until(() -> supervisor.reports().isEmpty());
    }

    /** A journal of four touches. */
    private static final class FourEvents implements Subscription {
        private long next = 1;
        private volatile boolean closed;

        @Override
        public String name() {
            return "journal";
        }

        @Override
        public Batch poll(int maxRecords, long maxBytes, Duration timeout) {
            long first = next;
            next = Math.min(5, next + maxRecords);
            return TestEvents.touches(first, next - 1);
        }

        @Override
        public void commit(Position end) {}

        @Override
        public long lag() {
            return 4;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
