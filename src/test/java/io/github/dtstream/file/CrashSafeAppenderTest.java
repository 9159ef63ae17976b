package io.github.dtstream.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.storage.FaultyStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrashSafeAppenderTest {

    @TempDir
    Path directory;

    private final FaultyStorage files = new FaultyStorage();
    private final List<String> remnants = new ArrayList<>();
    private CrashSafeAppender appender = newProcess();

    @Test
    void aFileCutShortAtAnyByteIsMendedByTheNextProcess() throws IOException {
        String whole = "{\"id\":1}\n{\"id\":2,\"name\":\"Küche\"}\n{\"id\":3}\n";
        byte[] bytes = whole.getBytes(UTF_8);
        for (int length = 0; length <= bytes.length; length++) {
            Path file = directory.resolve("cut-" + length);
            Files.write(file, Arrays.copyOf(bytes, length));
            String before = Files.readString(file, ISO_8859_1);
            int wholeLines = before.lastIndexOf('\n') + 1;
            remnants.clear();
            appender = newProcess();

            append(file, "{\"id\":9}\n");

            String kept = new String(bytes, 0, wholeLines, UTF_8);
            assertThat(file).hasContent(kept + "{\"id\":9}\n");
            assertThat(remnants)
                    .isEqualTo(
                            wholeLines == length
                                    ? List.of()
                                    : List.of(new String(bytes, wholeLines, length - wholeLines, UTF_8)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whicheverOperationFailsTheNextAppendLeavesEachRecordOnce(boolean staysBroken) throws IOException {
        int failures = 0;
        for (int operation = 0; operation == failures; operation++) {
            Path file = directory.resolve("fault-" + operation);
            Files.writeString(file, "old\n");
            appender = newProcess();
            append(file, "first\n");
            files.failOperations(operation + 1, staysBroken ? Long.MAX_VALUE : operation + 1);

            boolean refused = false;
            try {
                append(file, "second\nthird\n");
            } catch (IOException e) {
                refused = true;
            }
            failures += files.failures() > 0 ? 1 : 0;
            files.mend();
            if (refused) {
                append(file, "second\nthird\n");
            }

            assertThat(file).hasContent("old\nfirst\nsecond\nthird\n");
        }
        assertThat(failures).as("operations that failed").isGreaterThan(4);
    }

    @Test
    void anAppendThatCouldNotBeUndoneIsUndoneByTheNextEvenWithoutLines() throws IOException {
        Path file = directory.resolve("pieces");
        files.failOperations(3, Long.MAX_VALUE);
        assertThatThrownBy(() -> appender.append(file, out -> out.write("half".getBytes(UTF_8)), false, false))
                .isInstanceOf(IOException.class);
        assertThat(file).hasContent("ha");
        files.mend();

        appender.append(file, out -> out.write("whole".getBytes(UTF_8)), false, false);

        assertThat(file).hasContent("whole");
    }

    @Test
    void aSourceThatFailsHalfwayLeavesNothing() throws IOException {
        Path file = directory.resolve("source");
        append(file, "one\n");

        assertThatThrownBy(() -> appender.append(
                        file,
                        out -> {
                            out.write("tw".getBytes(UTF_8));
                            throw new IllegalStateException("the source is gone");
                        },
                        true,
                        true))
                .isInstanceOf(IllegalStateException.class);

        assertThat(file).hasContent("one\n");
    }

    @Test
    void anInterruptedThreadFinishesItsLine() throws IOException {
        Path file = directory.resolve("interrupted");
        Thread.currentThread().interrupt();
        append(file, "whole\n");
        assertThat(Thread.interrupted()).isTrue();

        assertThat(file).hasContent("whole\n");
    }

    @Test
    void aFileThatWasRenamedAwayIsBegunAnew() throws IOException {
        Path file = directory.resolve("events");
        append(file, "one\n");
        Files.move(file, directory.resolve("events.1"));
        append(file, "two\n");
        Files.delete(file);
        append(file, "three\n");

        assertThat(directory.resolve("events.1")).hasContent("one\n");
        assertThat(file).hasContent("three\n");
    }

    @Test
    void aFileThatTookThePlaceOfAnotherIsLookedAt() throws IOException {
        Path file = directory.resolve("events");
        append(file, "one\n");
        Path other = Files.writeString(directory.resolve("other"), "whole\ntorn");
        Files.move(other, file, REPLACE_EXISTING);

        append(file, "two\n");

        assertThat(file).hasContent("whole\ntwo\n");
        assertThat(remnants).containsExactly("torn");
    }

    @Test
    void piecesOfALineAreLeftAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("pieces"), "a,");
        appender.append(file, out -> out.write("b,".getBytes(UTF_8)), false, true);

        assertThat(file).hasContent("a,b,");
        assertThat(remnants).isEmpty();
    }

    @Test
    void aRemnantLongerThanABlockIsFoundWhole() throws IOException {
        String remnant = "x".repeat(200_000);
        Path file = Files.writeString(directory.resolve("long"), "whole\n" + remnant);

        append(file, "next\n");

        assertThat(file).hasContent("whole\nnext\n");
        assertThat(remnants).containsExactly(remnant);
    }

    @Test
    void whatCanHardlyBeALineIsKept() throws IOException {
        Path file = directory.resolve("binary");
        Files.write(file, new byte[TornLine.LONGEST + 100_000]);

        append(file, "next\n");

        assertThat(Files.size(file)).isEqualTo(TornLine.LONGEST + 100_000 + 1 + 5);
        assertThat(remnants).isEmpty();
    }

    @Test
    void aListenerThatFailsKeepsTheRemnant() throws IOException {
        Path file = Files.writeString(directory.resolve("events"), "whole\ntorn");
        appender = new CrashSafeAppender(files, (path, remnant) -> {
            throw new IllegalStateException("nowhere to put it");
        });

        assertThatThrownBy(() -> append(file, "next\n")).hasMessage("nowhere to put it");

        assertThat(file).hasContent("whole\ntorn");
    }

    private void append(Path file, String lines) throws IOException {
        appender.append(file, out -> out.write(lines.getBytes(UTF_8)), true, true);
    }

    private CrashSafeAppender newProcess() {
        return new CrashSafeAppender(files, (path, remnant) -> remnants.add(new String(remnant, UTF_8)));
    }
}
