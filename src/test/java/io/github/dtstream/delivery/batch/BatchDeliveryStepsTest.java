package io.github.dtstream.delivery.batch;

import static io.github.dtstream.delivery.batch.TestEvents.ping;
import static io.github.dtstream.delivery.batch.TestEvents.touch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.LogCapture;
import io.github.dtstream.delivery.AnsweredException;
import io.github.dtstream.delivery.PartlyRefused;
import io.github.dtstream.delivery.batch.BatchDelivery.Acknowledgement;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.time.MovableClock;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The delivery step by step, on the test's own thread: it runs until the journal has no more events, or until the route
 * stops it. Nothing waits, as failed events are due at once.
 */
@Timeout(180)
final class BatchDeliveryStepsTest {
    private static final Instant NOON = TestEvents.NOON;

    private final LogCapture lines = LogCapture.of(BatchDelivery.class);
    private final MovableClock clock = new MovableClock(NOON);
    private final MemoryBudget budget = new MemoryBudget(64 << 20);
    private final Journal journal = new Journal();
    private final List<List<Long>> deliveries = new ArrayList<>();
    /** Deliveries that have not ended. */
    private final List<Acknowledgement> open = new ArrayList<>();

    private final List<String> rejected = new ArrayList<>();
    private Route route = (records, acknowledgement) -> acknowledgement.done(null);
    private BatchDelivery.RejectedEvents rejects = reasons ->
            reasons.forEach((record, reason) -> rejected.add(record.event().eventId() + ": " + reason));
    private BatchDelivery delivery = delivery(10, 1, 1);

    /** Ends a delivery, or keeps it. */
    private interface Route {
        void take(List<Long> numbers, Acknowledgement acknowledgement);
    }

    @AfterEach
    void stopListening() {
        lines.close();
    }

    private BatchDelivery delivery(int maxBatchSize, int maxInflightExchanges, int maxAttempts) {
        return delivery(
                new DeliverySettings(maxBatchSize, maxInflightExchanges, Duration.ZERO, Duration.ZERO, maxAttempts));
    }

    private BatchDelivery delivery(DeliverySettings settings) {
        return delivery(settings, clock);
    }

    private BatchDelivery delivery(DeliverySettings settings, Ticker ticker) {
        return new BatchDelivery(
                journal,
                (records, acknowledgement) -> {
                    List<Long> numbers =
                            records.stream().map(JournalRecord::sequence).toList();
                    deliveries.add(numbers);
                    assertThat(deliveries).as("it goes round in circles").hasSizeLessThan(100);
                    route.take(numbers, acknowledgement);
                },
                reasons -> rejects.rejected(reasons),
                AnsweredException.SINKS,
                settings,
                clock,
                ticker,
                budget);
    }

    /** Keeps the delivery. When nothing is left to hand out, the delivery stops. */
    private void hold(List<Long> numbers, Acknowledgement acknowledgement) {
        open.add(acknowledgement);
        if (journal.next == journal.records.size()) {
            delivery.stop();
        }
    }

    /** A route that sends the events one by one, to a sink that accepts all but the second. */
    private void refuseTheSecond(List<Long> numbers, Acknowledgement acknowledgement) {
        IllegalArgumentException refusal = new IllegalArgumentException("too large");
        for (int i = 0; i < numbers.size(); i++) {
            acknowledgement.partDone(i, numbers.get(i) == 2 ? refusal : null);
        }
        acknowledgement.done(numbers.contains(2L) ? refusal : null);
    }

    /** A journal of touches and pings; stops the delivery when it has no more. */
    private final class Journal implements Subscription {
        private final List<JournalRecord> records = new ArrayList<>();
        private int next;
        private long cursor = 1;
        private int failingPolls;
        private int failingCommits;
        private Runnable beforeAFailingPoll = () -> {};

        void add(JournalRecord... more) {
            records.addAll(List.of(more));
        }

        @Override
        public String name() {
            return "files";
        }

        @Override
        public Batch poll(int maxRecords, long maxBytes, Duration timeout) throws IOException {
            if (failingPolls > 0) {
                beforeAFailingPoll.run();
                failingPolls--;
                throw new IOException("Input/output error");
            }
            int end = Math.min(records.size(), next + maxRecords);
            List<JournalRecord> batch = List.copyOf(records.subList(next, end));
            next = end;
            if (batch.isEmpty()) {
                delivery.stop();
            }
            return new Batch(batch, new Position(next + 1L, 1, 0));
        }

