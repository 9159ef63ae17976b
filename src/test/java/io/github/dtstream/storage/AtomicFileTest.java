package io.github.dtstream.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFileTest {
    @TempDir
    private Path folder;

    @Test
    void replacesAFileWhereFoldersCannotBeSynced() throws Exception {
        Storage storage = new SystemStorage(new FolderSync(path -> {
            throw new IOException("Invalid argument");
        }));
        AtomicFile file = AtomicFile.keepingPrevious(folder.resolve("gaps/gaps.json"), storage);

        file.save("one".getBytes(UTF_8));
        file.save("two".getBytes(UTF_8));

        AtomicFile.Content<String> content = file.load(AtomicFileTest::text);
        assertThat(content.value()).contains("two");
        assertThat(content.damaged()).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @EnumSource
    void holdsTheOldContentOrTheNewOneWhereverItCrashes(FaultyStorage.@Nullable Loss loss) throws Exception {
        for (boolean keepsPrevious : new boolean[] {true, false}) {
            boolean crashed = true;
            for (int operation = 1; crashed; operation++) {
                Path path = folder.resolve(loss + "-" + keepsPrevious + "-" + operation);
                FaultyStorage storage = new FaultyStorage();
                file(path, keepsPrevious, storage).save("old".getBytes(UTF_8));
                storage.crashAt(operation);

                crashed = crashes(file(path, keepsPrevious, storage));

                storage.mend();
                if (loss != null) {
                    storage.powerCut(loss);
                }
                Optional<String> found =
                        file(path, keepsPrevious, storage).read().map(bytes -> new String(bytes, UTF_8));
                assertThat(found.orElse("neither"))
                        .as("crash at operation %d", operation)
                        .isIn(crashed ? new Object[] {"old", "a new content"} : new Object[] {"a new content"});
                file(path, keepsPrevious, storage).save("the next".getBytes(UTF_8));
                assertThat(path).hasContent("the next");
            }
        }
    }

    private static AtomicFile file(Path path, boolean keepsPrevious, Storage storage) {
        return keepsPrevious ? AtomicFile.keepingPrevious(path, storage) : AtomicFile.of(path, storage);
    }

    private static boolean crashes(AtomicFile file) throws IOException {
        try {
            file.save("a new content".getBytes(UTF_8));
            return false;
        } catch (FaultyStorage.Crash e) {
            return true;
        }
    }

    @Test
    void isThereAfterAPowerCutWithTheFoldersThatWereMadeForIt() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        AtomicFile file = AtomicFile.of(folder.resolve("a/b/file"), storage);

        file.save("content".getBytes(UTF_8));
        storage.powerCut(FaultyStorage.Loss.BOTH);

        assertThat(file.read())
                .hasValueSatisfying(content -> assertThat(content).asString().isEqualTo("content"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void leavesNothingBesideWhatWasSavedWhereTheDiskRefuses(int operation) throws Exception {
        FaultyStorage storage = new FaultyStorage();
        AtomicFile file = AtomicFile.of(folder.resolve("file"), storage);
        file.save("old".getBytes(UTF_8));
        storage.failOperations(operation, operation);

        assertThatThrownBy(() -> file.save("new".getBytes(UTF_8))).isInstanceOf(IOException.class);

        assertThat(folder.toFile().list()).containsExactly("file");
        assertThat(folder.resolve("file")).hasContent("old");
    }

    @Test
    void leavesTheOldContentWhereTheNewOneCannotBeMade() throws Exception {
        AtomicFile file = AtomicFile.of(folder.resolve("file"), new SystemStorage());
        file.save("old".getBytes(UTF_8));

        assertThatThrownBy(() -> file.save(out -> {
                    out.write("ne".getBytes(UTF_8));
                    throw new IOException("the source fails");
                }))
                .hasMessage("the source fails");

        assertThat(folder.toFile().list()).containsExactly("file");
        assertThat(folder.resolve("file")).hasContent("old");
    }

    @Test
    void movesADamagedFileAsideAndTakesTheCopyBeforeIt() throws Exception {
        AtomicFile file = AtomicFile.keepingPrevious(folder.resolve("file"), new SystemStorage());
        file.save("one".getBytes(UTF_8));
        file.save("two".getBytes(UTF_8));
        Files.writeString(folder.resolve("file"), "");

        assertThat(file.load(AtomicFileTest::text)).isEqualTo(new AtomicFile.Content<>(Optional.of("one"), true));

        assertThat(folder.resolve("file.damaged")).isEmptyFile();
        file.save("three".getBytes(UTF_8));
        assertThat(folder.resolve("file.previous")).hasContent("one");
    }

    @Test
    void saysThatNothingCanBeReadWhereBothCopiesAreDamaged() throws Exception {
        AtomicFile file = AtomicFile.keepingPrevious(folder.resolve("file"), new SystemStorage());
        Files.writeString(folder.resolve("file.previous"), "");

        assertThat(file.load(AtomicFileTest::text)).isEqualTo(new AtomicFile.Content<>(Optional.empty(), true));
        assertThat(AtomicFile.of(folder.resolve("file"), new SystemStorage()).load(AtomicFileTest::text))
                .isEqualTo(new AtomicFile.Content<>(Optional.empty(), false));
    }

    @Test
    void deletesItselfAndItsCopies() throws Exception {
        AtomicFile file = AtomicFile.keepingPrevious(folder.resolve("file"), new SystemStorage());
        file.save("one".getBytes(UTF_8));
        file.save("two".getBytes(UTF_8));
        Files.writeString(folder.resolve("file.next"), "half");

        file.delete();
        file.delete();

        assertThat(folder).isEmptyDirectory();
        assertThat(file.exists()).isFalse();
        assertThat(file.read()).isEmpty();
    }

    private static String text(byte[] content) throws IOException {
        if (content.length == 0) {
            throw new IOException("empty");
        }
        return new String(content, UTF_8);
    }
}
