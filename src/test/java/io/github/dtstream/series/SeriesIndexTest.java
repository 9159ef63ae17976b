package io.github.dtstream.series;

import static io.github.dtstream.series.SeriesTrial.START;
import static io.github.dtstream.series.SeriesTrial.key;
import static io.github.dtstream.series.SeriesTrial.temperature;
import static io.github.dtstream.series.SeriesTrial.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.local.TestJournals;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.storage.CrashTrial;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesIndexTest {
    private static final JournalSettings SETTINGS = TestJournals.smallSegments(1 << 15, 1 << 16);

    @TempDir
    private Path folder;

    /** Values of two devices; a block has some of both. */
    private static List<String> append(SeriesTrial trial, int from, int to) throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = from; i < to; i++) {
            trial.temperature("d1", i * 1000L, i / 4.0);
            trial.temperature("d2", i * 1000L, -i);
            expected.add(i * 1000L + "=" + i / 4.0);
        }
        return expected;
    }

    private List<Path> blocks() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("series"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void everyValueOfTheJournalIsThereByTime() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            List<String> expected = append(trial, 0, 300);
            trial.work();

            assertThat(trial.values(temperature("d1"))).isEqualTo(expected);
            assertThat(trial.values(temperature("d1"), START + 10_000, START + 12_000))
                    .containsExactly("10000=2.5", "11000=2.75");
            assertThat(blocks()).hasSize(9);
        }
    }

    @Test
    void goesOnBehindTheNewestBlockAtAStart() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            List<String> expected = append(trial, 0, 100);
            trial.work();
            List<Path> before = blocks();
            trial.kill();
            assertThat(trial.running().status().lag()).isLessThan(SeriesTrial.BLOCK + 1);
            expected.addAll(append(trial, 100, 200));
            trial.work();

            assertThat(blocks()).startsWith(before.toArray(new Path[0]));
            assertThat(trial.values(temperature("d1"))).isEqualTo(expected);
        }
    }

    @Test
    void knowsTheNewestValuesAfterAStartBeforeItReadsOn() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            append(trial, 0, 96);
            trial.append("x", "touch", "{\"touch\":{}}", 0);
            trial.work();
            trial.kill();

            assertThat(seen(trial, 0))
                    .contains("d1 95000 1", "d1/temperature 95000=23.75", "d2/temperature 95000=-95.0");
        }
    }

    @Test
    void makesAMissingATornAndAForeignBlockAnewFromTheJournal() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            List<String> expected = append(trial, 0, 300);
            trial.work();
            List<Path> before = blocks();
            byte[] third = Files.readAllBytes(before.get(2));
            Files.delete(before.get(1));
            Files.write(before.get(2), Arrays.copyOf(third, third.length - 1));
            byte[] foreign = Files.readAllBytes(before.get(4));
            foreign[3]++;
            Files.write(before.get(4), foreign);
            Files.writeString(folder.resolve("series").resolve("0000000000000065.block.next"), "torn");
            trial.kill();
            assertThat(trial.running().status().missing()).isEqualTo(3 * SeriesTrial.BLOCK);
            trial.work();

            assertThat(trial.values(temperature("d1"))).isEqualTo(expected);
            assertThat(blocks()).isEqualTo(before);
            assertThat(Files.readAllBytes(before.get(2))).isEqualTo(third);
        }
    }

    @Test
    void aBlockThatTheDiskSpoiltIsFoundWhenItIsReadAndMadeAnew() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            List<String> expected = append(trial, 0, 300);
            trial.work();
            Path block = blocks().get(3);
            byte[] good = Files.readAllBytes(block);
            for (int at = 0; at < good.length; at += 5) {
                byte[] bad = good.clone();
                bad[at] ^= 0x10;
                Files.write(block, bad);
                List<String> found = trial.values(temperature("d1"));
                assertThat(expected).as("byte %s: no value is wrong", at).containsAll(found);
                trial.work();
                assertThat(trial.values(temperature("d1"))).as("byte %s", at).isEqualTo(expected);
                Files.write(block, good);
            }
        }
    }

    @Test
    void noCutOfThePowerTakesOrDoublesAValue() throws Exception {
        CrashTrial.atEachOperation(
                folder,
                (own, storage) -> {
                    try (SeriesTrial trial = new SeriesTrial(own, storage, SETTINGS)) {
                        append(trial, 0, 40);
                        trial.work();
                    }
                },
                (own, storage) -> {
                    try (SeriesTrial trial = new SeriesTrial(own, storage, SETTINGS)) {
                        trial.append("x", "touch", "{\"touch\":{}}", 0);
                        trial.work();
                    }
                },
                (own, storage, isDone) -> {
                    try (SeriesTrial trial = new SeriesTrial(own, storage, SETTINGS)) {
                        trial.work();
                        assertThat(trial.values(temperature("d1"))).hasSize(40).doesNotHaveDuplicates();
                    }
                });
    }

    @Test
    void waitsForAFullDiskAndSaysSo() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        try (SeriesTrial trial = new SeriesTrial(folder, storage, SETTINGS)) {
            storage.failOperations(1, 20);
            List<String> expected = append(trial, 0, 100);
            List<@Nullable String> problems = new ArrayList<>();
            storage.watch(
                    (operation, file) -> problems.add(trial.running().status().problem()));
            trial.work();

            assertThat(problems.get(0)).contains("values for graphs cannot be written", "tried again");
            assertThat(trial.running().status().problem()).isNull();
            assertThat(trial.values(temperature("d1"))).isEqualTo(expected);
        }
    }

    @Test
    void deletesTheBlocksOfWhatTheJournalHasNoMore() throws Exception {
        JournalSettings small = new JournalSettings(1 << 13, Duration.ofDays(7), 1 << 15, 1000, 1 << 16, 1 << 12);
        try (SeriesTrial trial = new SeriesTrial(folder, new SystemStorage(), small)) {
            append(trial, 0, 300);
            trial.work();
            trial.time.advance(Duration.ofMinutes(2));
            trial.work();

            long oldest = trial.journal().status().firstSequence();
            assertThat(oldest).isGreaterThan(400);
            assertThat(trial.running().status().blocks()).isBetween(1, (int) ((600 - oldest) / SeriesTrial.BLOCK + 2));
            assertThat(blocks()).hasSize(trial.running().status().blocks());
        }
    }

    @Test
    void beginsAnewWithAnotherJournal() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            append(trial, 0, 200);
            trial.work();
        }
        try (Stream<Path> files = Files.walk(folder.resolve("journal"))) {
            files.filter(Files::isRegularFile).forEach(file -> file.toFile().delete());
        }
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            trial.time.advance(Duration.ofHours(1));
            for (int i = 0; i < 600; i++) {
                trial.temperature("d3", i, i);
            }
            trial.work();
            trial.kill();
            trial.work();

            assertThat(trial.values(temperature("d1"))).isEmpty();
            assertThat(trial.values(temperature("d3"))).hasSize(600);
        }
    }

    @Test
    void keepsItsBlocksWhileTheJournalDoesNotAnswer() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            append(trial, 0, 200);
            trial.work();
            List<Path> before = blocks();

            try (SeriesIndex other = trial.index(silent(trial.journal()))) {
                assertThatThrownBy(other::restore)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("p1/default");
            }

            assertThat(before).isNotEmpty();
            assertThat(blocks()).isEqualTo(before);
        }
    }

    /** A journal that hands out nothing, as when another router takes it over, or its brokers are away. */
    private static Journal silent(Journal journal) {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(journal, arguments);
                    return answer instanceof Subscription records ? silent(records) : answer;
                });
    }

    private static Subscription silent(Subscription records) {
        return (Subscription) Proxy.newProxyInstance(
                Subscription.class.getClassLoader(),
                new Class<?>[] {Subscription.class},
                (proxy, method, arguments) -> method.getName().equals("poll")
                        ? new Batch(List.of(), Position.before(1))
                        : method.invoke(records, arguments));
    }

    @Test
    void whatComesLateFindsItsPlaceAndIsTold() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            append(trial, 0, 100);
            trial.work();
            long before = trial.versions.newest();
            trial.temperature("d1", 50_500, 7);
            trial.temperature("d1", 20_500, 8);
            trial.work();

            assertThat(trial.values(temperature("d1"), START + 50_000, START + 51_001))
                    .containsExactly("50000=12.5", "50500=7.0", "51000=12.75");
            assertThat(seen(trial, before)).containsExactly("d1 99000 1", "d1/temperature late 20500-50500");
        }
    }

    @Test
    void aViewerIsShownWhatChangedSinceAndNoMore() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            append(trial, 0, 10);
            trial.work();
            assertThat(trial.versions.newest()).isGreaterThan(trial.versions.first());
            long before = trial.versions.newest();
            assertThat(seen(trial, before)).isEmpty();
            trial.temperature("d2", 20_000, 1);
            trial.temperature("d2", 21_000, 2);
            trial.work();

            assertThat(seen(trial, before)).containsExactly("d2 21000 1", "d2/temperature 21000=2.0");
        }
    }

    /** The clock of the Cloud Connector that received it is a day ahead. */
    @Test
    void aValueFromTheFutureGivesWayToTheNextOne() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            long now = trial.time.instant().toEpochMilli() - START;
            trial.temperature("d1", now + Duration.ofDays(1).toMillis(), 99);
            trial.time.advance(Duration.ofMinutes(15));
            long next = now + Duration.ofMinutes(15).toMillis();
            trial.temperature("d1", next, 4);
            trial.work();

            assertThat(seen(trial, 0)).containsExactly("d1 " + next, "d1/temperature " + next + "=4.0");
            assertThat(trial.values(temperature("d1")))
                    .containsExactly(next + "=4.0", now + Duration.ofDays(1).toMillis() + "=99.0");
        }
    }

    @Test
    void aValueFromTheFutureIsNotTheNewestOneAfterAStartEither() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            long now = trial.time.instant().toEpochMilli() - START;
            long next = now + Duration.ofMinutes(15).toMillis();
            trial.temperature("d1", now + Duration.ofDays(1).toMillis(), 99);
            trial.temperature("d3", now + Duration.ofDays(1).toMillis(), 99);
            trial.time.advance(Duration.ofMinutes(15));
            trial.temperature("d1", next, 4);
            for (int i = 0; i < SeriesTrial.BLOCK; i++) {
                trial.temperature("d2", next, i);
            }
            trial.work();
            assertThat(blocks()).hasSize(1);
            trial.kill();
            assertThat(seen(trial, 0)).contains("d1 " + next, "d1/temperature " + next + "=4.0");

            trial.time.advance(Duration.ofMinutes(15));
            next += Duration.ofMinutes(15).toMillis();
            trial.temperature("d1", next, 5);
            trial.temperature("d3", next, 6);
            trial.work();
            assertThat(seen(trial, 0))
                    .contains("d1 " + next, "d1/temperature " + next + "=5.0", "d3/temperature " + next + "=6.0");
        }
    }

    @Test
    void theUsualIntervalIsThatOfTheHeartbeat() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            for (int i = 0; i < 10; i++) {
                trial.signal("door", i * 900_000L, 50);
                for (int opened = 0; opened < 20; opened++) {
                    trial.contact("door", i * 900_000L + opened * 5_000, opened % 2 == 0 ? "OPEN" : "CLOSED");
                }
            }
            trial.signal("door", 7 * 24 * 3_600_000L, 50);
            trial.work();
            assertThat(seen(trial, 0)).contains("door " + 7 * 24 * 3_600_000L + " 900 cc1");
            trial.kill();
            trial.work();
            assertThat(seen(trial, 0)).contains("door " + 7 * 24 * 3_600_000L + " 900 cc1");
        }
    }

    @Test
    void statesAreTheirChangesWithTheOneBefore() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            trial.contact("door", 0, "OPEN");
            append(trial, 0, 100);
            trial.contact("door", 1_000, "CLOSED");
            trial.contact("door", 2_000, "CLOSED");
            trial.contact("door", 3_000, "OPEN");
            trial.work();
            SeriesKey door = key("door", Quantity.CONTACT);

            assertThat(text(trial.line(door, 1_500, 10_000, 100))).containsExactly("1000=1.0", "3000=0.0");
            assertThat(text(trial.line(door, 500, 10_000, 100))).containsExactly("0=0.0", "1000=1.0", "3000=0.0");
            assertThat(text(trial.line(door, 5_000, 10_000, 100))).containsExactly("3000=0.0");
            assertThat(text(trial.line(key("none", Quantity.CONTACT), 0, 10_000, 100)))
                    .isEmpty();
        }
    }

    @Test
    void aTouchIsAValueAndALonePointIsKept() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            trial.append("button", "touch", "{\"touch\":{}}", 5_000);
            append(trial, 0, 1000);
            trial.work();
            Graph graph = trial.running()
                    .graph(List.of(key("button", Quantity.TOUCH), temperature("d1")), START, START + 1_000_000, 10);

            assertThat(graph.step()).isEqualTo(120_000);
            Line touches = graph.lines().get(0);
            assertThat(touches.counts()).containsExactly(1);
            assertThat(touches.times()).containsExactly(Math.floorDiv(START + 5_000, 120_000L) * 120_000);
        }
    }

    @Test
    void aDeviceThatHasLeftIsForgottenWhenTheJournalHasNothingOfIt() throws Exception {
        JournalSettings small = new JournalSettings(1 << 13, Duration.ofDays(7), 1 << 15, 1000, 1 << 16, 1 << 12);
        try (SeriesTrial trial = new SeriesTrial(folder, new SystemStorage(), small)) {
            trial.temperature("gone", 0, 1);
            append(trial, 1, 300);
            trial.work();
            trial.running().devicesListed(Set.of("d1", "d2"), Set.of("gone"));
            trial.time.advance(Duration.ofMinutes(2));
            trial.work();
            append(trial, 300, 400);
            trial.work();

            assertThat(trial.running().knows(temperature("gone"))).isFalse();
            assertThat(trial.values(temperature("d1"), START + 395_000, START + 500_000))
                    .hasSize(5);
            assertThat(seen(trial, 0)).contains("d1/temperature 399000=99.75", "d2/temperature 399000=-399.0");
        }
    }

    @Test
    void itsThreadFollowsTheJournalAndEnds() throws Exception {
        try (SeriesTrial trial = new SeriesTrial(folder)) {
            Supervisor supervisor = Supervisor.system();
            trial.running().start(supervisor);
            append(trial, 0, 500);
            trial.journal().flush();
            await().until(() -> trial.running().status().lag() == 0);
            assertThat(trial.values(temperature("d2"))).hasSize(500);
            trial.running().close();
            assertThat(supervisor.reports()).isEmpty();
        }
    }

    private static List<String> seen(SeriesTrial trial, long after) {
        List<String> seen = new ArrayList<>();
        trial.running().changes(after, new SeriesViewer() {
            @Override
            public void device(String id, long at, OptionalInt rhythm, @Nullable String connector) {
                seen.add(id + " " + (at - START) + (rhythm.isPresent() ? " " + rhythm.getAsInt() : "")
                        + (connector == null ? "" : " " + connector));
            }

            @Override
            public void value(SeriesKey key, long time, double value) {
                seen.add(key.name() + " " + (time - START) + "=" + value);
            }

            @Override
            public void late(SeriesKey key, long from, long to) {
                seen.add(key.name() + " late " + (from - START) + "-" + (to - START));
            }
        });
        return seen;
    }
}
