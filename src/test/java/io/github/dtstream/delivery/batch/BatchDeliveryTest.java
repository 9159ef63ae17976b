package io.github.dtstream.delivery.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.camel.CamelSinkFailures;
import io.github.dtstream.delivery.EventRefusedException;
import io.github.dtstream.delivery.PartlyRefused;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.time.MovableClock;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BatchDeliveryTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private MemoryBudget memory = new MemoryBudget(64 << 20);

    private final FakeSubscription subscription = new FakeSubscription();
    private final List<List<Long>> deliveries = new CopyOnWriteArrayList<>();
    private final List<BatchDelivery.Acknowledgement> open = new CopyOnWriteArrayList<>();
    private final List<Long> rejected = new CopyOnWriteArrayList<>();
    private Runnable whenRejected = () -> {};
    private @Nullable BatchDelivery delivery;
    private @Nullable Thread thread;

    @AfterEach
    void stop() throws InterruptedException {
        if (delivery != null) {
            delivery.stop();
        }
    }

    @Test
    void deliversInOrderAndMovesTheCursorPastEachBatch() {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(2, 1, synchronously(records -> null));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 4);

        assertThat(deliveries).containsExactly(List.of(1L, 2L), List.of(3L));
    }

    @Test
    void deliversABatchAgainUnchangedWhileTheSinkIsAway() {
        subscription.add(temperature(1), temperature(2));
        start(2, 1, synchronously(records -> deliveries.size() < 4 ? new IOException("refused") : null));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 3);

        assertThat(deliveries).hasSize(4).allMatch(batch -> batch.equals(List.of(1L, 2L)));
        assertThat(rejected).isEmpty();
    }

    @Test
    void doesNotMoveTheCursorPastABatchThatIsStillOnItsWay() {
        subscription.add(temperature(1), temperature(2));
        start(2, 2, this::hold);
        await().atMost(PATIENCE).until(() -> open.size() == 2);

        open.get(1).done(null);
        assertThat(subscription.cursor).isEqualTo(1);

        open.get(0).done(null);
        assertThat(subscription.cursor).isEqualTo(3);
    }

    @Test
    void handsOutNoMoreExchangesThanMayBeInFlight() {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(2, 2, this::hold);
        await().atMost(PATIENCE).until(() -> open.size() == 2);

        open.get(0).done(null);

        await().atMost(PATIENCE).until(() -> open.size() == 3);
        assertThat(deliveries).containsExactly(List.of(1L), List.of(2L), List.of(3L));
    }

    @Test
    void dividesABatchAmongTheExchangesThatMayBeInFlight() {
        subscription.add(temperature(1), temperature(2), temperature(3), temperature(4), temperature(5));
        start(5, 2, this::hold);
        await().atMost(PATIENCE).until(() -> open.size() == 2);

        open.get(0).done(null);

        await().atMost(PATIENCE).until(() -> open.size() == 3);
        assertThat(deliveries).containsExactly(List.of(1L, 2L), List.of(3L, 4L), List.of(5L));
    }

    @Test
    void handsOutOneAfterTheOtherWhereThereIsNoMemoryForMore() {
        memory = new MemoryBudget(0);
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(3, 3, this::hold);
        for (int number = 1; number <= 3; number++) {
            int expected = number;
            await().atMost(PATIENCE).until(() -> open.size() == expected && isAwaitingAnEnd());

            open.get(number - 1).done(null);
        }

        await().atMost(PATIENCE).until(() -> subscription.cursor == 4);
    }

    private boolean isAwaitingAnEnd() {
        return thread != null && thread.getState() == Thread.State.WAITING;
    }

    @Test
    void deliversAgainWhereThereIsNoMemoryForMore() {
        memory = new MemoryBudget(0);
        subscription.add(temperature(1), temperature(2));
        start(2, 2, synchronously(records -> deliveries.size() < 3 ? new IOException("refused") : null));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 3);
    }

    @Test
    void takesLessAtOnceWhereThereIsLittleMemory() {
        memory = new MemoryBudget(1 << 20);
        for (int number = 1; number <= 500; number++) {
            subscription.add(temperature(number));
        }
        start(500, 1, this::hold);

        await().atMost(PATIENCE).until(() -> !deliveries.isEmpty());

        assertThat(deliveries.get(0)).hasSizeBetween(80, 400);
    }

    @Test
    void givesMemoryBackWhenTheCursorHasPassedAndForGoodWhenItStops() throws InterruptedException {
        subscription.add(temperature(1), temperature(2));
        start(2, 2, this::hold);
        await().atMost(PATIENCE).until(() -> open.size() == 2 && isAwaitingAnEnd());
        long both = memory.used().get(Holder.BATCHES);

        open.get(1).done(null);
        assertThat(memory.used().get(Holder.BATCHES))
                .as("the cursor has not passed")
                .isEqualTo(both);
        delivery.stop();
        thread.join();
        assertThat(memory.used().get(Holder.BATCHES))
                .as("one is still on its way")
                .isEqualTo(both);
        open.get(0).done(null);

        assertThat(memory.used()).containsEntry(Holder.BATCHES, 0L);
    }

    @Test
    void takesNothingNewForWhatIsDoneBehindAnUnfinishedExchange() throws InterruptedException {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(2, 2, this::hold);
        await().atMost(PATIENCE).until(() -> open.size() == 2);

        open.get(1).done(null);
        delivery.stop();
        thread.join(PATIENCE.toMillis());

        assertThat(deliveries).containsExactly(List.of(1L), List.of(2L));
        assertThat(delivery.status().inFlight()).isEqualTo(2);
    }

    @Test
    void takesNothingNewWhileTheCursorCannotBeWritten() {
        subscription.failCommits = true;
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(2, 1, synchronously(records -> null));
        await().atMost(PATIENCE).until(() -> delivery.status().failures() > 3);
        assertThat(deliveries).containsExactly(List.of(1L, 2L));

        subscription.failCommits = false;

        await().atMost(PATIENCE).until(() -> subscription.cursor == 4);
        assertThat(deliveries).containsExactly(List.of(1L, 2L), List.of(3L));
    }

    @Test
    void movesTheCursorPastEachEventOfABatchThatWasTakenApartAndHoldsTheNextBatchBack() {
        subscription.add(temperature(1), temperature(2), temperature(3), temperature(4));
        start(3, 1, (records, acknowledgement) -> {
            note(records);
            if (records.size() == 3) {
                acknowledgement.done(new EventRefusedException("one of them is bad"));
            } else {
                open.add(acknowledgement);
            }
        });
        await().atMost(PATIENCE).until(() -> open.size() == 3);

        open.get(0).done(null);
        open.get(1).done(null);
        assertThat(subscription.cursor).isEqualTo(3);
        assertThat(delivery.status().inFlight()).isEqualTo(1);

        open.get(2).done(null);
        await().atMost(PATIENCE).until(() -> open.size() == 4);
        assertThat(subscription.cursor).isEqualTo(4);
        assertThat(deliveries.subList(3, 7)).containsExactly(List.of(1L), List.of(2L), List.of(3L), List.of(4L));
    }

    @Test
    void aSuspectHoldsUpNobodyWhereOneEventIsABatch() {
        subscription.add(temperature(1), ping(2), ping(3), temperature(4));
        start(1, 1, synchronously(records -> records.contains(1L) ? new EventRefusedException("bad record") : null));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 5);

        assertThat(rejected).containsExactly(1L);
        assertThat(deliveries).contains(List.of(2L), List.of(3L), List.of(4L));
    }

    @Test
    void partsThatWentThroughBeforeAnotherBecameSuspectDoNotShutTheWindow() {
        EventRefusedException refusal = new EventRefusedException("bad record");
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(3, 1, (records, acknowledgement) -> {
            note(records);
            boolean isBad = records.get(0).sequence() == 1;
            if (isBad && records.size() == 1 && open.isEmpty()) {
                open.add(acknowledgement);
            } else {
                acknowledgement.done(isBad ? refusal : null);
            }
        });
        await().atMost(PATIENCE).until(() -> deliveries.contains(List.of(3L)));
        open.get(0).done(refusal);
        await().atMost(PATIENCE)
                .until(() -> deliveries.stream().filter(List.of(1L)::equals).count() > 3);

        subscription.add(temperature(4));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 5);
        assertThat(rejected).containsExactly(1L);
    }

    @Test
    void repeatsOnlyTheEventThatFailedAndWhatFollowsIt() {
        subscription.add(temperature(1), temperature(2), temperature(3), temperature(4));
        start(4, 1, inParts(number -> number == 3 && deliveries.size() < 3 ? new IOException("refused") : null));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 5);

        assertThat(deliveries).containsExactly(List.of(1L, 2L, 3L, 4L), List.of(3L, 4L), List.of(3L, 4L));
    }

    @Test
    void movesTheCursorPastWhatIsDeliveredOfABatchThatFailed() {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(3, 1, inParts(number -> number == 3 ? new IOException("refused") : null));

        await().atMost(PATIENCE).until(() -> deliveries.size() > 2);

        assertThat(subscription.cursor).isEqualTo(3);
        assertThat(delivery.status().inFlight()).isEqualTo(1);
        assertThat(delivery.status().delivered()).isEqualTo(2);
    }

    @Test
    void givesUpTheEventThatIsRefusedWithoutRepeatingTheOthersOfItsBatch() {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(3, 1, inParts(number -> number == 2 ? new EventRefusedException("bad record") : null));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 4);

        assertThat(rejected).containsExactly(2L);
        assertThat(deliveries.stream().flatMap(List::stream).filter(number -> number == 1))
                .hasSize(1);
        assertThat(deliveries.get(deliveries.size() - 1)).isIn(List.of(2L), List.of(3L));
    }

    @Test
    void handsOutTheRestOfABatchThatTheRouteLeftInTheMiddle() {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(3, 1, (records, acknowledgement) -> {
            note(records);
            acknowledgement.partDone(0, null);
            acknowledgement.done(null);
        });

        await().atMost(PATIENCE).until(() -> subscription.cursor == 4);

        assertThat(deliveries).containsExactly(List.of(1L, 2L, 3L), List.of(2L, 3L), List.of(3L));
    }

    @Test
    void keepsWhatIsDeliveredOfABatchThatIsCutShort() {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(3, 1, this::hold);
        await().atMost(PATIENCE).until(() -> open.size() == 1);
        open.get(0).partDone(0, null);
        open.get(0).partDone(1, null);
        assertThat(subscription.cursor).isEqualTo(1);

        delivery.stop();
        delivery.keepProgress();

        assertThat(subscription.cursor).isEqualTo(3);
    }

    @Test
    void asksForTheEndsOfABatchThatIsCutShort() {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(3, 1, this::hold);
        await().atMost(PATIENCE).until(() -> open.size() == 1);
        open.get(0).isSeenBy(endsOfTwo(open.get(0)));

        delivery.stop();
        delivery.keepProgress();

        assertThat(subscription.cursor).isEqualTo(3);
    }

    private static BatchDelivery.View endsOfTwo(BatchDelivery.Acknowledgement acknowledgement) {
        return new BatchDelivery.View() {
            @Override
            public String step() {
                return "the step";
            }

            @Override
            public void tellEnds() {
                acknowledgement.partDone(0, null);
                acknowledgement.partDone(1, null);
            }
        };
    }

    @Test
    void anErrorInHandingOutIsToldAndTheBatchIsHandedOutAgain() {
        List<Throwable> told = new CopyOnWriteArrayList<>();
        subscription.add(temperature(1));
        startSupervised(told, (records, acknowledgement) -> {
            note(records);
            if (deliveries.size() == 1) {
                throw new OutOfMemoryError("injected");
            }
            acknowledgement.done(null);
        });

        await().atMost(PATIENCE).until(() -> subscription.cursor == 2);

        assertThat(told).hasSize(1).allMatch(error -> error instanceof OutOfMemoryError);
        assertThat(deliveries).hasSize(2);
    }

    @Test
    void doesNotRepeatALaterBatchThatWasDeliveredWhileAnEarlierOneFailed() {
        subscription.add(temperature(1), temperature(2));
        start(2, 2, this::hold);
        await().atMost(PATIENCE).until(() -> open.size() == 2);

        open.get(1).done(null);
        open.get(0).done(new IOException("refused"));
        await().atMost(PATIENCE).until(() -> open.size() == 3);
        open.get(2).done(null);

        await().atMost(PATIENCE).until(() -> subscription.cursor == 3);
        assertThat(deliveries).containsExactly(List.of(1L), List.of(2L), List.of(1L));
    }

    @Test
    void givesUpTheOneEventThatIsRefusedAndDeliversTheOthers() {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(3, 1, synchronously(records -> records.contains(2L) ? new EventRefusedException("bad record") : null));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 4);

        assertThat(rejected).containsExactly(2L);
        assertThat(deliveries).contains(List.of(1L), List.of(3L));
    }

    @Test
    void rejectsNothingWhileTheRouteRefusesEverything() {
        subscription.add(temperature(1), temperature(2), ping(3), temperature(4));
        start(
                10,
                1,
                synchronously(
                        records -> records.equals(List.of(3L)) ? null : new EventRefusedException("broken route")));

        await().atMost(PATIENCE).until(() -> deliveries.size() > 30);

        assertThat(rejected).isEmpty();
        assertThat(subscription.cursor).isEqualTo(1);
    }

    @Test
    void goesOnWithEverythingOnceABrokenRouteIsMended() {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(
                10,
                1,
                synchronously(records -> deliveries.size() < 20 ? new EventRefusedException("broken route") : null));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 4);

        assertThat(deliveries.subList(19, deliveries.size()).stream()
                                .flatMap(List::stream)
                                .distinct()
                                .count()
                        + rejected.size())
                .isGreaterThanOrEqualTo(3);
    }

    @Test
    void goesOnPastAnEventThatIsRefusedAloneOnAQuietStream() {
        subscription.add(temperature(1));
        start(10, 1, synchronously(records -> records.contains(1L) ? new EventRefusedException("bad record") : null));
        await().atMost(PATIENCE).until(() -> deliveries.size() >= 3);

        subscription.add(temperature(2));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 3);
        assertThat(rejected).containsExactly(1L);
    }

    @Test
    void rejectsOnlyTheEventsThatASinkNames() {
        subscription.add(temperature(1), temperature(2), temperature(3));
        start(
                3,
                1,
                synchronously(records -> new PartlyRefused(Map.of("e2", new IllegalArgumentException("too large")))));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 4);

        assertThat(rejected).containsExactly(2L);
        assertThat(deliveries).containsExactly(List.of(1L, 2L, 3L));
        assertThat(delivery.status().delivered()).isEqualTo(2);
        assertThat(delivery.status().refused().count()).isEqualTo(1);
        assertThat(delivery.status().refused().reason()).isEqualTo("IllegalArgumentException: too large");
    }

    @Test
    void setsAnEventAsideBeforeTheCursorPassesIt() {
        List<Long> cursors = new CopyOnWriteArrayList<>();
        whenRejected = () -> cursors.add(subscription.cursor);
        subscription.add(temperature(1), temperature(2));
        start(2, 1, synchronously(records -> records.contains(1L) ? new EventRefusedException("bad") : null));

        await().atMost(PATIENCE).until(() -> subscription.cursor == 3);

        assertThat(rejected).containsExactly(1L);
        assertThat(cursors).containsExactly(1L);
        assertThat(delivery.status().delivered()).isEqualTo(1);
        assertThat(delivery.status().lastFailure()).isNull();
    }

    @Test
    void leavesTheSinkAloneForAsLongAsItAsks() {
        subscription.add(temperature(1));
        start(
                1,
                1,
                synchronously(records -> new HttpOperationFailedException(
                        "https://hooks.example.com", 429, "", null, Map.of("Retry-After", "120"), "slow down")));

        await().atMost(PATIENCE).until(() -> delivery.status().failures() == 1);

        assertThat(delivery.status().lastFailure()).contains("slow down", "Retry-After: 120");
        await().during(Duration.ofMillis(300)).until(() -> deliveries.size() == 1);
    }

    @Test
    void saysWhatFailedUntilADeliverySucceeds() {
        subscription.add(temperature(1));
        start(1, 1, this::hold);
        await().atMost(PATIENCE).until(() -> open.size() == 1);

        open.get(0).done(new IOException("No space left on device"));
        assertThat(delivery.status().lastFailure()).isEqualTo("IOException: No space left on device");

        await().atMost(PATIENCE).until(() -> open.size() == 2);
        open.get(1).done(null);
        assertThat(delivery.status().lastFailure()).isNull();
        assertThat(delivery.status().delivered()).isEqualTo(1);
    }

    @Test
    void tellsOfABatchThatTakesFarTooLongAndWhatItWaitsFor() {
        MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
        subscription.add(temperature(1), temperature(2));
        start(new DeliverySettings(2, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), 3), this::hold, clock, clock);
        await().atMost(PATIENCE).until(() -> open.size() == 1);
        open.get(0).isSeenBy(() -> "jdbc:postgres");

        clock.advance(Duration.ofSeconds(59));
        assertThat(delivery.status().overdue()).isNull();
        clock.advance(Duration.ofSeconds(1));
        assertThat(delivery.status().overdue())
                .isEqualTo(new Overdue(Instant.parse("2026-01-01T00:00:00Z"), Duration.ZERO, "jdbc:postgres"));

        open.get(0).partDone(0, null);
        assertThat(delivery.status().overdue()).isNull();
        clock.advance(Duration.ofMinutes(2));
        assertThat(delivery.status().overdue()).isNotNull();
        open.get(0).done(null);
        assertThat(delivery.status().overdue()).isNull();
    }

    @Test
    void stopsAtOnceWhileItWaitsForARedelivery() throws InterruptedException {
        subscription.add(temperature(1));
        DeliverySettings patient = new DeliverySettings(1, 1, Duration.ofHours(1), Duration.ofHours(1), 3);
        Thread thread = start(patient, synchronously(records -> new IOException("refused")));
        await().atMost(PATIENCE).until(() -> !deliveries.isEmpty());

        delivery.stop();

        thread.join(PATIENCE.toMillis());
        assertThat(thread.isAlive()).isFalse();
        assertThat(subscription.cursor).isEqualTo(1);
    }

    private void start(int maxBatchSize, int maxInflightExchanges, BatchDelivery.Dispatcher dispatcher) {
        Duration delay = Duration.ofMillis(1);
        start(new DeliverySettings(maxBatchSize, maxInflightExchanges, delay, delay, 3), dispatcher);
    }

    private Thread start(DeliverySettings settings, BatchDelivery.Dispatcher dispatcher) {
        return start(settings, dispatcher, Clock.systemUTC(), Ticker.SYSTEM);
    }

    private Thread start(DeliverySettings settings, BatchDelivery.Dispatcher dispatcher, Clock clock, Ticker ticker) {
        delivery = new BatchDelivery(
                subscription,
                dispatcher,
                reasons -> reasons.keySet().forEach(record -> {
                    rejected.add(record.sequence());
                    whenRejected.run();
                }),
                new CamelSinkFailures(),
                settings,
                clock,
                ticker,
                memory);
        thread = new Thread(delivery, "test-subscriber");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Restarts the delivery after an exception and notes it, as a supervisor does. */
    private void startSupervised(List<Throwable> told, BatchDelivery.Dispatcher dispatcher) {
        delivery = new BatchDelivery(
                subscription,
                dispatcher,
                reasons -> reasons.keySet().forEach(record -> rejected.add(record.sequence())),
                new CamelSinkFailures(),
                new DeliverySettings(1, 1, Duration.ofMillis(1), Duration.ofMillis(1), 3),
                Clock.systemUTC(),
                Ticker.SYSTEM,
                memory);
        Thread supervised = new Thread(() -> {
            boolean wanted = true;
            while (wanted) {
                try {
                    delivery.run();
                    wanted = false;
                } catch (Throwable e) {
                    told.add(e);
                }
            }
        });
        supervised.setDaemon(true);
        supervised.start();
    }

    /** A dispatcher like a route that sends the events one by one, and stops at the first failure. */
    private BatchDelivery.Dispatcher inParts(LongFunction<@Nullable Throwable> outcome) {
        return (records, acknowledgement) -> {
            note(records);
            for (int i = 0; i < records.size(); i++) {
                Throwable failure = outcome.apply(records.get(i).sequence());
                acknowledgement.partDone(i, failure);
                if (failure != null) {
                    acknowledgement.done(failure);
                    return;
                }
            }
            acknowledgement.done(null);
        };
    }

    /** A dispatcher that does not end the delivery. */
    private void hold(List<JournalRecord> records, BatchDelivery.Acknowledgement acknowledgement) {
        note(records);
        open.add(acknowledgement);
    }

    private void note(List<JournalRecord> records) {
        deliveries.add(records.stream().map(JournalRecord::sequence).toList());
    }

    private BatchDelivery.Dispatcher synchronously(Function<List<Long>, @Nullable Throwable> outcome) {
        return (records, acknowledgement) -> {
            note(records);
            acknowledgement.done(
                    outcome.apply(records.stream().map(JournalRecord::sequence).toList()));
        };
    }

    private static Event temperature(long number) {
        return event(number, "temperature");
    }

    private static Event ping(long number) {
        return event(number, "ping");
    }

    private static Event event(long number, String type) {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        return new Event("e" + number, type, "p", "d", "2026-01-01T00:00:00Z", json, 0, 2);
    }

    /** A journal of events whose numbers begin with 1. */
    private static final class FakeSubscription implements Subscription {
        private final List<JournalRecord> records = new ArrayList<>();
        private long next = 1;
        private volatile long cursor = 1;
        private volatile boolean failCommits;

        synchronized void add(Event... events) {
            for (Event event : events) {
                records.add(new JournalRecord(records.size() + 1, Instant.EPOCH, Source.LIVE, event));
            }
            notifyAll();
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public synchronized Batch poll(int maxRecords, long maxBytes, Duration timeout) throws InterruptedException {
            if (next > records.size()) {
                wait(10);
            }
            int end = (int) Math.min(records.size(), next - 1 + maxRecords);
            List<JournalRecord> taken = List.copyOf(records.subList((int) next - 1, Math.max(end, (int) next - 1)));
            next += taken.size();
            return new Batch(taken, new Position(next, 1, 0));
        }

        @Override
        public void commit(Position end) throws IOException {
            if (failCommits) {
                throw new IOException("No space left on device");
            }
            cursor = end.sequence();
        }

        @Override
        public synchronized long lag() {
            return records.size() + 1 - cursor;
        }

        @Override
        public void close() {}
    }
}
