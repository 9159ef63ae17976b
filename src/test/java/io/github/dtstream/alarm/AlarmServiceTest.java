package io.github.dtstream.alarm;

import static io.github.dtstream.alarm.AlarmFixture.minute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Escalation;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.storage.CrashTrial;
import io.github.dtstream.storage.FaultyStorage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service on real journals, which the test steps. */
final class AlarmServiceTest {
    private static final AlarmRule WARM = AlarmFixture.above("warm", 8, 0);
    private static final AlarmRule SLOW = AlarmFixture.above("slow", 6, 5);

    @TempDir
    private Path folder;

    /** An event in a stream. */
    private interface Step {
        void on(AlarmTrial trial) throws Exception;
    }

    private AlarmTrial trial(String name, AlarmRule... rules) throws Exception {
        return new AlarmTrial(
                Files.createDirectories(folder.resolve(name)), new FaultyStorage(), new FaultyStorage(), rules);
    }

    private static List<Step> history(long seed) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        for (int number = 1; number <= 40; number++) {
            int at = number;
            int kind = random.nextInt(20);
            double value = 2 + random.nextInt(10);
            String device = "d" + (1 + random.nextInt(2));
            if (kind == 0) {
                steps.add(trial -> {
                    boolean isRaised = trial.running().alarms().stream()
                            .anyMatch(alarm ->
                                    alarm.key().equals(AlarmTrial.WARM) && alarm.state() == AlarmState.UNACKNOWLEDGED);
                    if (isRaised) {
                        trial.acknowledge();
                    }
                });
            } else if (kind == 1) {
                boolean both = random.nextBoolean();
                steps.add(trial -> {
                    if (both) {
                        trial.edit(WARM, SLOW);
                    } else {
                        trial.edit(WARM);
                    }
                });
            } else if (kind == 2) {
                long id = number;
                steps.add(trial -> gap(trial, Gap.open(id, minute(at), "cut")));
            } else if (kind == 3) {
                steps.add(trial -> {
                    trial.gaps.clear();
                    trial.running().gapsChanged();
                    trial.work();
                });
            } else {
                boolean ping = kind < 8;
                steps.add(trial -> {
                    trial.append(at, ping ? "" : device, value);
                    trial.work();
                });
            }
        }
        return steps;
    }

    private static void gap(AlarmTrial trial, Gap gap) throws Exception {
        trial.gaps.add(gap);
        trial.running().gapsChanged();
        trial.work();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void killedAfterAnyStepItWritesTheSameAlarmJournal(long seed) throws Exception {
        List<Step> steps = history(seed);
        List<String> expected;
        try (AlarmTrial whole = trial("whole", WARM, SLOW)) {
            for (Step step : steps) {
                step.on(whole);
            }
            expected = whole.entries();
        }
        assertThat(expected).hasSizeGreaterThan(10).doesNotHaveDuplicates();

        try (AlarmTrial always = trial("always", WARM, SLOW)) {
            for (Step step : steps) {
                step.on(always);
                always.kill();
                always.work();
            }
            assertThat(always.entries()).as("killed after each step").isEqualTo(expected);
        }
        for (int cut = 0; cut < steps.size(); cut += 5) {
            try (AlarmTrial once = trial("once" + cut, WARM, SLOW)) {
                for (int i = 0; i < steps.size(); i++) {
                    steps.get(i).on(once);
                    if (i == cut) {
                        once.kill();
                        once.work();
                    }
                }
                assertThat(once.entries()).as("killed after step %d", cut).isEqualTo(expected);
            }
        }
    }

    @Test
    void hasEachChangeOnceWhereverBetweenTwoWritesItEnds() throws Exception {
        List<String> expected = new ArrayList<>();
        try (AlarmTrial whole = trial("whole", WARM, SLOW)) {
            live(whole);
            expected.addAll(whole.ids());
        }

        AlarmTrial[] begun = new AlarmTrial[1];
        CrashTrial.atEachOperation(
                folder,
                (own, storage) -> begun[0] = new AlarmTrial(own, new FaultyStorage(), storage, WARM, SLOW),
                (own, storage) -> {
                    try (AlarmTrial cut = begun[0]) {
                        live(cut);
                    } catch (InterruptedException | IllegalStateException e) {
                        // The journal's thread has detected the process's end.
                    } finally {
                        var unused = Thread.interrupted();
                    }
                },
                (own, storage, isDone) -> {
                    try (AlarmTrial next = new AlarmTrial(own, new FaultyStorage(), storage, WARM, SLOW)) {
                        next.work();
                        assertThat(next.ids()).doesNotHaveDuplicates();
                        if (isDone) {
                            assertThat(next.ids()).isEqualTo(expected);
                        }
                        live(next);
                        assertThat(next.ids())
                                .doesNotHaveDuplicates()
                                .containsAll(expected.stream()
                                        .filter(id -> id.startsWith("r"))
                                        .toList());
                    }
                });
    }

    private static void live(AlarmTrial trial) throws Exception {
        for (int number = 1; number <= 8; number++) {
            trial.append(number, "d1", number % 4 == 0 ? 2 : 9);
            trial.work();
        }
        trial.running().save();
        for (int number = 9; number <= 14; number++) {
            trial.append(number, number % 2 == 0 ? "" : "d2", 9);
            trial.work();
        }
    }

    @Test
    void aCommandIsOnDiskWhenItIsAnsweredAndIsNotGivenAgain() throws Exception {
        try (AlarmTrial trial = trial("a", WARM)) {
            trial.append(1, "d1", 9);
            trial.work();

            trial.acknowledge();
            trial.kill();
            trial.work();

            assertThat(trial.running().alarms()).singleElement().satisfies(alarm -> {
                assertThat(alarm.state()).isEqualTo(AlarmState.ACKNOWLEDGED);
                assertThat(alarm.person()).isEqualTo(new Person("ann", "seen", null));
            });
            assertThat(trial.entries())
                    .filteredOn(entry -> entry.contains("\"input\":\"acknowledge\""))
                    .singleElement()
                    .asString()
                    .contains("\"after\":1", "\"comment\":\"seen\"");
        }
    }

    @Test
    void saysWhatIsWrongWithACommandAndWritesNothing() throws Exception {
        try (AlarmTrial trial = trial("a", WARM)) {
            var answer = trial.running()
                    .put(new AlarmCommand(
                            AlarmCommand.Action.ACKNOWLEDGE,
                            new AlarmKey("warm", "nobody", AlarmKey.Subject.VALUE),
                            new Person("ann", "", null)));
            trial.work();

            assertThatThrownBy(answer::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(trial.entries()).isEmpty();
        }
    }

    @Test
    void anEditWhileItWasNotRunningComesAfterWhatWasInTheJournal() throws Exception {
        try (AlarmTrial trial = trial("a", WARM)) {
            trial.append(1, "d1", 9);
            trial.work();
            trial.append(2, "d1", 9.5);

            trial.kill(WARM, AlarmFixture.above("hot", 9, 0));
            trial.work();

            assertThat(trial.entries())
                    .filteredOn(entry -> entry.contains("\"kind\":\"edit\""))
                    .singleElement()
                    .asString()
                    .contains("\"after\":2");
            assertThat(trial.running().status().rules()).isEqualTo(2);
            trial.append(3, "d1", 9.5);
            trial.work();
            assertThat(trial.running().alarms())
                    .extracting(alarm -> alarm.key().rule())
                    .containsExactlyInAnyOrder("warm", "hot");
        }
    }

    private static AlarmRule told(double limit, String... people) {
        AlarmRule warm = AlarmFixture.above("warm", limit, 0);
        return new AlarmRule(
                warm.name(),
                warm.devices(),
                warm.quantity(),
                warm.raise(),
                warm.clear(),
                warm.excursion(),
                warm.delta(),
                warm.noData(),
                warm.severity(),
                warm.group(),
                warm.acknowledgement(),
                warm.remind(),
                Stream.of(people).map(to -> new Escalation(Duration.ZERO, to)).toList(),
                warm.late());
    }

    @Test
    void anEditThatShortensTheEscalationAndEndsTheAlarmTakesEffectAgainAfterAKill() throws Exception {
        try (AlarmTrial trial = trial("a", told(8, "duty", "manager"))) {
            trial.append(1, "d1", 9);
            trial.work();
            trial.running().save();
            trial.edit(told(10, "duty"));
            List<String> expected = trial.entries();
            assertThat(expected)
                    .filteredOn(entry -> entry.contains("\"occasion\":\"cleared\""))
                    .singleElement()
                    .asString()
                    .contains("\"to\":\"duty\"");
            Files.write(folder.resolve("a/alarms/state.bin"), new byte[] {1, 2, 3});

            trial.kill();
            trial.work();

            assertThat(trial.entries()).isEqualTo(expected);
            assertThat(trial.running().alarms()).isEmpty();
            assertThat(trial.running().status().problem()).isNull();
        }
    }

    private static final AlarmRule BLIND = AlarmFixture.blind("blind", 10);

    @Test
    void anInterruptedStreamRaisesByTheClockAloneAndWhatWasToldIsWrittenDown() throws Exception {
        try (AlarmTrial trial = trial("a", WARM, BLIND)) {
            trial.append(1, "d1", 9);
            trial.timeIs(minute(1));
            trial.work();
            gap(trial, Gap.open(1, minute(1), "connection reset"));
            int before = trial.entries().size();
            trial.timeIs(minute(10));
            trial.work();
            assertThat(trial.entries()).as("nothing is due yet").hasSize(before);

            trial.timeIs(minute(12));
            trial.work();

            assertThat(trial.running().alarms())
                    .extracting(alarm -> alarm.key().rule(), alarm -> alarm.since())
                    .contains(tuple("blind", minute(1)));
            assertThat(trial.entries())
                    .filteredOn(entry -> entry.contains("\"input\":\"stream-silent\""))
                    .singleElement()
                    .asString()
                    .contains(
                            "\"after\":1",
                            "\"reason\":\"connection reset\"",
                            minute(12).toString());
            List<String> told = trial.entries();
            trial.kill();
            trial.work();
            assertThat(trial.entries()).isEqualTo(told);

            trial.append(13, "d1", 9);
            trial.work();
            assertThat(trial.running().alarms())
                    .extracting(alarm -> alarm.key().rule())
                    .containsExactly("warm");
        }
    }

    @Test
    void whoAcknowledgesWhileNothingIsReceivedDoesSoAtTheTimeThatItIs() throws Exception {
        try (AlarmTrial trial = trial("a", WARM)) {
            trial.append(1, "d1", 9);
            trial.timeIs(minute(1));
            trial.work();
            gap(trial, Gap.open(1, minute(1), "connection reset"));
            trial.timeIs(minute(75));

            trial.acknowledge();

            assertThat(trial.entries())
                    .filteredOn(entry -> entry.contains("\"change\":\"acknowledged\""))
                    .singleElement()
                    .asString()
                    .contains(minute(75).toString());
            List<String> told = trial.entries();
            trial.kill();
            trial.work();
            assertThat(trial.entries()).isEqualTo(told);
        }
    }

    @Test
    void whereThereIsNoStreamTheRoutersClockIsWhatTimeItIs() throws Exception {
        try (AlarmTrial trial = trial("a", WARM)) {
            trial.isStreaming = false;
            trial.append(1, "d1", 9);
            trial.timeIs(minute(1));
            trial.work();
            int before = trial.entries().size();

            trial.timeIs(minute(500));
            trial.work();
            trial.timeIs(minute(501));
            trial.work();
            assertThat(trial.entries()).as("nothing is due").hasSize(before);

            trial.acknowledge();
            assertThat(trial.entries())
                    .filteredOn(entry -> entry.contains("\"change\":\"acknowledged\""))
                    .singleElement()
                    .asString()
                    .contains(minute(501).toString());
            List<String> told = trial.entries();
            trial.kill();
            trial.work();
            assertThat(trial.entries()).isEqualTo(told);
        }
    }

    @Test
    void theTimeInWhichTheRouterWasNotRunningIsToldAtItsStart() throws Exception {
        try (AlarmTrial trial = trial("a", BLIND)) {
            trial.append(1, "d1", 9);
            trial.work();
            trial.timeIs(minute(500));
            trial.gaps.add(Gap.open(1, minute(1), "the program was not running"));

            trial.kill();
            trial.work();

            assertThat(trial.entries())
                    .filteredOn(entry -> entry.contains("\"occasion\":\"raised\""))
                    .singleElement()
                    .asString()
                    .contains("the program was not running");
        }
    }

    @Test
    void aStreamOfWhichTheGapIsBeingFilledIsInterruptedNoMore() throws Exception {
        try (AlarmTrial trial = trial("a", BLIND)) {
            trial.append(1, "d1", 9);
            trial.work();
            gap(trial, Gap.open(1, minute(1), "cut").resumed(minute(2)));

            trial.timeIs(minute(60));
            trial.work();

            assertThat(trial.running().alarms()).isEmpty();
        }
    }

    @Test
    void aDeviceThatHasLeftEndsItsAlarms() throws Exception {
        try (AlarmTrial trial = trial("a", WARM)) {
            trial.append(1, "d1", 9);
            trial.append(2, "d2", 9);
            trial.work();

            trial.running().devicesListed(Set.of("d2"), Set.of("d1"));
            trial.work();

            assertThat(trial.running().alarms())
                    .extracting(alarm -> alarm.key().deviceId())
                    .containsExactly("d2");
            assertThat(trial.entries()).anyMatch(entry -> entry.contains("\"change\":\"ended\""));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeviceThatIsListedAndHasNeverSentAnythingIsCalledSilent(boolean isKilled) throws Exception {
        try (AlarmTrial trial = trial("a", AlarmFixture.silence("silent", 50))) {
            trial.timeIs(minute(1));
            trial.append(1, "", 0);
            trial.running().devicesListed(Set.of("d1"), Set.of());
            trial.work();
            for (int number = 2; number <= 50; number++) {
                trial.append(number, "", 0);
            }
            trial.work();
            assertThat(trial.running().alarms()).isEmpty();
            if (isKilled) {
                trial.kill();
            }
            trial.append(51, "", 0);
            trial.work();

            assertThat(trial.running().alarms())
                    .extracting(alarm -> alarm.key().deviceId(), alarm -> alarm.since())
                    .containsExactly(tuple("d1", minute(1)));
            assertThat(trial.entries())
                    .filteredOn(entry -> entry.contains("device-joined"))
                    .hasSize(1);
        }
    }

    @Test
    void ofADeviceThatIsListedAndKnownNothingNewIsTold() throws Exception {
        try (AlarmTrial trial = trial("a", AlarmFixture.silence("silent", 50))) {
            trial.append(1, "d1", 9);
            trial.work();
            trial.running().devicesListed(Set.of("d1", "d2"), Set.of());
            trial.work();
            List<String> before = trial.entries();
            assertThat(before).singleElement().asString().contains("\"input\":\"device-joined\"", "devices/d2");

            trial.running().devicesListed(Set.of("d1", "d2"), Set.of());
            trial.work();

            assertThat(trial.entries()).isEqualTo(before);
        }
    }

    @Test
    void whatIsKnownOfAlarmsTakesFromTheMemoryOfAll() throws Exception {
        try (AlarmTrial trial = trial("a", WARM)) {
            trial.append(20_000, "d1", 5);
            trial.work();
            trial.running().save();
            long few = trial.memory.used().get(Holder.ALARMS);
            assertThat(few).isBetween(100L, 1_000L);

            for (int number = 1; number <= 1_000; number++) {
                trial.appendOnly(number, "d1", number % 2 == 0 ? 5 : 9);
            }
            trial.work();
            trial.running().save();
            assertThat(trial.memory.used().get(Holder.ALARMS)).isBetween(24_000L, 30_000L);
            assertThat(trial.running().status().lateLeftOut()).isZero();

            for (int number = 1_001; number <= 5_000; number++) {
                trial.appendOnly(number, "d1", number % 2 == 0 ? 5 : 9);
            }
            trial.work();
            trial.running().save();
            assertThat(trial.memory.used().get(Holder.ALARMS)).isLessThan(70_000L);
            assertThat(trial.running().status().lateLeftOut()).isBetween(1_000L, 4_500L);
        }
    }

    /** Its place is right before the number of devices, which is 0 here: no report, no reason, no alarms. */
    private static byte[] withoutTheStream(byte[] saved) {
        int end = saved.length - Long.BYTES;
        int devices = end - Integer.BYTES;
        byte[] first = new byte[saved.length - Long.BYTES - Short.BYTES - Integer.BYTES];
        int stream = devices - Long.BYTES - Short.BYTES - Integer.BYTES;
        System.arraycopy(saved, 0, first, 0, stream);
        first[3] = '1';
        CRC32 checksum = new CRC32();
        checksum.update(first, 0, first.length - Long.BYTES);
        ByteBuffer.wrap(first).putLong(first.length - Long.BYTES, checksum.getValue());
        return first;
    }

    @Test
    void goesOnWithASnapshotOfTheFirstFormWhichKnewNoAlarmsOfTheStream() throws Exception {
        try (AlarmTrial trial = trial("a", WARM)) {
            trial.work();
            trial.running().save();
            Path state = folder.resolve("a/alarms/state.bin");
            byte[] saved = Files.readAllBytes(state);
            assertThat(new String(saved, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("DTA3");
            Files.write(state, withoutTheStream(saved));
            Files.deleteIfExists(folder.resolve("a/alarms/state.bin.previous"));

            trial.kill();
            trial.append(1, "d1", 9);
            trial.append(2, "d1", 7);
            trial.work();

            assertThat(trial.entries())
                    .filteredOn(entry -> entry.contains("\"kind\":\"transition\""))
                    .satisfiesExactly(
                            raised -> assertThat(raised).contains("\"change\":\"raised\""),
                            cleared -> assertThat(cleared).contains("\"change\":\"cleared\""));
            assertThat(folder.resolve("a/alarms/state.bin.damaged")).doesNotExist();
        }
    }

    @Test
    void aSnapshotThatTheDiskHasSpoiltIsReplacedByTheOneBefore() throws Exception {
        try (AlarmTrial trial = trial("a", WARM)) {
            trial.append(1, "d1", 9);
            trial.work();
            trial.running().save();
            trial.append(2, "d1", 9);
            trial.work();
            trial.running().save();
            List<String> expected = trial.ids();
            Files.write(folder.resolve("a/alarms/state.bin"), new byte[] {1, 2, 3});

            trial.kill();
            trial.work();

            assertThat(trial.ids()).isEqualTo(expected);
            assertThat(trial.running().alarms()).hasSize(1);
            assertThat(trial.running().status().problem()).isNull();
        }
    }

    private static AlarmState stateOfTheAlarm(AlarmTrial trial) {
        List<AlarmView> alarms = trial.running().alarms();
        assertThat(alarms).hasSize(1);
        return alarms.get(0).state();
    }

    /** A trial that was killed, and finds the snapshot of before the command, which was given after three events. */
    private AlarmTrial killedWithACommandBehindItsSnapshot() throws Exception {
        AlarmTrial trial = trial("a", WARM);
        trial.append(1, "d1", 9);
        trial.work();
        trial.running().save();
        trial.append(2, "d1", 9);
        trial.append(3, "d1", 9);
        trial.work();
        trial.acknowledge();
        Files.write(folder.resolve("a/alarms/state.bin"), new byte[] {1, 2, 3});
        trial.kill();
        return trial;
    }

    @Test
    void aCommandSurvivesASecondKillAfterASaveBeforeItTookEffectAgain() throws Exception {
        try (AlarmTrial trial = killedWithACommandBehindItsSnapshot()) {
            trial.running().step(1, Duration.ZERO);
            assertThat(stateOfTheAlarm(trial)).isEqualTo(AlarmState.UNACKNOWLEDGED);
            trial.running().save();

            trial.kill();
            trial.work();

            assertThat(stateOfTheAlarm(trial)).isEqualTo(AlarmState.ACKNOWLEDGED);
        }
    }

    @Test
    void aCommandSurvivesASecondKillWhereAlarmsBeginAnew() throws Exception {
        try (AlarmTrial trial = killedWithACommandBehindItsSnapshot()) {
            for (Path file : Files.list(folder.resolve("a/alarms"))
                    .filter(each -> each.getFileName().toString().startsWith("state.bin"))
                    .toList()) {
                Files.write(file, new byte[] {1, 2, 3});
            }
            trial.kill();
            trial.kill();
            trial.work();

            assertThat(stateOfTheAlarm(trial)).isEqualTo(AlarmState.ACKNOWLEDGED);
        }
    }

    @Test
    void aCommandSurvivesAKillAlthoughTheClockWasSetBackBeforeIt() throws Exception {
        try (AlarmTrial trial = trial("a", WARM)) {
            trial.append(1, "d1", 9);
            trial.work();
            trial.running().save();
            trial.time.advance(Duration.ofHours(-1));
            trial.acknowledge();
            Files.write(folder.resolve("a/alarms/state.bin"), new byte[] {1, 2, 3});

            trial.kill();
            trial.work();

            assertThat(stateOfTheAlarm(trial)).isEqualTo(AlarmState.ACKNOWLEDGED);
        }
    }
}
