package io.github.dtstream.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.storage.FaultyStorage.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The assumptions of the other tests about it. */
class FaultyStorageTest {
    @TempDir
    private Path folder;

    private final FaultyStorage storage = new FaultyStorage();

    private void write(Storage.OpenFile file, String text, long position) throws IOException {
        file.write(text.getBytes(UTF_8), 0, text.length(), position);
    }

    /** A file that is synced with its name, then changed in all ways. */
    private Path changed() throws IOException {
        Path path = folder.resolve("file");
        try (Storage.OpenFile file = storage.create(path)) {
            write(file, "0123456789", 0);
            file.force();
            storage.syncDirectory(folder);
            write(file, "ab", 2);
            file.truncate(6);
            write(file, "xyz", 5);
        }
        assertThat(path).hasContent("01ab4xyz");
        return path;
    }

    @Test
    void aPowerCutTakesContentsThatWereNotSynced() throws Exception {
        Path path = changed();
        storage.powerCut(Loss.CONTENTS);
        assertThat(path).hasContent("012345");
    }

    @Test
    void aPowerCutThatTakesAllLeavesWhatWasSynced() throws Exception {
        Path path = changed();
        storage.powerCut(Loss.BOTH);
        assertThat(path).hasContent("0123456789");
    }

    @Test
    void aPowerCutThatTakesNamesLeavesContents() throws Exception {
        Path path = changed();
        storage.powerCut(Loss.NAMES);
        assertThat(path).hasContent("01ab4xyz");
    }

    @Test
    void aPowerCutTakesNamesThatWereNotSynced() throws Exception {
        for (Loss loss : Loss.values()) {
            Path path = folder.resolve("new-" + loss);
            try (Storage.OpenFile file = storage.create(path)) {
                write(file, "content", 0);
                file.force();
            }
            storage.powerCut(loss);
            assertThat(storage.exists(path)).as("lost: %s", loss).isEqualTo(loss == Loss.CONTENTS);
        }
    }

    @Test
    void aPowerCutUndoesMovesAndDeletionsThatWereNotSynced() throws Exception {
        Path from = folder.resolve("from");
        Path to = folder.resolve("to");
        Path gone = folder.resolve("gone");
        for (Path path : List.of(from, to, gone)) {
            try (Storage.OpenFile file = storage.create(path)) {
                write(file, path.getFileName().toString(), 0);
                file.force();
            }
        }
        storage.syncDirectory(folder);
        storage.move(from, to);
        storage.delete(gone);
        assertThat(storage.list(folder)).containsExactly("to");
        assertThat(to).hasContent("from");

        storage.powerCut(Loss.NAMES);

        assertThat(from).hasContent("from");
        assertThat(to).hasContent("to");
        assertThat(gone).hasContent("gone");
    }

    @Test
    void aWriteThatFailsHasWrittenHalfAndAForceThatFailsDropsIt() throws Exception {
        Path path = folder.resolve("file");
        try (Storage.OpenFile file = storage.create(path)) {
            storage.failOperations(1, 1);
            assertThatThrownBy(() -> write(file, "abcd", 0)).hasMessage("WRITE of file failed by intent");
            assertThat(path).hasContent("ab");

            storage.crashAt(1);
            assertThatThrownBy(file::force).isInstanceOf(FaultyStorage.Crash.class);
            assertThat(storage.failures()).isOne();
            storage.mend();
        }
        assertThat(path).isEmptyFile();
    }

    @Test
    void aWatcherSeesEachOperationBeforeItIsDone() throws Exception {
        List<String> seen = new ArrayList<>();
        storage.watch((operation, file) -> seen.add(operation + " " + file.getFileName() + storage.exists(file)));

        storage.create(folder.resolve("file")).close();

        assertThat(seen).containsExactly("CREATE filefalse", "CLOSE filetrue");
    }

    @Test
    void aFullDiskTakesWhatFits() throws Exception {
        Path path = folder.resolve("file");
        try (Storage.OpenFile file = storage.create(path)) {
            storage.room(3);
            assertThatThrownBy(() -> write(file, "abcd", 0)).hasMessage("No space left on device");
            write(file, "xyz", 0);
        }
        assertThat(path).hasContent("xyz");
    }
}
