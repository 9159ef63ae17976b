package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.CLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.dtstream.LogCapture;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.storage.CrashTrial;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.storage.FaultyStorage.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CursorsTest {
    private static final Duration LIMIT = Duration.ofDays(30);
    private static final Position OLDEST = new Position(3, 3, 0);

    @TempDir
    private Path folder;

    private final FaultyStorage storage = new FaultyStorage();
    private final List<String> done = new ArrayList<>();
    private @Nullable Operation failing;
    private Cursors cursors;

    @BeforeEach
    void load() throws Exception {
        storage.watch((operation, file) -> {
            done.add(operation + " " + file.getFileName());
            if (operation == failing && file.endsWith("bad.ndjson")) {
                throw new IOException("No space left on device");
            }
        });
        cursors = Cursors.load(folder, storage, CLOCK, OLDEST);
    }

    @Test
    void givesASubscriberItsPlaceAgain() throws Exception {
        CursorFile cursor = cursors.activate("files", at(5));
        cursor.advance(at(9));
        cursors.close();
        load();

        assertThat(cursors.activate("files", at(5)).position()).isEqualTo(at(9));
        assertThat(cursors.activate("new", at(7)).position()).isEqualTo(at(7));
    }

    @Test
    void takesNothingElseInTheFolderForACursor() throws Exception {
        for (String name : List.of("notes.txt", ".ndjson", "a b.ndjson", "files.ndjson.bak")) {
            Files.writeString(folder.resolve(name), "x");
        }
        load();

        assertThat(cursors.status(10, LIMIT)).isEmpty();
        assertThat(cursors.lowest()).isNull();
        assertThat(cursors.highest()).isEqualTo(1);
    }

    @Test
    void beginsAgainAtTheOldestRecordWhereACursorIsUnreadable() throws Exception {
        Files.writeString(folder.resolve("files.ndjson"), "x");
        try (LogCapture log = LogCapture.of(Cursors.class)) {
            load();

            assertThat(log.events())
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement()
                    .asString()
                    .contains("files.ndjson", "gets every record again from number 3 on");
        }
        assertThat(cursors.activate("files", at(8)).position()).isEqualTo(OLDEST);
        assertThat(CursorFile.load("files", folder, storage, CLOCK).position()).isEqualTo(OLDEST);
    }

    @Test
    void doesNotKnowASubscriberWhoseCursorTheDiskRefused() throws Exception {
        for (Operation fault : List.of(Operation.WRITE, Operation.FORCE)) {
            failing = fault;
            assertThatThrownBy(() -> cursors.activate("bad", at(5))).hasMessage("No space left on device");
            failing = null;
            assertThat(folder).as("after %s", fault).isEmptyDirectory();

            load();

            assertThat(cursors.status(10, LIMIT)).isEmpty();
        }
        assertThat(cursors.activate("bad", at(9)).position()).isEqualTo(at(9));
    }

    /** A power cut leaves that between the creation and its sync. */
    @Test
    void takesAnEmptyFileForASubscriberThatNeverExistedAlsoWhileTheDiskIsFull() throws Exception {
        Files.createFile(folder.resolve("files.ndjson"));
        storage.room(0);
        try (LogCapture log = LogCapture.of(Cursors.class)) {
            load();

            assertThat(log.messages()).singleElement().asString().contains("files.ndjson", "is empty");
        }
        assertThat(cursors.status(10, LIMIT)).isEmpty();
        assertThat(folder).isEmptyDirectory();
        storage.room(Long.MAX_VALUE);
        assertThat(cursors.activate("files", at(9)).position()).isEqualTo(at(9));
    }

    @Test
    void hasANewCursorAtItsPlaceOrNotAtAllWhereverItsCreationIsCutShort() throws Exception {
        CrashTrial.atEachOperation(
                folder,
                (own, disk) -> {},
                (own, disk) -> Cursors.load(own, disk, CLOCK, OLDEST).activate("files", at(5)),
                (own, disk, isDone) -> assertThat(Cursors.load(own, disk, CLOCK, OLDEST)
                                .activate("files", at(9))
                                .position())
                        .isIn(isDone ? List.of(at(5)) : List.of(at(5), at(9))));
    }

    @Test
    void knowsTheSubscriberOfAnUnreadableCursorWhereverItsRepairIsCutShort() throws Exception {
        CrashTrial.atEachOperation(
                folder,
                (own, disk) -> Files.writeString(own.resolve("files.ndjson"), "x".repeat(1024)),
                (own, disk) -> Cursors.load(own, disk, CLOCK, OLDEST),
                (own, disk, isDone) -> assertThat(Cursors.load(own, disk, CLOCK, OLDEST)
                                .activate("files", at(9))
                                .position())
                        .isEqualTo(OLDEST));
    }

    @Test
    void bearsAnEmptyFileThatCannotBeDeleted() throws Exception {
        Files.createFile(folder.resolve("bad.ndjson"));
        failing = Operation.DELETE;
        load();

        assertThat(cursors.activate("bad", at(9)).position()).isEqualTo(at(9));
        assertThat(CursorFile.load("bad", folder, storage, CLOCK).position()).isEqualTo(at(9));
    }

    @Test
    void keepsTheNewPlaceOfAnUnreadableCursorInMemoryUntilTheDiskTakesIt() throws Exception {
        for (Operation fault : List.of(Operation.WRITE, Operation.FORCE)) {
            Files.writeString(folder.resolve("bad.ndjson"), "x".repeat(1024));
            failing = fault;
            done.clear();
            load();
            assertThat(done)
                    .as("it is not emptied: after a power cut it would look as if there had been no subscriber")
                    .doesNotContain("CREATE bad.ndjson", "DELETE bad.ndjson");
            failing = null;

            CursorFile cursor = cursors.activate("bad", at(8));
            assertThat(cursor.position()).as("after %s", fault).isEqualTo(OLDEST);
            cursor.advance(at(9));
            cursors.close();
            load();

            assertThat(cursors.activate("bad", at(8)).position()).isEqualTo(at(9));
            cursors.close();
        }
    }

    @Test
    void isOpenOnceAtATime() throws Exception {
        cursors.activate("files", at(5));

        assertThatThrownBy(() -> cursors.activate("files", at(5)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a subscription named files is open already");
        assertThatThrownBy(() -> cursors.remove("files"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("close it before removing it");
        cursors.deactivate("files");
        cursors.activate("files", at(5));
    }

    @Test
    void refusesNamesThatAreNoFileNames() {
        for (String name : List.of("", "../up", "a b", "x".repeat(65))) {
            assertThatThrownBy(() -> cursors.activate(name, at(5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"" + name + "\"");
        }
    }

    @Test
    void removesWhatIsThere() throws Exception {
        cursors.activate("files", at(5));
        cursors.deactivate("files");

        assertThat(cursors.remove("other")).isFalse();
        assertThat(cursors.remove("files")).isTrue();
        assertThat(cursors.remove("files")).isFalse();

        assertThat(folder).isEmptyDirectory();
        assertThat(cursors.activate("files", at(9)).position()).isEqualTo(at(9));
    }

    @Test
    void knowsWhatIsStillToBeRead() throws Exception {
        cursors.activate("a", at(5));
        cursors.activate("b", at(12));
        cursors.activate("c", at(7));

        assertThat(cursors.lowest()).isEqualTo(5);
        assertThat(cursors.highest()).isEqualTo(12);
    }

    @Test
    void movesThoseThatStandBeforeWhatIsGoneAndCountsTheirLoss() throws Exception {
        cursors.activate("far-behind", at(2));
        cursors.activate("behind", at(6));
        cursors.activate("there", at(9));

        cursors.skipTo(at(9), 4, "its segment was deleted");

        assertThat(cursors.status(10, LIMIT))
                .extracting(
                        JournalStatus.Subscriber::name,
                        JournalStatus.Subscriber::cursor,
                        JournalStatus.Subscriber::lost)
                .containsExactly(
                        tuple("behind", 9L, 3L),
                        // The records before the fourth did not exist.
                        tuple("far-behind", 9L, 5L),
                        tuple("there", 9L, 0L));
        assertThat(cursors.lost()).isEqualTo(8);
    }

    @Test
    void saysWhichRecordsASubscriberLost() throws Exception {
        cursors.activate("bad", at(6));
        failing = Operation.WRITE;
        try (LogCapture log = LogCapture.of(Cursors.class)) {
            cursors.skipTo(at(9), 4, "its segment was deleted");

            assertThat(log.events())
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "subscriber bad lost 3 records, numbers 6 to 8: its segment was deleted",
                            "cursor of subscriber bad could not be moved past records that are gone");
        }
        assertThat(cursors.lost()).isEqualTo(3);
    }

    @Test
    void tellsHowFarEachIsBehind() throws Exception {
        cursors.activate("open", at(5));
        cursors.activate("idle", at(11));
        cursors.deactivate("idle");
        cursors.addIdle(Duration.ofDays(10));

        assertThat(cursors.status(10, LIMIT))
                .containsExactly(
                        new JournalStatus.Subscriber("idle", 11, 0, false, 0, Duration.ofDays(10), Duration.ofDays(20)),
                        new JournalStatus.Subscriber("open", 5, 6, true, 0, Duration.ZERO, Duration.ZERO));
        assertThat(cursors.status(10, Duration.ofDays(9)).get(0).released()).isZero();
    }

    @Test
    void syncsTheOthersWhereOneCannotBeSynced() throws Exception {
        cursors.activate("bad", at(5)).advance(at(6));
        cursors.activate("good", at(5)).advance(at(6));
        assertThat(cursors.isDirty()).isTrue();
        failing = Operation.FORCE;
        done.clear();

        cursors.sync();
        assertThat(done).containsExactly("FORCE bad.ndjson", "FORCE good.ndjson");
        assertThat(cursors.isDirty()).isTrue();
        failing = null;
        cursors.sync();

        assertThat(cursors.isDirty()).isFalse();
    }

    @Test
    void closesAllAndWritesBeforeForHowLongTheyHaveBeenGone() throws Exception {
        for (String name : List.of("bad", "good")) {
            cursors.activate(name, at(5));
            cursors.deactivate(name);
        }
        cursors.addIdle(Duration.ofMinutes(10));
        for (Operation fault : List.of(Operation.WRITE, Operation.CLOSE)) {
            failing = fault;
            done.clear();
            cursors.close();
            assertThat(done).contains("CLOSE bad.ndjson").containsSubsequence("FORCE good.ndjson", "CLOSE good.ndjson");
            failing = null;
            load();
            assertThat(cursors.status(10, LIMIT).get(1).idle()).isEqualTo(Duration.ofMinutes(10));
            cursors.activate("good", at(5));
            cursors.deactivate("good");
            cursors.addIdle(Duration.ofMinutes(10));
        }
    }

    @Test
    void countsTheTimeOfTheOthersWhereThatOfOneCannotBeWritten() throws Exception {
        for (String name : List.of("bad", "good")) {
            cursors.activate(name, at(5));
            cursors.deactivate(name);
        }
        failing = Operation.WRITE;

        cursors.addIdle(Duration.ofHours(2));

        assertThat(CursorFile.load("good", folder, storage, CLOCK).idle()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void forgetsWhoWasGoneForTooLongAndSaysWhatThatMeans() throws Exception {
        for (String name : List.of("bad", "good")) {
            cursors.activate(name, at(5));
            cursors.deactivate(name);
        }
        cursors.addIdle(LIMIT);
        failing = Operation.DELETE;
        try (LogCapture log = LogCapture.of(Cursors.class)) {
            cursors.release(LIMIT.plusSeconds(1), 10);
            assertThat(cursors.status(10, LIMIT)).hasSize(2);

            cursors.release(LIMIT, 10);

            assertThat(log.events())
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(text -> text.startsWith("subscriber bad cannot be removed"))
                    .anyMatch(text -> text.startsWith("subscriber good is removed: no route has used it for 30 d")
                            && text.contains("; 6 events that it had not delivered"));
        }
        assertThat(cursors.status(10, LIMIT))
                .extracting(JournalStatus.Subscriber::name)
                .containsExactly("bad");
        failing = null;
        cursors.release(LIMIT, 10);
        assertThat(cursors.status(10, LIMIT)).isEmpty();
    }

    private static Position at(long sequence) {
        return new Position(sequence, 1, 150 * sequence);
    }
}
