package io.github.dtstream.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The guarantees of {@link Journal} for every implementation: the test of each extends this. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
public abstract class JournalContract {
    protected static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");
    private static final Duration LONG = Duration.ofMinutes(1);

    /** The tail is so small that a slow subscriber reads records from where the journal keeps them. */
    private static final JournalSettings SMALL_TAIL =
            new JournalSettings(1 << 20, Duration.ofDays(7), 1 << 30, 10_000, 1 << 20, 4 << 10);

    private static final JournalSettings USUAL =
            new JournalSettings(1 << 20, Duration.ofDays(7), 1 << 30, 10_000, 1 << 20, 1 << 20);

    /** Opens the journal of this test: always the same one, which is empty at first. */
    protected abstract Journal open(JournalSettings settings) throws Exception;

    private Journal open() throws Exception {
        return open(USUAL);
    }

    /** An event of one of five devices, with its own millisecond. */
    private static Event event(int number) {
        return Events.ofDevice("event" + number, "d" + number % 5, NOON.plusMillis(number));
    }

    private static void append(Journal journal, int from, int to) throws InterruptedException {
        for (int number = from; number <= to; number++) {
            journal.append(event(number), Source.LIVE, NOON.plusMillis(number));
        }
        journal.flush();
    }

    private static List<JournalRecord> take(Subscription subscription, int count) throws Exception {
        List<JournalRecord> taken = new ArrayList<>();
        while (taken.size() < count) {
            Batch batch = subscription.poll(count - taken.size(), LONG);
            assertThat(batch.isEmpty()).as("nothing came behind %s", taken).isFalse();
            taken.addAll(batch.records());
        }
        return taken;
    }

    private static List<String> ids(List<JournalRecord> records) {
        return records.stream().map(record -> record.event().eventId()).toList();
    }

    private static List<Long> numbers(List<JournalRecord> records) {
        return records.stream().map(JournalRecord::sequence).toList();
    }

    private static List<String> ids(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(number -> "event" + number)
                .toList();
    }

    private static List<Long> numbers(int from, int to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static List<String> scanned(Journal journal, Instant from) throws Exception {
        List<String> ids = new ArrayList<>();
        journal.scan(from, record -> ids.add(record.event().eventId()));
        return ids;
    }

    @Test
    void handsOutWhatWasAppendedAsItWas() throws Exception {
        try (Journal journal = open();
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            Event pushed = event(1);
            journal.append(pushed, Source.PUSH, NOON);
            journal.append(event(2), Source.HISTORY, NOON.plusSeconds(1));
            journal.flush();

            List<JournalRecord> records = take(subscription, 2);

            assertThat(ids(records)).containsExactly("event1", "event2");
            assertThat(numbers(records)).containsExactly(1L, 2L);
            assertThat(records).extracting(JournalRecord::source).containsExactly(Source.PUSH, Source.HISTORY);
            assertThat(records).extracting(JournalRecord::received).containsExactly(NOON, NOON.plusSeconds(1));
            assertThat(records.get(0).event().json()).isEqualTo(pushed.json());
        }
    }

    @Test
    void handsOutInOneOrderWithNumbersWithoutHolesWhatHasLeftMemory() throws Exception {
        try (Journal journal = open(SMALL_TAIL);
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 1, 300);

            List<JournalRecord> records = take(subscription, 300);

            assertThat(ids(records)).isEqualTo(ids(1, 300));
            assertThat(numbers(records)).isEqualTo(numbers(1, 300));
            assertThat(records.get(299).event().deviceId()).isEqualTo("d0");
            assertThat(records.get(299).received()).isEqualTo(NOON.plusMillis(300));
        }
    }