        @Override
        public void commit(Position end) throws IOException {
            if (failingCommits > 0) {
                failingCommits--;
                throw new IOException("No space left on device");
            }
            cursor = end.sequence();
        }

        @Override
        public long lag() {
            return records.size() + 1 - cursor;
        }

        @Override
        public void close() {
            throw new AssertionError("whoever opened it closes it");
        }
    }

    // The journal and the cursor.

    @Test
    void readsTheJournalAgainWhereItCouldNotBeReadAndTellsOfIt() {
        journal.add(touch(1));
        journal.failingPolls = 2;

        delivery.run();

        assertThat(deliveries).containsExactly(List.of(1L));
        assertThat(delivery.status().failures()).isEqualTo(2);
        assertThat(delivery.status().lastFailure())
                .as("a delivery succeeded since")
                .isNull();
        assertThat(lines.messages())
                .filteredOn(line -> line.contains("cannot read the journal, trying again: java.io.IOException: Input"))
                .hasSize(2);
    }

    @Test
    void takesNoMemoryForAJournalThatCannotBeReadHoweverOftenItIsTried() {
        journal.add(touch(1));
        journal.failingPolls = 20;
        List<Long> used = new ArrayList<>();
        journal.beforeAFailingPoll = () -> used.add(budget.used().get(Holder.BATCHES));

        delivery.run();

        assertThat(used).hasSize(20).allMatch(bytes -> bytes.equals(used.get(0)));
        assertThat(deliveries).containsExactly(List.of(1L));
    }

    @Test
    void saysWhyTheJournalCannotBeReadWhileItCannot() {
        journal.failingPolls = 1;

        delivery.run();

        assertThat(delivery.status().lastFailure()).isEqualTo("IOException: Input/output error");
    }

    @Test
    void tellsOnceThatTheCursorCannotBeWrittenAndEachTimeThatItBegins() {
        delivery = delivery(1, 1, 1);
        journal.add(touch(1), touch(2), touch(3));
        journal.failingCommits = 3;
        route = (numbers, acknowledgement) -> {
            if (numbers.contains(3L)) {
                journal.failingCommits = 2;
            }
            acknowledgement.done(null);
        };

        delivery.run();

        assertThat(journal.cursor).isEqualTo(4);
        assertThat(deliveries).containsExactly(List.of(1L), List.of(2L), List.of(3L));
        assertThat(delivery.status().failures()).isEqualTo(5);
        assertThat(delivery.status().delivered()).isEqualTo(3);
        assertThat(lines.messages())
                .containsExactly(
                        "subscriber files cannot write its cursor, trying again: java.io.IOException: No space left on"
                                + " device",
                        "subscriber files cannot write its cursor, trying again: java.io.IOException: No space left on"
                                + " device");
    }

    @Test
    void whatWasReadWhileItStoppedIsLeftInTheJournal() {
        journal.add(touch(1));
        delivery.stop();

        delivery.run();

        assertThat(deliveries).isEmpty();
        assertThat(journal.next).isZero();
    }

    @Test
    void endsWhereItsThreadIsInterruptedAndKeepsTheInterrupt() {
        delivery = delivery(1, 1, 1);
        journal.add(touch(1), touch(2));
        route = (numbers, acknowledgement) -> Thread.currentThread().interrupt();

        delivery.run();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(deliveries).containsExactly(List.of(1L));
    }

    // Ends of deliveries.

    @Test
    void theFirstEndOfADeliveryCounts() {
        journal.add(touch(1));
        route = (numbers, acknowledgement) -> {
            acknowledgement.done(null);
            acknowledgement.done(new IOException("refused"));
        };

        delivery.run();

        assertThat(journal.cursor).isEqualTo(2);
        assertThat(delivery.status().failures()).isZero();
        assertThat(delivery.status().delivered()).isEqualTo(1);
    }

