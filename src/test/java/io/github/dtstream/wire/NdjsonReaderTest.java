package io.github.dtstream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NdjsonReaderTest {
    private static final int LIMIT = 16;

    static Stream<String> bodies() {
        String tooLong = "x".repeat(LIMIT + 1);
        String longest = "y".repeat(LIMIT);
        return Stream.of(
                "",
                "{\"a\":1}\n{\"b\":2}\n",
                "{\"a\":1}\r\n\r\n\n \t\n{\"b\":2}\r\n",
                "a\rb\n\rc\n\r\r\nd\n",
                "{\"æ€😀\":0}\n\"ø\"\n",
                longest + "\n" + longest + "\r\n" + longest + "\r\r\n",
                tooLong + "\n{}\n" + tooLong + "\r\n{}\n",
                "z".repeat(2000) + "\n{\"after\":1}\n",
                "{\"cut\":\n{\"cut\":",
                "{\"last\":1}",
                "{\"last\":1}\r",
                " {\"last\":1} ",
                "{\"a\":1}{\"b\":2}",
                "[1]",
                "  ",
                "{}\n" + tooLong,
                "{}\n{\"s\":\"€",
                "\uFEFF{\"a\":1}\n{\"b\":2}\n",
                "\uFEFF\uFEFF{}\n",
                "\uFEFF",
                "\uFE01{}\n\uFEFF{}\n");
    }

    @Test
    void leavesOutAByteOrderMarkBeforeTheFirstLine() throws InterruptedException {
        assertThat(Chunking.whole(new NdjsonReader(LIMIT), "\uFEFF{\"a\":1}\n{\"b\":2}\n"))
                .containsExactly("{\"a\":1}", "{\"b\":2}", "truncated 0");
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void givesTheSameRecordsWhereverTheChunksEnd(String body) throws InterruptedException {
        Chunking.isIrrelevantFor(() -> new NdjsonReader(LIMIT), body);
    }

    @Test
    void endsRecordsAtLineFeedsAndSkipsBlankLines() throws InterruptedException {
        assertThat(Chunking.whole(new NdjsonReader(LIMIT), "{\"a\":1}\r\n\n \t\n\r\n{\"b\":2}\n"))
                .containsExactly("{\"a\":1}", "{\"b\":2}", "truncated 0");
    }

    @Test
    void reportsALineThatIsTooLongOnceItHasEnded() throws InterruptedException {
        assertThat(Chunking.whole(new NdjsonReader(LIMIT), "a\n" + "x".repeat(5000) + "\r\nb\n"))
                .containsExactly("a", "oversize 5000 " + LIMIT + " xxxx", "b", "truncated 0");
    }

    @Test
    void handsOnAtMostOneKibibyteOfALineThatIsTooLong() throws InterruptedException {
        assertThat(Chunking.whole(new NdjsonReader(2000), "x".repeat(5000) + "\n"))
                .containsExactly("oversize 5000 1024 xxxx", "truncated 0");
    }

    @Test
    void keepsTheLongestLineAllowedWhateverItsEnd() throws InterruptedException {
        String longest = "y".repeat(LIMIT);

        assertThat(Chunking.whole(new NdjsonReader(LIMIT), longest + "\n" + longest + "\r\n"))
                .containsExactly(longest, longest, "truncated 0");
    }

    @Test
    void takesAnUnterminatedTailOnlyIfItIsACompleteObject() throws InterruptedException {
        assertThat(Chunking.whole(new NdjsonReader(64), "{}\n{\"error\":{\"code\":4}}"))
                .containsExactly("{}", "{\"error\":{\"code\":4}}", "truncated 0");
        assertThat(Chunking.whole(new NdjsonReader(64), "{}\n{\"result\":{\"event\":{}}"))
                .containsExactly("{}", "truncated 1");
        assertThat(Chunking.whole(new NdjsonReader(64), "{}\n{} {}")).containsExactly("{}", "truncated 1");
        assertThat(Chunking.whole(new NdjsonReader(64), "{}\n42")).containsExactly("{}", "truncated 1");
    }

    @Test
    void handsOnALineThatLiesWholeInTheBufferInPlace() throws InterruptedException {
        byte[] buffer = "{\"a\":1}\n{\"b\":2}\n".getBytes(StandardCharsets.UTF_8);
        CollectedFrames sink = new CollectedFrames();

        new NdjsonReader(64).feed(buffer, 0, buffer.length, sink);

        assertThat(sink.arrays).hasSize(2).allMatch(array -> array == buffer);
    }

    @Test
    void keepsMemoryBoundedWhileAnEndlessLineFlowsBy() throws InterruptedException {
        NdjsonReader reader = new NdjsonReader(1024);
        CollectedFrames sink = new CollectedFrames();
        byte[] chunk = new byte[1 << 20];
        Arrays.fill(chunk, (byte) 'x');

        for (int i = 0; i < 3000; i++) {
            reader.feed(chunk, 0, chunk.length, sink);
        }
        reader.feed(new byte[] {'\n'}, 0, 1, sink);

        assertThat(sink.frames).containsExactly("oversize " + (3000L << 20) + " 1024 xxxx");
    }

    @Test
    void refusesALimitThatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NdjsonReader(0))
                .withMessageContaining("maxEventSize");
        assertThatIllegalArgumentException().isThrownBy(() -> new NdjsonReader(Integer.MAX_VALUE));
    }
}
