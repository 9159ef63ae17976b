package io.github.dtstream.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.AlarmSnapshot.Place;
import io.github.dtstream.alarm.change.AlarmInput.TimePassed;
import io.github.dtstream.alarm.engine.AlarmEngine;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.storage.SystemStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state of a stream whose journal has five events, with a disk of its own. */
final class AlarmSavingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private final FaultyStorage disk = new FaultyStorage();
    private final FaultyStorage eventDisk = new FaultyStorage();
    private final AlarmEngine engine = new AlarmEngine(List.of(), AlarmFixture::freezer);
    private AlarmFixture fixture;
    private AlarmLog log;
    private Subscription events;
    private AlarmSaving saving;

    @BeforeEach
    void open() throws Exception {
        fixture = new AlarmFixture(folder, eventDisk, new SystemStorage());
        events = fixture.events().subscribe("alarms", Journal.Start.END);
        for (int number = 1; number <= 5; number++) {
            fixture.append(number, "d1", 5);
        }
        log = new AlarmLog(fixture.alarmJournal(), "p1", fixture.time);
        saving = new AlarmSaving("p1/default", snapshot(), log, fixture.time);
    }

    @AfterEach
    void close() {
        events.close();
        fixture.close();
    }

    private AlarmSnapshot snapshot() {
        return new AlarmSnapshot(
                AtomicFile.keepingPrevious(folder.resolve("saved"), disk), text -> List.of(), rules -> engine);
    }

    private void save(long processed) {
        saving.save(engine, new Place(processed, 0, Instant.EPOCH, Set.of(), ""), events);
    }

    /** Processes the next event. */
    private void process() throws Exception {
        saving.processed();
        saving.reached(events.poll(1, Duration.ZERO).end());
    }

    /** The number of the first event that would come again. */
    private long cursor() {
        return fixture.events().status().subscribers().stream()
                .filter(one -> one.name().equals("alarms"))
                .mapToLong(JournalStatus.Subscriber::cursor)
                .findFirst()
                .orElseThrow();
    }

    /** The number of the last processed event in the newest state that can be read. */
    private long saved() throws Exception {
        return snapshot().load().value().orElseThrow().place().sequence();
    }

    @Test
    void whatHasNotChangedIsNotSaved() {
        fixture.time.advance(Duration.ofDays(1));

        assertThat(saving.isDue()).isFalse();
    }

    @Test
    void eventsAreSavedTenSecondsAfterTheLastSave() {
        saving.processed();
        fixture.time.advance(Duration.ofSeconds(9));
        assertThat(saving.isDue()).isFalse();
        fixture.time.advance(SECOND);
        assertThat(saving.isDue()).isTrue();

        save(1);
        saving.processed();
        fixture.time.advance(Duration.ofSeconds(9));
        assertThat(saving.isDue()).isFalse();
        fixture.time.advance(SECOND);
        assertThat(saving.isDue()).isTrue();
    }

    @Test
    void veryManyEventsAreSavedAtOnce() {
        for (int number = 1; number < 50_000; number++) {
            saving.processed();
        }
        assertThat(saving.isDue()).isFalse();
        saving.processed();
        assertThat(saving.isDue()).isTrue();

        save(50_000);
        assertThat(saving.isDue()).isFalse();
    }

    /** The alarm journal recognises only so many entries that are computed again. */
    @Test
    void manyChangesAreSavedAtOnceAlsoWithoutEvents() throws Exception {
        for (int number = 1; number < 10_000; number++) {
            log.append(new AlarmEntry.Told(new TimePassed("t" + number, AlarmFixture.START), 0, AlarmFixture.START));
        }
        assertThat(saving.isDue()).isFalse();
        log.append(new AlarmEntry.Told(new TimePassed("t", AlarmFixture.START), 0, AlarmFixture.START));
        assertThat(saving.isDue()).isTrue();
    }

    @Test
    void theCursorStaysAtTheLastStateButOne() throws Exception {
        process();
        save(1);
        assertThat(cursor()).as("there is one state only").isEqualTo(1);

        process();
        process();
        save(3);
        assertThat(cursor()).isEqualTo(2);
        assertThat(saved()).isEqualTo(3);

        process();
        save(4);
        assertThat(cursor()).isEqualTo(4);
    }

    @Test
    void theEventsAfterTheStateBeforeComeAgainIfTheDiskSpoilsTheNewest() throws Exception {
        process();
        save(1);
        process();
        save(2);
        Files.write(folder.resolve("saved"), new byte[] {1, 2, 3});

        assertThat(cursor()).isEqualTo(saved() + 1);
    }

    @Test
    void afterARestartTheCursorWaitsForTwoStatesAgain() throws Exception {
        process();
        save(1);
        process();
        saving.restart();

        assertThat(saving.isDue()).isFalse();
        save(1);
        save(1);
        assertThat(cursor()).as("nothing was processed since").isEqualTo(1);
        process();
        save(3);
        process();
        save(4);
        assertThat(cursor()).isEqualTo(4);
    }

    @Test
    void withoutASubscriptionTheStateIsSavedAlone() throws Exception {
        process();
        save(1);
        saving.save(engine, new Place(2, 0, Instant.EPOCH, Set.of(), ""), null);

        assertThat(saved()).isEqualTo(2);
        assertThat(cursor()).isEqualTo(1);
        assertThat(saving.problem()).isNull();
    }

    @Test
    void aDiskThatFailsIsTriedAgainASecondLaterAndTheCursorWaits() throws Exception {
        process();
        save(1);
        process();
        disk.failOperations(1, Long.MAX_VALUE);
        save(2);

        assertThat(saving.problem())
                .startsWith("what is known of alarms cannot be saved (")
                .contains("failed by intent")
                .endsWith("it is tried again");
        assertThat(cursor()).isEqualTo(1);
        assertThat(saving.isDue()).isFalse();
        fixture.time.advance(SECOND);
        assertThat(saving.isDue()).isTrue();

        disk.mend();
        save(2);
        assertThat(saving.problem()).isNull();
        assertThat(saving.isDue()).isFalse();
        assertThat(cursor()).isEqualTo(2);
        assertThat(saved()).isEqualTo(2);
    }

    /** Wherever a save fails, the cursor is not behind what the next process can read. */
    @Test
    void theCursorIsNeverBehindTheStateThatIsLeftWhereverASaveFails() throws Exception {
        process();
        save(1);
        process();
        save(2);
        process();
        int failing = 0;
        do {
            failing++;
            disk.failOperations(failing, failing);
            save(3);
            disk.mend();
            assertThat(cursor()).as("failed at operation %d", failing).isLessThanOrEqualTo(saved() + 1);
        } while (saving.problem() != null && failing < 100);

        assertThat(failing).isGreaterThan(5);
        assertThat(saved()).isEqualTo(3);
    }

    @Test
    void aCursorThatCannotBeMovedIsToldAndMovedLater() throws Exception {
        process();
        save(1);
        process();
        eventDisk.failOperations(1, Long.MAX_VALUE);
        save(2);
        assertThat(saving.problem()).contains("failed by intent");
        assertThat(cursor()).isEqualTo(1);

        eventDisk.mend();
        save(2);
        assertThat(saving.problem()).isNull();
        assertThat(cursor()).isEqualTo(2);
    }

    @Test
    void aLargeStateIsSavedLessOften() {
        String rules = "# ".repeat(600_000);
        saving.save(engine, new Place(1, 0, Instant.EPOCH, Set.of(), rules), events);
        saving.processed();

        fixture.time.advance(Duration.ofSeconds(29));
        assertThat(saving.isDue()).isFalse();
        fixture.time.advance(SECOND);
        assertThat(saving.isDue()).as("1.2 MB at 40 kB a second").isTrue();
    }
}
