package io.github.dtstream.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses its own small file system, if the test may mount one. */
class FullDiskTest {

    @TempDir
    Path directory;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", directory.toString());
        assumeThat(mounted).as("may mount a file system").isTrue();
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", directory.toString());
        }
    }

    @Test
    void aBatchThatFindsNoRoomLeavesTheFileAsItWas() throws Exception {
        CrashSafeAppender appender = new CrashSafeAppender(new SystemStorage(), (file, remnant) -> {});
        Path file = directory.resolve("events");
        Path ballast = Files.write(directory.resolve("ballast"), new byte[100_000]);
        String batch =
                IntStream.range(0, 1000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
        int written = 0;
        try {
            for (; written < 1000; written++) {
                append(appender, file, batch);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
        assertThat(written).isBetween(1, 100);
        assertThat(file).hasContent(batch.repeat(written));
        assertThatThrownBy(() -> append(appender, file, batch)).hasMessageContaining("No space left");

        Files.delete(ballast);
        append(appender, file, batch);

        assertThat(file).hasContent(batch.repeat(written + 1));
    }

    private static void append(CrashSafeAppender appender, Path file, String lines) throws IOException {
        appender.append(file, out -> out.write(lines.getBytes(UTF_8)), true, true);
    }

    private static boolean run(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