    @Test
    void goesOnWithNumbersAndCursorsAfterReopening() throws Exception {
        try (Journal journal = open();
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 1, 10);
            Batch first = subscription.poll(3, LONG);
            take(subscription, 3);
            subscription.commit(first.end());
        }
        try (Journal journal = open();
                Subscription subscription = journal.subscribe("files", Journal.Start.END)) {
            append(journal, 11, 12);

            assertThat(subscription.lag()).isEqualTo(9);
            List<JournalRecord> rest = take(subscription, 9);
            assertThat(ids(rest)).isEqualTo(ids(4, 12));
            assertThat(numbers(rest)).isEqualTo(numbers(4, 12));
        }
    }

    @Test
    void movesACursorToAnyRecordAndNeverBack() throws Exception {
        try (Journal journal = open()) {
            append(journal, 1, 10);
            try (Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
                Batch first = subscription.poll(2, LONG);
                List<JournalRecord> more = take(subscription, 5);
                subscription.commit(Position.before(more.get(3).sequence()));
                subscription.commit(first.end());
                assertThat(subscription.lag()).isEqualTo(5);
            }
            try (Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
                assertThat(ids(take(subscription, 2))).containsExactly("event6", "event7");
            }
        }
    }

    @Test
    void refusesKnownEventsAlsoAfterReopening() throws Exception {
        List<Integer> known = new ArrayList<>();
        try (Journal journal = open()) {
            append(journal, 1, 3);
            assertThat(journal.append(List.of(event(4), event(2), event(4)), Source.LIVE, NOON, known::add))
                    .isEqualTo(1);
        }
        try (Journal journal = open()) {
            assertThat(journal.append(event(3), Source.HISTORY, NOON)).isFalse();
            assertThat(journal.append(event(5), Source.HISTORY, NOON)).isTrue();
            journal.flush();

            assertThat(known).containsExactly(1, 2);
            assertThat(scanned(journal, Instant.EPOCH)).isEqualTo(ids(1, 5));
            assertThat(journal.status().duplicates()).isEqualTo(1);
            assertThat(journal.remembered()).isPositive();
        }
    }

    @Test
    void beginsAtTheEndForWhoWantsOnlyWhatComes() throws Exception {
        try (Journal journal = open()) {
            append(journal, 1, 5);
            try (Subscription subscription = journal.subscribe("files", Journal.Start.END)) {
                append(journal, 6, 7);
                assertThat(ids(take(subscription, 2))).containsExactly("event6", "event7");
            }
            try (Subscription subscription = journal.subscribe("files", Journal.Start.END)) {
                assertThat(ids(take(subscription, 2))).containsExactly("event6", "event7");
            }
        }
    }

    @Test
    void keepsTheCursorOfOneThatHasNotCommittedAnythingAlsoAfterReopening() throws Exception {
        try (Journal journal = open()) {
            append(journal, 1, 5);
            journal.subscribe("files", Journal.Start.END).close();
            append(journal, 6, 6);
        }
        try (Journal journal = open();
                Subscription subscription = journal.subscribe("files", Journal.Start.END)) {
            assertThat(ids(take(subscription, 1))).containsExactly("event6");
        }
    }

    @Test
    void readsOnFromANumberWithoutACursor() throws Exception {
        try (Journal journal = open(SMALL_TAIL);
                Subscription follower = journal.follow(95)) {
            append(journal, 1, 100);

            assertThat(numbers(take(follower, 6))).isEqualTo(numbers(95, 100));
            append(journal, 101, 101);
            assertThat(numbers(take(follower, 1))).containsExactly(101L);
            assertThat(journal.status().subscribers()).isEmpty();
            try (Subscription later = journal.follow(3)) {
                assertThat(numbers(take(later, 99))).isEqualTo(numbers(3, 101));
            }
        }
    }

    @Test
    void readsOnFromWhatWasReceivedAtATime() throws Exception {
        try (Journal journal = open()) {
            append(journal, 1, 50);
            append(journal, 51, 100);
        }
        try (Journal journal = open();
                Subscription reader = journal.read(NOON.plusMillis(20))) {
            assertThat(reader.lag()).isEqualTo(81);
            assertThat(ids(take(reader, 81))).isEqualTo(ids(20, 100));
            assertThat(scanned(journal, NOON.plusMillis(90))).isEqualTo(ids(90, 100));
            assertThat(scanned(journal, NOON.plusSeconds(90))).isEmpty();
        }
    }

    @Test
    void knowsUntilWhenItWasLiveAndWhenItReceivedLast() throws Exception {
        try (Journal journal = open()) {
            assertThat(journal.lastLive()).isEmpty();
            append(journal, 1, 3);
            journal.append(event(9), Source.HISTORY, NOON.plusSeconds(9));
        }
        try (Journal journal = open()) {
            assertThat(journal.lastLive()).contains(NOON.plusMillis(3));
            assertThat(journal.status().lastReceived()).isEqualTo(NOON.plusSeconds(9));
            journal.append(event(10), Source.LIVE, NOON);
            journal.flush();
            assertThat(journal.status().lastReceived()).isEqualTo(NOON.plusSeconds(9));
        }
    }

    @Test
    void handsOutRecordsOfOneDayTogether() throws Exception {
        try (Journal journal = open(SMALL_TAIL);
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 1, 30);
            journal.append(event(31), Source.LIVE, NOON.plus(Duration.ofHours(12)));
            journal.flush();
            int taken = 0;
            while (taken < 30) {
                taken += subscription.poll(100, LONG).records().size();
            }

            assertThat(taken).isEqualTo(30);
            assertThat(ids(subscription.poll(100, LONG).records())).containsExactly("event31");
        }
    }

    @Test
    void forgetsASubscriberThatIsNotOpen() throws Exception {
        try (Journal journal = open()) {
            append(journal, 1, 5);
            try (Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
                subscription.commit(subscription.poll(2, LONG).end());
                assertThatThrownBy(() -> journal.subscribe("files", Journal.Start.END))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> journal.removeSubscriber("files")).isInstanceOf(IllegalStateException.class);
                assertThat(journal.status().subscribers()).singleElement().satisfies(one -> {
                    assertThat(one.name()).isEqualTo("files");
                    assertThat(one.cursor()).isEqualTo(3);
                    assertThat(one.lag()).isEqualTo(3);
                    assertThat(one.active()).isTrue();
                });
            }
            assertThat(journal.removeSubscriber("files")).isTrue();
            assertThat(journal.removeSubscriber("files")).isFalse();
        }
        try (Journal journal = open();
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            assertThat(ids(take(subscription, 5))).isEqualTo(ids(1, 5));
        }
    }

    @Test
    void appendsWhatSeveralThreadsBringEachInItsOrderAndOnce() throws Exception {
        try (Journal journal = open(SMALL_TAIL)) {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int of = thread;
                threads.add(CompletableFuture.runAsync(() -> {
                    try {
                        for (int i = 0; i < 200; i++) {
                            String id = "t" + of + "-" + i;
                            journal.append(Events.ofDevice(id, "d" + of, NOON), Source.LIVE, NOON);
                            journal.append(Events.ofDevice("all-" + i, "d9", NOON), Source.LIVE, NOON);
                        }
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            try (Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
                List<JournalRecord> records = take(subscription, 1000);

                assertThat(numbers(records)).isEqualTo(numbers(1, 1000));
                for (int thread = 0; thread < 4; thread++) {
                    String prefix = "t" + thread + "-";
                    assertThat(ids(records).stream().filter(id -> id.startsWith(prefix)))
                            .containsExactlyElementsOf(IntStream.range(0, 200)
                                    .mapToObj(i -> prefix + i)
                                    .toList());
                }
                assertThat(ids(records)).doesNotHaveDuplicates();
            }
            CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void closeWakesWhoWaitsAndEndsAppends() throws Exception {
        Journal journal = open();
        Subscription subscription = journal.subscribe("files", Journal.Start.END);
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return subscription.poll(1, Duration.ofMinutes(5)).isEmpty();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        journal.append(List.of(), Source.LIVE, NOON);

        journal.close();

        assertThat(waiting.get(60, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> journal.append(event(1), Source.LIVE, NOON)).isInstanceOf(IllegalStateException.class);
    }
}
