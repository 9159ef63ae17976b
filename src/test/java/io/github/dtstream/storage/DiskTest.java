package io.github.dtstream.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTest {
    @TempDir
    private Path folder;

    @Test
    void replacesAFileWhereFoldersCannotBeSynced() throws Exception {
        Disk disk = Disk.of(new FolderSync(path -> {
            throw new IOException("Invalid argument");
        }));
        AtomicFile file = new AtomicFile(folder.resolve("gaps/gaps.json"), disk);

        file.save("one".getBytes(StandardCharsets.UTF_8));
        file.save("two".getBytes(StandardCharsets.UTF_8));

        AtomicFile.Content<String> content = file.load(bytes -> new String(bytes, StandardCharsets.UTF_8));
        assertThat(content.value()).contains("two");
        assertThat(content.damaged()).isFalse();
    }
}
