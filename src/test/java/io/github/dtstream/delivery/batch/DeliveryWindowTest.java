package io.github.dtstream.delivery.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.delivery.DeliveryFault;
import io.github.dtstream.delivery.batch.DeliveryWindow.Attempt;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The window with random results, in its own order and time: nothing here depends on threads. */
final class DeliveryWindowTest {
    private static final int EVENTS = 400;
    /** Many more than a run needs. */
    private static final int STEPS = 100_000;

    static List<Integer> seeds() {
        return new Random(20_260_101).ints(300).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void neverLetsACrashRepeatMoreThanABatchAndNeverStandsStill(int seed) {
        Trial trial = new Trial(new Random(seed));
        for (int step = 0; step < STEPS && trial.cursor <= EVENTS; step++) {
            trial.step();
            assertThat(trial.toBeRepeated())
                    .as("seed %d, step %d: what a crash would repeat now", seed, step)
                    .isLessThanOrEqualTo(trial.settings.maxBatchSize());
        }

        assertThat(trial.cursor).as("seed %d: the cursor", seed).isGreaterThan(EVENTS);
        assertThat(trial.givenUp).as("seed %d: given up", seed).isSubsetOf(trial.refused);
        assertThat(trial.delivered).as("seed %d: delivered", seed).noneMatch(trial.givenUp::contains);
        assertThat(LongStream.range(1, trial.cursor))
                .as("seed %d: delivered or given up", seed)
                .allMatch(number -> trial.delivered.contains(number) || trial.givenUp.contains(number));
    }

    @Test
    void theWaitGrowsWithTheFailuresOfOneEventAndNotOfItsBatch() {
        DeliveryWindow window =
                new DeliveryWindow(new DeliverySettings(3, 1, Duration.ofSeconds(1), Duration.ofSeconds(60), 3));
        Attempt attempt = window.add(new Batch(
                LongStream.rangeClosed(1, 3).mapToObj(DeliveryWindowTest::touch).toList(), new Position(4, 1, 300)));

        assertThat(waitAfter(window, attempt, Set.of(), 1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitAfter(window, attempt, Set.of(), 1)).isEqualTo(Duration.ofSeconds(2));
        assertThat(waitAfter(window, attempt, Set.of(1L), 2)).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitAfter(window, attempt, Set.of(2L), 3)).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitAfter(window, attempt, Set.of(), 3)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void theServersWordOnHowLongToWaitWinsOverWhatHasGrown() {
        DeliveryWindow window =
                new DeliveryWindow(new DeliverySettings(1, 1, Duration.ofSeconds(1), Duration.ofSeconds(60), 3));
        Attempt attempt = window.add(new Batch(List.of(touch(1)), new Position(2, 1, 100)));
        for (int i = 0; i < 5; i++) {
            waitAfter(window, attempt, Set.of(), 1);
        }

        assertThat(waitAfter(window, attempt, 1, Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(5));
        assertThat(waitAfter(window, attempt, 1, Duration.ofMinutes(5))).isEqualTo(Duration.ofMinutes(5));
        assertThat(waitAfter(window, attempt, 1, Duration.ofMillis(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(waitAfter(window, attempt, 1, Duration.ZERO)).isEqualTo(Duration.ofSeconds(60));
    }

    private static @Nullable Duration waitAfter(DeliveryWindow window, Attempt attempt, long failed, Duration pause) {
        window.takeDue(Instant.MAX);
        DeliveryFault away = DeliveryFault.UNAVAILABLE;
        window.failed(attempt, new Setback(away, Set.of(), Map.of(failed, away)), pause, Instant.EPOCH);
        return window.untilFailedIsDue(Instant.EPOCH);
    }

    @Test
    void handsOutNoMoreBytesThanABatchMayHaveBeyondOneEvent() {
        DeliveryWindow window =
                new DeliveryWindow(new DeliverySettings(100, 10, 2, Duration.ofSeconds(1), Duration.ofSeconds(60), 3));
        assertThat(window.room()).isEqualTo(new DeliveryWindow.Room(50, 5));

        Attempt first = window.add(new Batch(List.of(touch(1), touch(2), touch(3), touch(4)), new Position(5, 1, 400)));
        assertThat(window.room()).isEqualTo(new DeliveryWindow.Room(50, 2));

        Attempt second = window.add(new Batch(List.of(touch(5)), new Position(6, 1, 500)));
        assertThat(window.room().events()).isZero();

        window.delivered(second);
        window.delivered(first);
        window.passed(new Position(6, 1, 500));
        assertThat(window.room()).isEqualTo(new DeliveryWindow.Room(50, 5));
    }

    private static @Nullable Duration waitAfter(
            DeliveryWindow window, Attempt attempt, Set<Long> delivered, long failed) {
        window.takeDue(Instant.MAX);
        DeliveryFault away = DeliveryFault.UNAVAILABLE;
        window.failed(attempt, new Setback(away, delivered, Map.of(failed, away)), Duration.ZERO, Instant.EPOCH);
        return window.untilFailedIsDue(Instant.EPOCH);
    }

    private static JournalRecord touch(long number) {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        Event event = new Event("e" + number, "touch", "p", "d", "2026-01-01T00:00:00Z", json, 0, 2);
        return new JournalRecord(number, Instant.EPOCH, Source.LIVE, event);
    }

    /**
     * A stream with pings, events that are always refused, a sink that is unreachable at times, and acknowledgements in
     * any order.
     */
    private static final class Trial {
        private final Random random;
        private final DeliverySettings settings;
        private final DeliveryWindow window;
        private final List<Attempt> open = new ArrayList<>();
        private final Set<Long> refused = new HashSet<>();
        private final Set<Long> pings = new HashSet<>();
        /** Events that may be in the sink: handed out, and not refused alone since. */
        private final Set<Long> mayBeThere = new HashSet<>();

        private final Set<Long> delivered = new HashSet<>();
        private final Set<Long> givenUp = new HashSet<>();
        private Instant now = Instant.EPOCH;
        private long next = 1;
        private long cursor = 1;

        Trial(Random random) {
            this.random = random;
            int maxBatchSize = 1 + random.nextInt(20);
            int exchanges = 1 + random.nextInt(maxBatchSize);
            this.settings = new DeliverySettings(
                    maxBatchSize, exchanges, Duration.ofMillis(10), Duration.ofMillis(100), 1 + random.nextInt(3));
            this.window = new DeliveryWindow(settings);
            double badShare = random.nextInt(3) * 0.1;
            double pingShare = random.nextInt(3) * 0.2;
            for (long number = 1; number <= EVENTS; number++) {
                if (random.nextDouble() < badShare) {
                    refused.add(number);
                } else if (random.nextDouble() < pingShare) {
                    pings.add(number);
                }
            }
        }

        void step() {
            now = now.plusMillis(random.nextInt(10));
            if (!open.isEmpty() && random.nextInt(3) > 0) {
                end(open.remove(random.nextInt(open.size())));
                return;
            }
            Attempt again = window.takeDue(now);
            if (again != null) {
                handOut(again);
            } else if (window.untilFailedIsDue(now) == null && window.room().events() > 0) {
                handOut(window.add(batch(window.room().events())));
            }
        }

        private Batch batch(int room) {
            assertThat(room).isLessThanOrEqualTo(settings.exchangeSize());
            List<JournalRecord> records = new ArrayList<>();
            int size = 1 + random.nextInt(room);
            for (int i = 0; i < size; i++, next++) {
                records.add(new JournalRecord(next, Instant.EPOCH, Source.LIVE, event(next)));
            }
            return new Batch(records, new Position(next, 1, 0));
        }

        private Event event(long number) {
            byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
            String type = pings.contains(number) ? "ping" : "touch";
            return new Event("e" + number, type, "p", "d", "2026-01-01T00:00:00Z", json, 0, 2);
        }

        private void handOut(Attempt attempt) {
            List<Long> numbers = numbers(attempt);
            if (numbers.size() > 1 || !refused.contains(numbers.get(0))) {
                mayBeThere.addAll(numbers);
            }
            open.add(attempt);
        }

        private void end(Attempt attempt) {
            List<Long> numbers = numbers(attempt);
            if (random.nextInt(10) == 0) {
                window.failed(attempt, Setback.of(DeliveryFault.UNAVAILABLE), Duration.ZERO, now);
            } else if (numbers.size() > 1 && random.nextInt(2) == 0) {
                endInParts(attempt, numbers);
            } else if (numbers.stream().noneMatch(refused::contains)) {
                window.delivered(attempt);
                delivered.addAll(numbers);
            } else {
                if (numbers.size() == 1) {
                    mayBeThere.removeAll(numbers);
                }
                if (window.givesUp(attempt, Setback.of(DeliveryFault.REFUSAL))) {
                    window.givenUp(attempt);
                    givenUp.addAll(numbers);
                } else {
                    window.failed(attempt, Setback.of(DeliveryFault.REFUSAL), Duration.ZERO, now);
                }
            }
            Position reached = window.reached();
            if (reached != null) {
                window.passed(reached);
                cursor = reached.sequence();
            }
        }

        /** Each event ends separately, or does not end if the route stopped before it. */
        private void endInParts(Attempt attempt, List<Long> numbers) {
            Set<Long> through = new HashSet<>();
            Map<Long, DeliveryFault> failed = new HashMap<>();
            for (long number : numbers) {
                if (refused.contains(number)) {
                    failed.put(number, DeliveryFault.REFUSAL);
                    mayBeThere.remove(number);
                } else if (random.nextInt(5) == 0) {
                    failed.put(number, DeliveryFault.UNAVAILABLE);
                } else if (random.nextInt(5) > 0) {
                    through.add(number);
                }
            }
            delivered.addAll(through);
            if (failed.isEmpty()) {
                window.partlyDelivered(attempt, through);
            } else {
                DeliveryFault fault = failed.values().iterator().next();
                window.failed(attempt, new Setback(fault, through, failed), Duration.ZERO, now);
            }
        }

        /** Without pings, as routes leave them out. */
        long toBeRepeated() {
            return mayBeThere.stream()
                    .filter(number -> number >= cursor && !pings.contains(number))
                    .count();
        }

        private static List<Long> numbers(Attempt attempt) {
            return attempt.records().stream().map(JournalRecord::sequence).toList();
        }
    }
}