    @Test
    void aDeliveryThatFailsAfterAllItsPartsWentThroughIsNoFailure() {
        journal.add(touch(1), touch(2));
        route = (numbers, acknowledgement) -> {
            acknowledgement.partDone(0, null);
            acknowledgement.partDone(1, null);
            acknowledgement.done(new IOException("the step behind the split failed"));
        };

        delivery.run();

        assertThat(deliveries).hasSize(1);
        assertThat(journal.cursor).isEqualTo(3);
        assertThat(delivery.status().failures()).isZero();
        assertThat(lines.messages()).isEmpty();
    }

    @Test
    void whatIsOnItsWayMayEndAfterTheStop() {
        journal.add(touch(1), touch(2));
        route = this::hold;
        delivery.run();
        assertThat(delivery.status().inFlight()).isEqualTo(2);
        assertThat(delivery.status().lag()).isEqualTo(2);

        open.get(0).done(null);

        assertThat(journal.cursor).isEqualTo(3);
        assertThat(delivery.status().inFlight()).isZero();
        assertThat(delivery.status().subscriber()).isEqualTo("files");
    }

    @Test
    void waitsForWhatIsOnItsWayAndNotLongerThanAllowed() throws InterruptedException {
        journal.add(touch(1));
        route = this::hold;
        assertThat(delivery.awaitIdle(Duration.ZERO)).isTrue();
        delivery.run();
        assertThat(delivery.awaitIdle(Duration.ZERO)).isFalse();
        assertThat(delivery.awaitIdle(Duration.ofMillis(1))).isFalse();

        Thread ends = new Thread(() -> open.get(0).done(null));
        ends.start();

        assertThat(delivery.awaitIdle(Duration.ofSeconds(20))).isTrue();
        assertThat(journal.cursor).isEqualTo(2);
        ends.join();
    }

    @Test
    void keepsProgressOnlyOfWhatIsKnownToBeDelivered() {
        journal.add(touch(1), touch(2), touch(3));
        route = this::hold;
        delivery.run();

        delivery.keepProgress();
        assertThat(journal.cursor).isEqualTo(1);
        open.get(0).partDone(0, null);
        open.get(0).partDone(1, new IOException("refused"));
        delivery.keepProgress();

        assertThat(journal.cursor).isEqualTo(2);
        assertThat(delivery.status().delivered()).isEqualTo(1);
    }

    @Test
    void handsOutTheRestWhereTheRouteLeftItInTheMiddle() {
        journal.add(touch(1), touch(2));
        route = (numbers, acknowledgement) -> {
            acknowledgement.partDone(0, null);
            acknowledgement.done(null);
        };

        delivery.run();

        assertThat(deliveries).containsExactly(List.of(1L, 2L), List.of(2L));
        assertThat(delivery.status().failures()).isZero();
    }

    @Test
    void noCallKeepsOthersOut() throws Exception {
        journal.add(touch(1));
        journal.failingPolls = 1;
        route = this::hold;
        delivery.run();
        delivery.keepProgress();
        delivery.tellOverdue();
        delivery.awaitIdle(Duration.ZERO);
        open.get(0).done(null);
        delivery.stop();

        DeliveryStatus status = CompletableFuture.supplyAsync(delivery::status).get(60, TimeUnit.SECONDS);

        assertThat(status.inFlight()).isZero();
    }

    // What is logged.

    @Test
    void tellsOfTheFailureAndOfTheRecovery() {
        journal.add(touch(1));
        route = (numbers, acknowledgement) -> {
            boolean away = deliveries.size() < 3;
            clock.advance(Duration.ofSeconds(5));
            acknowledgement.done(away ? new IOException("no route to host") : null);
        };

        delivery.run();

        assertThat(lines.messages())
                .containsExactly(
                        "subscriber files: delivery of 1 event from number 1 failed, to be delivered again:"
                                + " IOException: no route to host",
                        "subscriber files: delivers again after 10 s and 2 failed attempts");
    }

    @Test
    void saysOfARefusalThatItIsLookedFor() {
        journal.add(touch(1), touch(2));
        route = this::refuseTheSecond;

        delivery.run();

        assertThat(rejected).containsExactly("e2: IllegalArgumentException: too large");
        assertThat(delivery.status().failures())
                .as("beside the other, and alone")
                .isEqualTo(2);
        assertThat(delivery.status().lastFailure()).as("the sink is well").isNull();
        assertThat(lines.messages())
                .first()
                .asString()
                .contains("delivery of 1 event from number 2 failed, the refused events are searched for:");
        assertThat(lines.messages())
                .contains("subscriber files: event e2 goes to the reject file: IllegalArgumentException: too large");
        assertThat(lines.messages()).last().asString().contains("delivers again after");
    }

