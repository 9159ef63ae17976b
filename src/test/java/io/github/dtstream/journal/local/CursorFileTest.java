package io.github.dtstream.journal.local;

import static io.github.dtstream.journal.local.TestJournals.CLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.journal.record.Position;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.storage.FaultyStorage.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CursorFileTest {
    private static final int SECTOR = 512;
    private static final Position START = at(1);

    @TempDir
    private Path folder;

    private final FaultyStorage storage = new FaultyStorage();
    private final List<Operation> done = new ArrayList<>();
    private @Nullable Operation failing;

    @BeforeEach
    void watch() {
        storage.watch((operation, file) -> {
            done.add(operation);
            if (operation == failing) {
                throw new IOException("No space left on device");
            }
        });
    }

    @Test
    void isOnDiskWithItsNameAsSoonAsItIsCreated() throws Exception {
        create(new Position(7, 5, 300));

        assertThat(done).containsSubsequence(Operation.CREATE, Operation.WRITE, Operation.FORCE, Operation.SYNC);
        assertThat(load().position()).isEqualTo(new Position(7, 5, 300));
        assertThat(load().idle()).isZero();
    }

    @Test
    void leavesNothingWhereItCannotBeCreated() {
        for (Operation fault : List.of(Operation.CREATE, Operation.WRITE, Operation.FORCE, Operation.SYNC)) {
            failing = fault;
            assertThatThrownBy(() -> create(START)).hasMessage("No space left on device");

            assertThat(file()).as("after %s", fault).doesNotExist();
        }
    }

    @Test
    void isTwoLinesForPeopleEachInASectorOfItsOwn() throws Exception {
        create(START).advance(new Position(2, 1, 150));

        String text = Files.readString(file());
        assertThat(text).hasSize(2 * SECTOR);
        assertThat(text.lines()).hasSize(2).allMatch(line -> line.length() == SECTOR - 1);
        assertThat(text.lines().findFirst().orElseThrow())
                .startsWith("{\"subscriber\":\"files\",\"sequence\":2,\"segment\":1,\"offset\":150,\"updated\":\""
                        + CLOCK.instant() + "\",\"crc\":\"");
    }

    @Test
    void goesOnlyForward() throws Exception {
        CursorFile cursor = create(new Position(5, 1, 600));
        done.clear();

        assertThat(cursor.advance(new Position(5, 1, 600))).isFalse();
        assertThat(cursor.advance(new Position(4, 1, 450))).isFalse();

        assertThat(done).as("writes nothing for that").isEmpty();
        assertThat(cursor.position()).isEqualTo(new Position(5, 1, 600));
        assertThat(cursor.isDirty()).isFalse();
    }

    @Test
    void saysOnceThatThereIsSomethingToSync() throws Exception {
        CursorFile cursor = create(START);

        assertThat(cursor.advance(at(2))).isTrue();
        assertThat(cursor.advance(at(3))).isFalse();
        assertThat(cursor.isDirty()).isTrue();
        done.clear();
        cursor.sync();
        cursor.sync();

        assertThat(done).containsExactly(Operation.FORCE);
        assertThat(cursor.isDirty()).isFalse();
        assertThat(cursor.advance(at(4))).isTrue();
    }

    @Test
    void syncsAgainWhatCouldNotBeSynced() throws Exception {
        CursorFile cursor = create(START);
        cursor.advance(at(2));
        failing = Operation.FORCE;
        assertThatThrownBy(cursor::sync).hasMessage("No space left on device");
        failing = null;
        assertThat(cursor.isDirty()).isTrue();
        done.clear();

        cursor.sync();

        assertThat(done).containsExactly(Operation.FORCE);
    }

    /** A crash during a write may leave anything in the sector that is written. */
    @Test
    void keepsThePlaceBeforeWhereTheNewestWriteWasCutShort() throws Exception {
        CursorFile cursor = create(START);
        for (int number = 2; number <= 9; number++) {
            cursor.advance(at(number));
            byte[] good = Files.readAllBytes(file());
            int newest = number % 2 == 0 ? 0 : SECTOR;
            for (byte filler : new byte[] {0, ' ', '9'}) {
                byte[] torn = good.clone();
                Arrays.fill(torn, newest + 60, newest + SECTOR - 1, filler);
                Files.write(file(), torn);
                assertThat(load().position()).as("newest %d", number).isEqualTo(at(number - 1));
            }
            Files.write(file(), good);
            assertThat(load().position()).isEqualTo(at(number));
        }
    }

    @Test
    void writesOverTheOlderLineAfterItWasReadBack() throws Exception {
        CursorFile cursor = create(START);
        for (int number = 2; number <= 6; number++) {
            cursor.advance(at(number));
            cursor.close();
            cursor = load();
            assertThat(Files.readString(file()))
                    .contains("\"sequence\":" + number + ",", "\"sequence\":" + (number - 1) + ",");
        }
    }

    @Test
    void noticesEveryChangedByteOfALine() throws Exception {
        create(START).advance(at(2));
        byte[] good = Files.readAllBytes(file());
        int length =
                new String(good, 0, SECTOR, StandardCharsets.US_ASCII).strip().length();

        for (int i = 0; i < length; i++) {
            byte[] changed = good.clone();
            changed[i] ^= 1;
            Files.write(file(), changed);
            assertThat(load().position()).as("byte %d", i).isEqualTo(START);
        }
    }

    @Test
    void isUnreadableWhereNeitherLineIsValid() throws Exception {
        create(START);
        for (String content : List.of("", "x".repeat(2 * SECTOR), "{\"subscriber\":\"files\"}\n")) {
            Files.writeString(file(), content);

            assertThat(CursorFile.load("files", folder, storage, CLOCK)).isNull();
        }
    }

    @Test
    void readsAFileThatWasCutOffBehindItsFirstLine() throws Exception {
        create(START).advance(at(2));
        Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), SECTOR));

        assertThat(load().position()).isEqualTo(at(2));
    }

    @Test
    void staysWhereItIsWhenAWriteFails() throws Exception {
        CursorFile cursor = create(START);
        cursor.advance(at(2));
        failing = Operation.WRITE;

        assertThatThrownBy(() -> cursor.advance(at(3))).hasMessage("No space left on device");

        assertThat(cursor.position()).isEqualTo(at(2));
        assertThat(load().position()).as("what fails may have been written").isIn(at(2), at(3));
        failing = null;
        assertThat(cursor.advance(at(4))).isFalse();
        assertThat(load().position()).isEqualTo(at(4));
    }

    @Test
    void leavesNoFileOpenWhereItCannotBeCreated() {
        failing = Operation.WRITE;

        assertThatThrownBy(() -> create(START)).hasMessage("No space left on device");

        assertThat(done).endsWith(Operation.CLOSE, Operation.DELETE);
    }

    @Test
    void writesItsIdleTimeFromHourToHour() throws Exception {
        CursorFile cursor = create(START);
        cursor.addIdle(Duration.ofMinutes(59));
        assertThat(cursor.isDirty()).isFalse();
        assertThat(load().idle()).isZero();

        cursor.addIdle(Duration.ofMinutes(1));
        assertThat(cursor.isDirty()).isTrue();
        assertThat(load().idle()).isEqualTo(Duration.ofHours(1));

        cursor.addIdle(Duration.ofMinutes(30));
        assertThat(load().idle()).isEqualTo(Duration.ofHours(1));
        assertThat(cursor.idle()).isEqualTo(Duration.ofMinutes(90));
        cursor.writeRest();
        assertThat(load().idle()).isEqualTo(Duration.ofMinutes(90));
        done.clear();
        cursor.writeRest();
        assertThat(done).isEmpty();
    }

    @Test
    void forgetsItsIdleTimeInBothLinesWhenItIsUsed() throws Exception {
        CursorFile cursor = create(START);
        cursor.addIdle(Duration.ofHours(5));
        cursor.used();

        assertThat(cursor.idle()).isZero();
        assertThat(load().idle()).isZero();
        assertThat(Files.readString(file())).doesNotContain("idle");
        assertThat(cursor.isDirty()).isTrue();
        done.clear();
        cursor.used();
        assertThat(done).as("there is nothing to forget").isEmpty();
    }

    @Test
    void canBeWrittenAfterItWasClosed() throws Exception {
        CursorFile cursor = create(START);
        cursor.close();
        cursor.sync();
        cursor.advance(at(2));
        cursor.close();
        cursor.close();

        assertThat(load().position()).isEqualTo(at(2));
        assertThat(done.stream().filter(Operation.CLOSE::equals))
                .as("twice by itself, once when it was read")
                .hasSize(3);
    }

    @Test
    void isGoneWhenItIsDeleted() throws Exception {
        CursorFile cursor = create(START);

        cursor.delete();

        assertThat(file()).doesNotExist();
        assertThat(done).containsSubsequence(Operation.CLOSE, Operation.DELETE);
    }

    private CursorFile create(Position position) throws IOException {
        return CursorFile.create("files", folder, position, storage, CLOCK);
    }

    private CursorFile load() throws IOException {
        return CursorFile.load("files", folder, storage, CLOCK);
    }

    private Path file() {
        return folder.resolve("files.ndjson");
    }

    private static Position at(long sequence) {
        return new Position(sequence, 1, 150 * sequence);
    }
}
