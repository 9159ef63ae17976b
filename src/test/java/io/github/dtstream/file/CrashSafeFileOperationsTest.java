package io.github.dtstream.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.LogCapture;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CrashSafeFileOperationsTest {
    @TempDir
    private Path folder;

    @Test
    void permissionsThatAFileSystemDoesNotHaveAreLeftOutAsTheLinesAreWritten() throws Exception {
        URI archive = URI.create("jar:" + folder.resolve("files.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"));
                LogCapture lines = LogCapture.of(CrashSafeFileOperations.class)) {
            Path file = Files.writeString(zip.getPath("/events.ndjson"), "{}\n");

            CrashSafeFileOperations.setPermissions(file, PosixFilePermissions.fromString("rw-r-----"));

            assertThat(lines.messages())
                    .singleElement()
                    .asString()
                    .startsWith("/events.ndjson: chmod=rw-r----- could not be done: "
                            + "java.lang.UnsupportedOperationException");
        }
    }
}