    @Test
    void whatTheStopCutsShortIsNoNews() {
        journal.add(touch(1));
        route = this::hold;
        delivery.run();

        open.get(0).done(new IOException("the route stops"));

        assertThat(lines.messages()).isEmpty();
        assertThat(delivery.status().failures()).isEqualTo(1);
        assertThat(journal.cursor).isEqualTo(1);
    }

    @Test
    void aPingThatWentThroughIsNoRecovery() {
        delivery = delivery(2, 2, 1);
        journal.add(touch(1), ping(2));
        route = this::hold;
        delivery.run();
        open.get(0).done(new IOException("refused"));

        open.get(1).done(null);
        assertThat(delivery.status().lastFailure()).isEqualTo("IOException: refused");
    }

    @Test
    void anEventThatWentThroughIsARecovery() {
        delivery = delivery(2, 2, 1);
        journal.add(touch(1), touch(2));
        route = this::hold;
        delivery.run();
        open.get(0).done(new IOException("refused"));

        open.get(1).done(null);
        assertThat(delivery.status().lastFailure()).isNull();
    }

    @Test
    void aPingThatFailedBeforeAndNowWentThroughIsARecovery() {
        journal.add(ping(1));
        route = (numbers, acknowledgement) ->
                acknowledgement.done(deliveries.size() == 1 ? new IOException("refused") : null);

        delivery.run();

        assertThat(delivery.status().lastFailure()).isNull();
        assertThat(lines.messages()).last().asString().contains("delivers again");
    }

    @Test
    void aBatchOfWhichSomeWentThroughFailsAnewEachTime() {
        journal.add(touch(1), touch(2), touch(3));
        route = (numbers, acknowledgement) -> {
            clock.advance(Duration.ofSeconds(1));
            if (deliveries.size() <= 3) {
                boolean progress = deliveries.size() == 3;
                acknowledgement.partDone(0, progress ? null : new IOException("busy"));
                acknowledgement.done(new IOException("busy"));
            } else {
                delivery.stop();
                acknowledgement.done(new IOException("busy"));
            }
        };

        delivery.run();

        assertThat(delivery.status().failures()).isEqualTo(4);
        assertThat(delivery.status().failedInARow())
                .as("the third delivered something")
                .isEqualTo(2);
        assertThat(delivery.status().failingSince()).isEqualTo(NOON.plusSeconds(3));
    }

    @Test
    void aSinkThatNamesWhatItRefusesIsWell() {
        journal.add(touch(1), touch(2));
        route = (numbers, acknowledgement) ->
                acknowledgement.done(new PartlyRefused(Map.of("e1", new IllegalArgumentException("too old"))));

        delivery.run();

        assertThat(rejected).containsExactly("e1: IllegalArgumentException: too old");
        assertThat(delivery.status().refused().count()).isEqualTo(1);
        assertThat(delivery.status().delivered()).isEqualTo(1);
        assertThat(delivery.status().lastFailure()).isNull();
    }

    /** Names all these as refused. */
    private static PartlyRefused refusedAre(List<Long> numbers) {
        return new PartlyRefused(numbers.stream()
                .collect(Collectors.toMap(number -> "e" + number, number -> new IllegalArgumentException("bad"))));
    }

    @Test
    void aSinkThatNamesEverythingAsRefusedMayBeWrongItselfSoAllWaitsUntilItTakesSomething() {
        for (long number = 1; number <= 30; number++) {
            journal.add(touch(number));
        }
        Duration delay = Duration.ofMillis(2);
        AtomicLong looks = new AtomicLong();
        // Each look at the time makes it pass, so that others come between a suspect's attempts.
        delivery = delivery(new DeliverySettings(10, 1, delay, delay, 1), () -> looks.incrementAndGet() * 250_000);
        route = (numbers, acknowledgement) -> {
            boolean repaired = deliveries.size() > 20;
            if (!repaired) {
                assertThat(rejected).isEmpty();
                assertThat(journal.cursor).isEqualTo(1);
                assertThat(journal.next).as("no more is taken").isLessThanOrEqualTo(20);
            }
            if (deliveries.size() > 1 && !repaired) {
                assertThat(delivery.status().lastFailure()).isEqualTo("IllegalArgumentException: bad");
            }
            acknowledgement.done(repaired && numbers.get(0) > 10 ? null : refusedAre(numbers));
        };

        delivery.run();

        assertThat(rejected).hasSize(10).allMatch(line -> line.matches("e([1-9]|10): .*"));
        assertThat(journal.cursor).isEqualTo(31);
        assertThat(delivery.status().delivered()).isEqualTo(20);
        assertThat(delivery.status().lastFailure()).isNull();
    }

