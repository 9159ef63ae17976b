package io.github.dtstream.alarm;

import static io.github.dtstream.alarm.AlarmFixture.minute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.storage.FaultyStorage.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens when something is wrong around the engine, and what others see of it. {@link AlarmServiceTest} kills it. */
final class AlarmProcessingTest {
    private static final AlarmRule WARM = AlarmFixture.above("warm", 8, 0);
    private static final AlarmRule BLIND = AlarmFixture.blind("blind", 10);
    private static final AlarmRule SILENT = AlarmFixture.silence("silent", 50);

    @TempDir
    private Path folder;

    private final FaultyStorage disk = new FaultyStorage();
    private final EngineRequests requests = new EngineRequests();
    private AlarmFixture fixture;
    private AlarmProcessing processing;

    @BeforeEach
    void open() throws Exception {
        fixture = new AlarmFixture(folder, new FaultyStorage(), disk);
        begin(WARM, BLIND);
    }

    @AfterEach
    void close() {
        processing.close();
        fixture.close();
    }

    private void begin(AlarmRule... rules) throws Exception {
        processing = new AlarmProcessing(fixture.setup(), fixture.set(rules));
        processing.restore();
    }

    /** Ends the process, which saves nothing, and starts another. */
    private void kill(AlarmRule... rules) throws Exception {
        processing.close();
        fixture.reopen();
        begin(rules);
    }

    private void work() throws Exception {
        do {
            processing.step(1, Duration.ZERO, requests);
        } while (processing.status().lag() > 0);
        processing.step(1, Duration.ZERO, requests);
    }

    private void receive(int number, String device, double value) throws Exception {
        fixture.append(number, device, value);
        work();
    }

    private List<String> alarms() {
        return processing.alarms().stream()
                .map(alarm -> (alarm.key().rule() + " " + alarm.key().deviceId()).trim())
                .toList();
    }

    private List<String> transitions() throws Exception {
        return fixture.entries().stream()
                .filter(entry -> entry.contains("\"kind\":\"transition\""))
                .map(entry -> entry.replaceAll(".*\"change\":\"(\\w+)\".*", "$1"))
                .toList();
    }

    /** The list of devices fails for a device, as nothing should. */
    private void failsFor(String device) {
        fixture.devices = id -> {
            if (id.equals(device)) {
                throw new IllegalStateException("the list of devices is broken");
            }
            return AlarmFixture.freezer(id);
        };
    }

    @Test
    void anEventThatCannotBeProcessedIsSkippedAndNamedAndTheOthersAreProcessed() throws Exception {
        failsFor("d2");
        receive(1, "d1", 9);
        receive(2, "d2", 9);
        receive(3, "d3", 9);

        assertThat(alarms()).containsExactlyInAnyOrder("warm d1", "warm d3");
        assertThat(processing.status().problem())
                .contains("the event e2 was skipped")
                .contains("the list of devices is broken");
    }

    @Test
    void anEventThatWasSkippedIsNamedForADayAndTheNextOneForADayOfItsOwn() throws Exception {
        failsFor("d2");
        fixture.timeIs(minute(0));
        receive(1, "d2", 9);
        fixture.time.advance(Duration.ofDays(1).minusSeconds(1));
        assertThat(processing.status().problem())
                .contains("the event e1 was skipped at " + minute(0))
                .contains("the list of devices is broken");

        fixture.time.advance(Duration.ofSeconds(1));
        assertThat(processing.status().problem()).isNull();

        receive(2, "d2", 9);
        fixture.time.advance(Duration.ofHours(1));
        assertThat(processing.status().problem()).contains("the event e2 was skipped");
        fixture.time.advance(Duration.ofDays(2));
        assertThat(processing.status().problem()).isNull();
    }

    @Test
    void whatAnEventHasChangedBeforeItFailedIsWrittenAsTheEngineHasIt() throws Exception {
        interruptedUntilAlarm();
        failsFor("d2");

        receive(13, "d2", 9);

        assertThat(alarms()).as("the stream flows again").isEmpty();
        assertThat(transitions()).containsExactly("raised", "cleared");
    }

    /** The alarm of the interruption since minute 1 is raised. */
    private void interruptedUntilAlarm() throws Exception {
        fixture.timeIs(minute(1));
        receive(1, "", 0);
        fixture.gaps.add(Gap.open(1, minute(1), "cut"));
        processing.news().gapsChanged();
        work();
        fixture.timeIs(minute(12));
        work();
        assertThat(alarms()).containsExactly("blind");
    }

    @Test
    void anEventThatIsProcessedAfterARestartAddsWhatIsMissingOfItsChanges() throws Exception {
        interruptedUntilAlarm();
        failsFor("d2");
        receive(13, "d2", 9);
        List<String> before = fixture.ids();

        fixture.devices = AlarmFixture::freezer;
        kill(WARM, BLIND);
        work();

        assertThat(alarms()).containsExactly("warm d2");
        assertThat(fixture.ids()).startsWith(before.toArray(String[]::new)).doesNotHaveDuplicates();
        assertThat(transitions()).containsExactly("raised", "cleared", "raised");
    }

