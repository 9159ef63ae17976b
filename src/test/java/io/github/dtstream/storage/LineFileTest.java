package io.github.dtstream.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFileTest {
    @TempDir
    private Path folder;

    private Path path;
    private LineFile file;

    @BeforeEach
    void name() {
        path = folder.resolve("lines");
        file = new LineFile(path, new FaultyStorage());
    }

    @Test
    void addsDirectlyBehindALineThatIsNotUtf8() throws IOException {
        Files.writeString(path, "a\n\u00ff\u00fe\nb\n", ISO_8859_1);

        assertThat(file.read()).hasSize(3).startsWith("a").endsWith("b");
        file.append("c\n".getBytes(US_ASCII));

        assertThat(path).usingCharset(ISO_8859_1).hasContent("a\n\u00ff\u00fe\nb\nc\n");
    }

    @Test
    void overwritesALineThatWasCutShort() throws IOException {
        Files.writeString(path, "a\n\u00e9");

        assertThat(file.read()).containsExactly("a");
        file.append("b\n".getBytes(US_ASCII));

        assertThat(path).hasContent("a\nb\n");
        assertThat(file.read()).containsExactly("a", "b");
    }

    @Test
    void hasNoLinesWhereThereIsNoFileOrNoWholeLine() throws IOException {
        assertThat(file.read()).isEmpty();
        Files.writeString(path, "torn");

        assertThat(file.read()).isEmpty();
        file.append("a\n".getBytes(US_ASCII));

        assertThat(path).hasContent("a\n");
    }
}