    @Test
    void aPingBesideWhatIsRefusedIsNoProofThatTheSinkIsWell() {
        journal.add(ping(1), touch(2));
        route = (numbers, acknowledgement) -> {
            if (deliveries.size() == 5) {
                delivery.stop();
            }
            acknowledgement.done(refusedAre(List.of(2L)));
        };

        delivery.run();

        assertThat(rejected).isEmpty();
        assertThat(journal.cursor).isEqualTo(2);
        assertThat(delivery.status().lastFailure()).isEqualTo("IllegalArgumentException: bad");
    }

    // A reject file that takes nothing.

    /** Takes nothing so many times. */
    private BatchDelivery.RejectedEvents fullFor(int times) {
        List<Long> cursors = new ArrayList<>();
        return reasons -> {
            cursors.add(journal.cursor);
            if (cursors.size() <= times) {
                assertThat(journal.cursor).as("it is in no file yet").isLessThan(3);
                assertThat(delivery.status().refused().count()).isZero();
                throw new IOException("No space left on device");
            }
            reasons.keySet().forEach(record -> rejected.add(record.event().eventId()));
        };
    }

    @Test
    void anEventThatTheRejectFileDoesNotTakeIsNotPassedUntilItDoes() {
        journal.add(touch(1), touch(2));
        rejects = fullFor(2);
        List<String> told = new ArrayList<>();
        route = (numbers, acknowledgement) -> {
            told.add(String.valueOf(delivery.status().lastFailure()));
            refuseTheSecond(numbers, acknowledgement);
        };

        delivery.run();

        assertThat(rejected).containsExactly("e2");
        assertThat(deliveries).containsExactly(List.of(1L, 2L), List.of(2L), List.of(2L), List.of(2L));
        assertThat(journal.cursor).isEqualTo(3);
        assertThat(told.subList(2, 4))
                .containsOnly("the reject file does not take what is refused: No space left on device"
                        + " (refused, because: IllegalArgumentException: too large)");
        assertThat(delivery.status().lastFailure()).isNull();
        assertThat(delivery.status().refused().count()).isEqualTo(1);
        assertThat(delivery.status().delivered()).isEqualTo(1);
        assertThat(lines.messages())
                .filteredOn(line -> line.contains("the reject file does not take"))
                .hasSize(1);
    }

    @Test
    void ofABatchOnlyWhatTheRejectFileDoesNotTakeIsHandedOutAgain() {
        journal.add(touch(1), touch(2));
        rejects = fullFor(2);
        route = (numbers, acknowledgement) ->
                acknowledgement.done(new PartlyRefused(Map.of("e2", new IllegalArgumentException("too old"))));

        delivery.run();

        assertThat(rejected).containsExactly("e2");
        assertThat(deliveries).containsExactly(List.of(1L, 2L), List.of(2L), List.of(2L));
        assertThat(journal.cursor).isEqualTo(3);
        assertThat(delivery.status().refused().count()).isEqualTo(1);
        assertThat(delivery.status().delivered()).isEqualTo(1);
    }

    // Overdue deliveries.

    @Test
    void namesWhatHasGivenNoSignOfLifeForLongest() {
        delivery = delivery(2, 2, 1);
        journal.add(touch(1), touch(2));
        route = (numbers, acknowledgement) -> {
            acknowledgement.isSeenBy(() -> "step " + numbers.get(0));
            hold(numbers, acknowledgement);
            clock.advance(Duration.ofSeconds(10));
        };
        delivery.run();
        clock.advance(Duration.ofMinutes(5));

        assertThat(delivery.status().overdue()).isEqualTo(new Overdue(NOON, Duration.ZERO, "step 1"));
        open.get(0).partDone(0, null);
        assertThat(delivery.status().overdue()).isEqualTo(new Overdue(NOON.plusSeconds(10), Duration.ZERO, "step 2"));
        open.get(1).partDone(0, null);
        assertThat(delivery.status().overdue()).isNull();
    }