    /** The list of devices fails for a device each second time. */
    private void failsEachSecondTimeFor(String device) {
        AtomicInteger calls = new AtomicInteger();
        fixture.devices = id -> {
            if (id.equals(device) && calls.incrementAndGet() % 2 == 0) {
                throw new IllegalStateException("the list of devices is broken");
            }
            return AlarmFixture.freezer(id);
        };
    }

    private long joined() throws Exception {
        return fixture.entries().stream()
                .filter(entry -> entry.contains("device-joined"))
                .count();
    }

    /** The first call is for the question whether the device is known. */
    @Test
    void anInputAtWhichTheEngineFailsIsNamedAndDoesNotEndTheAlarmsNowOrAfterAKill() throws Exception {
        processing.edit(fixture.set(WARM, SILENT));
        processing.save();
        failsEachSecondTimeFor("d2");
        processing.news().devicesListed(Set.of("d1", "d2", "d3"), Set.of());

        work();

        assertThat(joined()).isEqualTo(3);
        assertThat(processing.status().problem())
                .contains("(DeviceJoined) was skipped")
                .contains("the list of devices is broken");
        receive(1, "d1", 9);
        assertThat(alarms()).containsExactly("warm d1");

        spoil("state.bin");
        spoil("state.bin.previous");
        failsFor("d2");
        kill(WARM, SILENT);
        receive(2, "d3", 9);
        assertThat(alarms()).contains("warm d3");
    }

    /** The journals' files are not touched. */
    private void theStateCannotBeWritten() {
        disk.watch((operation, file) -> {
            if (operation == Operation.CREATE && file.toString().contains("state.bin")) {
                throw new IOException("the disk is broken, by intent");
            }
        });
    }

    @Test
    void alarmsGoOnWhileTheirStateCannotBeSaved() throws Exception {
        theStateCannotBeWritten();
        receive(1, "d1", 9);
        AlarmCommand done = processing.put(new AlarmCommand(
                AlarmCommand.Action.ACKNOWLEDGE,
                new AlarmKey("warm", "d1", AlarmKey.Subject.VALUE),
                new Person("ann", "seen", null)));

        assertThat(done.action()).isEqualTo(AlarmCommand.Action.ACKNOWLEDGE);
        assertThat(transitions()).containsExactly("raised", "acknowledged");
        assertThat(processing.status().problem()).contains("cannot be saved").contains("by intent");
        List<String> written = fixture.ids();

        disk.watch((operation, file) -> {});
        fixture.time.advance(Duration.ofSeconds(1));
        receive(2, "d1", 9);

        assertThat(processing.status().problem()).isNull();
        kill(WARM, BLIND);
        work();
        assertThat(fixture.ids()).isEqualTo(written);
    }

    @Test
    void saysThatAlarmsBeginAgainIfNoStateCanBeRead() throws Exception {
        receive(1, "d1", 9);
        processing.save();
        receive(2, "d1", 9);
        processing.save();
        spoil("state.bin");
        spoil("state.bin.previous");

        kill(WARM);
        work();

        assertThat(processing.status().problem())
                .contains("could not be read (" + fixture.state() + ",")
                .contains("they begin again");
        assertThat(processing.alarms())
                .as("the event before the cursor is not read again")
                .extracting(AlarmView::since)
                .containsExactly(minute(2));
        kill(WARM);
        assertThat(processing.status().problem()).as("a new state was saved").isNull();
    }

    private void spoil(String name) throws IOException {
        Files.write(fixture.state().resolveSibling(name), new byte[] {1, 2, 3});
    }

    @Test
    void goesOnWithTheNextEventOfAJournalThatWasReplaced() throws Exception {
        for (int number = 1; number <= 5; number++) {
            receive(number, "d1", 9);
        }
        processing.save();
        processing.close();
        fixture.close();
        deleteFolder("events");

        fixture = new AlarmFixture(folder, new FaultyStorage(), disk);
        begin(WARM, BLIND);
        assertThat(processing.status().lag()).isZero();
        receive(1, "d2", 9);

        assertThat(alarms()).containsExactlyInAnyOrder("warm d1", "warm d2");
        assertThat(processing.status().problem()).isNull();
    }

