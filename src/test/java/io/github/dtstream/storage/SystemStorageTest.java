package io.github.dtstream.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.LogCapture;
import java.io.EOFException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemStorageTest {
    @TempDir
    private Path folder;

    private final List<Path> synced = new ArrayList<>();
    private final SystemStorage storage = new SystemStorage(new FolderSync(synced::add));

    @Test
    void syncsTheParentOfEachFolderThatItMakes() throws Exception {
        storage.createDirectories(folder.resolve("a/b"));
        storage.createDirectories(folder.resolve("a/b"));

        assertThat(synced).containsExactly(folder, folder.resolve("a"));
    }

    @Test
    void finishesWhatAnInterruptedThreadDoes() throws Exception {
        Storage real = new SystemStorage(new FolderSync(FolderSync::force));
        try (LogCapture log = LogCapture.of(FolderSync.class)) {
            Thread.currentThread().interrupt();
            AtomicFile file = AtomicFile.of(folder.resolve("file"), real);
            file.save("whole".getBytes(UTF_8));
            try (Storage.OpenFile open = real.open(folder.resolve("file"))) {
                open.write("W".getBytes(UTF_8), 0, 1, 0);
                open.force();
            }

            assertThat(Thread.interrupted()).isTrue();
            assertThat(folder.resolve("file")).hasContent("Whole");
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void opensWhatIsThereAndCreatesWhatIsNot() throws Exception {
        Path file = folder.resolve("file");
        assertThatThrownBy(() -> storage.open(file)).isInstanceOf(NoSuchFileException.class);
        try (Storage.OpenFile open = storage.openOrCreate(file)) {
            open.write("abc".getBytes(UTF_8), 0, 3, 0);
        }
        try (Storage.OpenFile open = storage.openOrCreate(file)) {
            assertThat(open.size()).isEqualTo(3);
            byte[] bytes = new byte[2];
            open.readFully(bytes, 1);
            assertThat(bytes).asString().isEqualTo("bc");
            assertThatThrownBy(() -> open.readFully(bytes, 2)).isInstanceOf(EOFException.class);
        }
        storage.create(file).close();
        assertThat(file).isEmptyFile();
    }

    @Test
    void replacesWhatAMoveMeets() throws Exception {
        Files.writeString(folder.resolve("from"), "new");
        Files.writeString(folder.resolve("to"), "old");

        storage.move(folder.resolve("from"), folder.resolve("to"));

        assertThat(storage.list(folder)).containsExactly("to");
        assertThat(storage.read(folder.resolve("to"))).asString().isEqualTo("new");
    }
}