    @Test
    void comparesWithHowLongABatchUsuallyTakes() {
        delivery = delivery(1, 1, 1);
        journal.add(touch(1), touch(2));
        route = (numbers, acknowledgement) -> {
            if (numbers.contains(1L)) {
                clock.advance(Duration.ofSeconds(20));
                acknowledgement.done(null);
            } else {
                open.add(acknowledgement);
                delivery.stop();
            }
        };
        delivery.run();

        clock.advance(Duration.ofSeconds(199));
        assertThat(delivery.status().overdue()).isNull();
        clock.advance(Duration.ofSeconds(1));
        assertThat(delivery.status().overdue())
                .isEqualTo(new Overdue(NOON.plusSeconds(20), Duration.ofSeconds(20), "the route"));
    }

    @Test
    void askingForTheStatusAsksTheRouteForEndsThatItDoesNotTellByItself() {
        journal.add(touch(1), touch(2));
        route = this::hold;
        delivery.run();
        open.get(0).isSeenBy(new BatchDelivery.View() {
            @Override
            public String step() {
                return "http://sink";
            }

            @Override
            public void tellEnds() {
                open.get(0).partDone(0, null);
            }
        });
        clock.advance(Duration.ofMinutes(2));

        assertThat(delivery.status().overdue()).as("a part ends now").isNull();
        clock.advance(Duration.ofMinutes(2));
        assertThat(delivery.status().overdue()).as("the same part is no news").isNotNull();
    }

    @Test
    void tellsInTheLogOfWhatTakesTooLongUnlessTheRouteStops() {
        delivery = delivery(1, 1, 1);
        journal.add(touch(1));
        route = (numbers, acknowledgement) -> {
            open.add(acknowledgement);
            clock.advance(Duration.ofMinutes(2));
            delivery.tellOverdue();
            delivery.tellOverdue();
            delivery.stop();
            delivery.tellOverdue();
        };

        delivery.run();

        assertThat(lines.messages())
                .containsExactly(
                        "subscriber files: waits for 2 min in the route; it is waited for without limit",
                        "subscriber files: goes on after 2 min");
    }

    // A stop in the middle of a step.

