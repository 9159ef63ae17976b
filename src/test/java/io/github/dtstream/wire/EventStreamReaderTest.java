package io.github.dtstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventStreamReaderTest {
    private static final int LIMIT = 16;
    private static final String MARK = "\uFEFF";

    /** A body and its records, joined by a bar. */
    static Stream<Arguments> bodies() {
        String longest = "y".repeat(LIMIT);
        return Stream.of(
                Arguments.of("", "truncated 0"),
                Arguments.of("data: a\n\ndata: b\n\n", "a|b|truncated 0"),
                Arguments.of("data: a\r\rdata: b\r\r", "a|b|truncated 0"),
                Arguments.of("data: a\r\n\r\ndata: b\r\n\r\n", "a|b|truncated 0"),
                Arguments.of("data: a\r\n\ndata: b\n\r\ndata: c\r\r\ndata: d\n\r", "a|b|c|d|truncated 0"),
                Arguments.of("data: a\n\r\r\n\n\r\ndata: b\n\n", "a|b|truncated 0"),
                Arguments.of("data:a\n\ndata:  b\n\ndata:\tc\n\n", "a| b|\tc|truncated 0"),
                Arguments.of("data: {\ndata:  \"a\":1\rdata:}\r\n\n", "{\n \"a\":1\n}|truncated 0"),
                Arguments.of("data: a\ndata\ndata:\ndata: b\n\n", "a\n\n\nb|truncated 0"),
                Arguments.of("data\n\ndata\ndata\n\ndata: \n\n\n\n", "truncated 0"),
                Arguments.of(": ping\n\n:\n\n:data: x\n\ndata: a\n: between\ndata: b\n\n", "a\nb|truncated 0"),
                Arguments.of("event: e\nid: 1\u0000\nretry: 10\nretry: x\ndata: a\nid\n\n", "a|truncated 0"),
                Arguments.of("event: only\n\ndata: a\n\n", "a|truncated 0"),
                Arguments.of("dat: x\ndatax: x\nDATA: x\n data: x\ndata : x\ndata: a\n\n", "a|truncated 0"),
                Arguments.of(MARK + "data: a\n\n", "a|truncated 0"),
                Arguments.of(MARK + MARK + "data: a\n\ndata: b\n\n", "b|truncated 0"),
                Arguments.of("data: a\n\n" + MARK + "data: b\n\n", "a|truncated 0"),
                Arguments.of("\ufe01data: a\n\ndata: b\n\n", "b|truncated 0"),
                Arguments.of("data: " + MARK + "æ€😀\n\n", MARK + "æ€😀|truncated 0"),
                Arguments.of("data: a:b: c\n\n", "a:b: c|truncated 0"),
                Arguments.of("data: a\n\ndata: b\n", "a|truncated 1"),
                Arguments.of("data: a\n\ndata: b", "a|truncated 1"),
                Arguments.of("data: a\n\ndat", "a|truncated 1"),
                Arguments.of("data: a\n\n: comment", "a|truncated 0"),
                Arguments.of("data: a\n\n: comment\n", "a|truncated 0"),
                Arguments.of("data: a\r\n\r", "a|truncated 0"),
                Arguments.of(
                        "data: " + longest + "\n\ndata:" + longest + "\n\n", longest + "|" + longest + "|truncated 0"),
                Arguments.of("data: " + longest + "z\n\ndata: a\n\n", "oversize 17 16 yyyy|a|truncated 0"),
                Arguments.of("data: yyyyyyyy\ndata: zzzzzzzz\n\ndata: a\n\n", "oversize 17 16 yyyy|a|truncated 0"),
                Arguments.of(
                        "data: " + "y".repeat(3000) + "\r\ndata\r\n\r\ndata: a\n\n",
                        "oversize 3001 16 yyyy|a|truncated 0"),
                Arguments.of(":" + "c".repeat(500) + "\nx" + "d".repeat(500) + "\ndata: a\n\n", "a|truncated 0"),
                Arguments.of("data: " + "y".repeat(100), "truncated 1"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void readsTheGrammarWhereverTheChunksEnd(String body, String records) throws InterruptedException {
        assertThat(String.join("|", Chunking.whole(new EventStreamReader(LIMIT), body)))
                .isEqualTo(records);
        Chunking.isIrrelevantFor(() -> new EventStreamReader(LIMIT), body);
    }

    @Test
    void handsAnEventOnWithTheCarriageReturnThatCompletesIt() throws InterruptedException {
        EventStreamReader reader = new EventStreamReader(LIMIT);
        CollectedFrames sink = new CollectedFrames();

        feed(reader, "data: a\r\n\r", sink);
        assertThat(sink.frames).containsExactly("a");

        feed(reader, "\ndata: b\r\n\r", sink);
        assertThat(sink.frames).containsExactly("a", "b");
    }

    @Test
    void handsOnAnEventThatLiesWholeInTheBufferInPlace() throws InterruptedException {
        byte[] buffer = "data: {}\r\n\r\ndata: []\n\n".getBytes(StandardCharsets.UTF_8);
        CollectedFrames sink = new CollectedFrames();

        new EventStreamReader(LIMIT).feed(buffer, 0, buffer.length, sink);

        assertThat(sink.arrays).hasSize(2).allMatch(array -> array == buffer);
    }

    @Test
    void keepsMemoryBoundedWhileAnEndlessEventFlowsBy() throws InterruptedException {
        EventStreamReader reader = new EventStreamReader(2048);
        CollectedFrames sink = new CollectedFrames();
        byte[] chunk = new byte[1 << 20];
        Arrays.fill(chunk, (byte) 'x');

        feed(reader, "data:", sink);
        for (int i = 0; i < 3000; i++) {
            reader.feed(chunk, 0, chunk.length, sink);
        }
        feed(reader, "\ndata: tail\n\n", sink);

        assertThat(sink.frames).containsExactly("oversize " + ((3000L << 20) + 5) + " 1024 xxxx");
    }

    private static void feed(FrameReader reader, String text, CollectedFrames sink) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        reader.feed(bytes, 0, bytes.length, sink);
    }
}