    private void deleteFolder(String name) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder.resolve(name))) {
            files = all.sorted((one, other) -> other.compareTo(one)).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    /** The edit is behind the state that is left, and its rules are of a version that this one cannot read. */
    @Test
    void anEditThatCannotBeReadAgainIsLeftOutAndTheWantedRulesApply() throws Exception {
        receive(1, "d1", 9);
        processing.save();
        RuleSet hot = fixture.set(AlarmFixture.above("hot", 20, 0));
        processing.edit(hot);
        spoil("state.bin");
        fixture.texts.remove(hot.text());

        kill(WARM);
        work();

        assertThat(alarms()).containsExactly("warm d1");
        assertThat(processing.status().rules()).isEqualTo(1);
    }

    /** A reminder after a time that is none makes the engine fail at an alarm that is raised. */
    @Test
    void anEditAtWhichTheEngineFailsIsMadeOnceAlsoOverAKill() throws Exception {
        receive(1, "d1", 9);
        RuleSet failing = fixture.set(reminding(Duration.ofSeconds(Long.MAX_VALUE)));
        assertThatThrownBy(() -> processing.edit(failing)).isInstanceOf(ArithmeticException.class);
        work();

        kill(failing.rules().toArray(AlarmRule[]::new));
        assertThat(processing.status().problem()).contains("an edit of the rules was skipped");
        work();

        assertThat(fixture.entries())
                .filteredOn(entry -> entry.contains("\"kind\":\"edit\""))
                .hasSize(1);
        assertThat(processing.edit(fixture.set(WARM)).kept()).isEqualTo(1);
    }

    private static AlarmRule reminding(Duration interval) {
        return new AlarmRule(
                WARM.name(),
                WARM.devices(),
                WARM.quantity(),
                WARM.raise(),
                WARM.clear(),
                WARM.excursion(),
                WARM.delta(),
                WARM.noData(),
                WARM.severity(),
                WARM.group(),
                WARM.acknowledgement(),
                Optional.of(interval),
                WARM.escalation(),
                WARM.late());
    }

    @Test
    void aPreviewChangesNothing() throws Exception {
        receive(1, "d1", 9);
        List<String> before = fixture.entries();

        EditEffect effect = processing.preview(fixture.set(AlarmFixture.above("hot", 20, 0)));

        assertThat(effect.ended()).extracting(AlarmKey::rule).containsExactly("warm");
        work();
        assertThat(alarms()).containsExactly("warm d1");
        assertThat(fixture.entries()).isEqualTo(before);
        assertThat(processing.wanted().rules()).containsExactly(WARM, BLIND);
    }

    @Test
    void theSameRulesAreNoEdit() throws Exception {
        assertThat(processing.edit(fixture.set(WARM, BLIND))).isEqualTo(EditEffect.NONE);
        assertThat(fixture.entries()).isEmpty();
    }

    @Test
    void withoutRulesAllAlarmsEnd() throws Exception {
        receive(1, "d1", 9);

        EditEffect effect = processing.edit(fixture.set());

        assertThat(effect.ended()).extracting(AlarmKey::deviceId).containsExactly("d1");
        assertThat(processing.status().rules()).isZero();
        kill();
        work();
        assertThat(alarms()).isEmpty();
        assertThat(processing.status().problem()).isNull();
    }

    @Test
    void aCommandForAnAlarmThatIsNotThereWritesNothingButSaysSo() throws Exception {
        AlarmCommand command = new AlarmCommand(
                AlarmCommand.Action.SHELVE,
                new AlarmKey("warm", "d9", AlarmKey.Subject.VALUE),
                new Person("ann", "", minute(60)));

        assertThatThrownBy(() -> processing.put(command)).isInstanceOf(IllegalArgumentException.class);

        assertThat(fixture.entries()).isEmpty();
    }

    @Test
    void aChangedAlarmIsVisibleAtOnceAndItsNewerValueWithinASecond() throws Exception {
        receive(1, "d1", 9);
        assertThat(processing.alarms()).extracting(AlarmView::value).containsExactly("9 °C");

        receive(2, "d1", 10);
        assertThat(processing.alarms()).extracting(AlarmView::value).containsExactly("9 °C");
        fixture.time.advance(Duration.ofSeconds(1));
        work();

        assertThat(processing.alarms()).extracting(AlarmView::value).containsExactly("10 °C");
    }

    @Test
    void countsWhatIsToBeProcessedAndWhatWasWritten() throws Exception {
        fixture.append(1, "d1", 9);
        fixture.append(2, "d1", 5);
        assertThat(processing.status().lag()).isEqualTo(2);

        work();

        assertThat(processing.status().lag()).isZero();
        assertThat(processing.status().changes()).isEqualTo(2);
        assertThat(processing.status().notifications()).isEqualTo(2);
    }

    @Test
    void givesItsMemoryAndItsNameBackAndDoesNothingMore() throws Exception {
        receive(1, "d1", 9);
        processing.save();
        assertThat(fixture.memory.used().get(Holder.ALARMS)).isPositive();

        processing.close();

        assertThat(fixture.memory.used().getOrDefault(Holder.ALARMS, 0L)).isZero();
        begin(WARM, BLIND);
        assertThat(alarms()).containsExactly("warm d1");
    }

    @ParameterizedTest
    @CsvSource({"0, 65536", "524288, 65536", "1048576, 131072", "67108864, 8388608"})
    void lateValuesHaveAQuarterOfTheMemoryForWhatIsKeptButNeverTooLittle(long budget, long expected) {
        assertThat(AlarmProcessing.lateBytes(new MemoryBudget(budget))).isEqualTo(expected);
    }
}