    @Test
    void whoStopsWaitsForWhatIsAboutToBeHandedOut() throws Exception {
        journal.add(touch(1));
        CompletableFuture<Boolean> idle = new CompletableFuture<>();
        Thread stops = new Thread(() -> {
            delivery.stop();
            try {
                idle.complete(delivery.awaitIdle(Duration.ofMinutes(1)));
            } catch (InterruptedException e) {
                idle.completeExceptionally(e);
            }
        });
        Ticker stopsAsItMeasures = () -> {
            if (journal.next == 1 && stops.getState() == Thread.State.NEW) {
                stops.start();
                awaitEndOrWait(stops);
            }
            return clock.nanos();
        };
        delivery = delivery(new DeliverySettings(1, 1, Duration.ZERO, Duration.ZERO, 1), stopsAsItMeasures);
        route = (numbers, acknowledgement) -> {
            assertThat(idle).as("nothing is handed out after the wait").isNotDone();
            acknowledgement.done(null);
        };

        delivery.run();

        assertThat(idle.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(deliveries).containsExactly(List.of(1L));
        assertThat(journal.cursor).isEqualTo(2);
    }

    /** Until a thread has ended, or waits for a lock. */
    private static void awaitEndOrWait(Thread thread) {
        await().atMost(Duration.ofMinutes(1)).until(() -> switch (thread.getState()) {
            case WAITING, TIMED_WAITING, BLOCKED, TERMINATED -> true;
            default -> false;
        });
    }

    // A clock that is corrected.

    @Test
    void aRedeliveryFollowsAfterItsDelayAlthoughTheClockWasSetBackByADay() {
        delivery = delivery(new DeliverySettings(1, 1, Duration.ofSeconds(10), Duration.ofSeconds(10), 3));
        journal.add(touch(1));
        route = (numbers, acknowledgement) -> {
            if (deliveries.size() > 1) {
                acknowledgement.done(null);
                return;
            }
            acknowledgement.done(new IOException("no route to host"));
            clock.set(NOON.minus(Duration.ofDays(1)));
            assertThat(delivery.status().failingSince()).isEqualTo(NOON.minus(Duration.ofDays(1)));
            clock.advance(Duration.ofSeconds(10));
            assertThat(delivery.status().failingSince())
                    .as("ten seconds ago by the clock of now")
                    .isEqualTo(clock.instant().minusSeconds(10));
        };

        delivery.run();

        assertThat(deliveries).containsExactly(List.of(1L), List.of(1L));
        assertThat(lines.messages())
                .last()
                .isEqualTo("subscriber files: delivers again after 10 s and 1 failed attempt");
    }

    @Test
    void noticesABatchThatTakesTooLongAlthoughTheClockWasSetBackByADay() {
        delivery = delivery(1, 1, 1);
        journal.add(touch(1));
        route = this::hold;
        delivery.run();

        clock.set(NOON.minus(Duration.ofDays(1)));
        clock.advance(Duration.ofSeconds(59));
        assertThat(delivery.status().overdue()).isNull();
        clock.advance(Duration.ofSeconds(1));

        assertThat(delivery.status().overdue())
                .isEqualTo(new Overdue(NOON.minus(Duration.ofDays(1)), Duration.ZERO, "the route"));
    }

    @Test
    void aClockThatIsSetForwardMakesNoBatchOverdue() {
        delivery = delivery(1, 1, 1);
        journal.add(touch(1));
        route = this::hold;
        delivery.run();

        clock.set(NOON.plus(Duration.ofDays(1)));

        assertThat(delivery.status().overdue()).isNull();
    }

    // Errors in the router.

    @Test
    void anErrorOfTheRouteCountsAndTheNextRunHandsTheSameOutAgain() {
        journal.add(touch(1));
        route = (numbers, acknowledgement) -> {
            if (deliveries.size() == 1) {
                throw new OutOfMemoryError("injected");
            }
            acknowledgement.done(null);
        };

        assertThatThrownBy(delivery::run).isInstanceOf(OutOfMemoryError.class);
        assertThat(delivery.status().lastFailure()).isEqualTo("OutOfMemoryError: injected");
        assertThat(delivery.status().failures())
                .as("the delivery, and the thread")
                .isEqualTo(2);
        delivery.run();

        assertThat(deliveries).containsExactly(List.of(1L), List.of(1L));
        assertThat(journal.cursor).isEqualTo(2);
    }

    @Test
    void anEventThatCouldNotBeSetAsideIsNotPassed() {
        journal.add(touch(1), touch(2));
        rejects = reasons -> {
            if (deliveries.size() < 3) {
                throw new OutOfMemoryError("injected");
            }
            reasons.keySet().forEach(record -> rejected.add(record.event().eventId()));
        };
        route = this::refuseTheSecond;

        assertThatThrownBy(delivery::run).isInstanceOf(OutOfMemoryError.class);
        assertThat(journal.cursor).as("it is in no file yet").isEqualTo(2);
        delivery.run();

        assertThat(rejected).containsExactly("e2");
        assertThat(deliveries).containsExactly(List.of(1L, 2L), List.of(2L), List.of(2L));
        assertThat(journal.cursor).isEqualTo(3);
    }

    @Test
    void anErrorOnAThreadOfTheRouteLeavesNothingThatNobodyEnds() {
        journal.add(touch(1), touch(2));
        rejects = reasons -> {
            if (rejected.isEmpty()) {
                rejected.add("tried");
                throw new OutOfMemoryError("injected");
            }
            reasons.keySet().forEach(record -> rejected.add(record.event().eventId()));
        };
        PartlyRefused refusal = new PartlyRefused(Map.of("e1", new IllegalArgumentException("bad")));
        route = (numbers, acknowledgement) -> {
            if (deliveries.size() == 1) {
                assertThatThrownBy(() -> acknowledgement.done(refusal)).isInstanceOf(OutOfMemoryError.class);
            } else {
                acknowledgement.done(refusal);
            }
        };

        delivery.run();

        assertThat(deliveries).containsExactly(List.of(1L, 2L), List.of(1L, 2L));
        assertThat(rejected).containsExactly("tried", "e1");
        assertThat(journal.cursor).isEqualTo(3);
    }
}
