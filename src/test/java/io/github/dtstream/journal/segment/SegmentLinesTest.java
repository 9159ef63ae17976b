package io.github.dtstream.journal.segment;

import static io.github.dtstream.journal.segment.TestSegments.DAY;
import static io.github.dtstream.journal.segment.TestSegments.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentLinesTest {
    /** The size of a block. */
    private static final int BLOCK = 32 << 10;

    @TempDir
    private Path root;

    private TestSegments files;
    private SegmentLines lines;

    @BeforeEach
    void makeFolder() throws Exception {
        files = new TestSegments(root);
        lines = new SegmentLines(files.storage);
    }

    @Test
    void readsLineByLine() throws Exception {
        Segment segment = files.segment(1, DAY, text("one\n\nthree\n"));
        lines.moveTo(segment, 0);

        assertThat(lines.next(11)).isTrue();
        assertThat(line()).isEqualTo("one");
        assertThat(lines.offset()).isZero();
        assertThat(lines.nextOffset()).isEqualTo(4);
        assertThat(lines.isComplete()).isTrue();
        assertThat(lines.next(11)).isTrue();
        assertThat(line()).isEmpty();
        assertThat(lines.next(11)).isTrue();
        assertThat(line()).isEqualTo("three");
        assertThat(lines.offset()).isEqualTo(5);
        assertThat(lines.next(11)).isFalse();
        assertThat(lines.nextOffset()).isEqualTo(11);
    }

    @Test
    void saysWhetherTheLastLineWasCutShort() throws Exception {
        Segment segment = files.segment(1, DAY, text("one\ntw"));
        lines.moveTo(segment, 4);

        assertThat(lines.next(6)).isTrue();
        assertThat(line()).isEqualTo("tw");
        assertThat(lines.isComplete()).isFalse();
        assertThat(lines.next(6)).isFalse();
    }

    @Test
    void readsNothingBehindTheLimitAndGoesOnWhenItMoves() throws Exception {
        Segment segment = files.segment(1, DAY, text("one\ntwo\nthree\n"));
        lines.moveTo(segment, 0);

        assertThat(lines.next(4)).isTrue();
        assertThat(lines.next(4)).isFalse();
        assertThat(lines.next(8)).isTrue();
        assertThat(line()).isEqualTo("two");
        assertThat(lines.next(10)).isTrue();
        assertThat(line()).as("up to the limit").isEqualTo("th");
    }

    @Test
    void endsWhereTheFileIsShorterThanTheLimit() throws Exception {
        Segment segment = files.segment(1, DAY, text("one\n"));
        lines.moveTo(segment, 0);

        assertThat(lines.next(1000)).isTrue();
        assertThat(lines.next(1000)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void readsLinesOfAllLengthsAcrossTheBordersOfBlocks(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int most = random.nextInt(8) == 0 ? 3 * BLOCK : 20_000;
            expected.add(Character.toString('a' + i % 26).repeat(random.nextInt(most)));
        }
        Segment segment = files.segment(1, DAY, text(String.join("\n", expected) + "\n"));
        List<String> read = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();

        lines.moveTo(segment, 0);
        while (lines.next(segment.durableBytes())) {
            assertThat(lines.isComplete()).isTrue();
            read.add(line());
            offsets.add(lines.offset());
        }
        assertThat(read).isEqualTo(expected);

        for (int i = 0; i < 200; i++) {
            int number = random.nextInt(expected.size());
            lines.moveTo(segment, offsets.get(number));
            assertThat(lines.next(segment.durableBytes())).isTrue();
            assertThat(line()).isEqualTo(expected.get(number));
        }
    }

    @Test
    void readsALineThatEndsExactlyWithABlock() throws Exception {
        for (int length = BLOCK - 2; length <= BLOCK + 1; length++) {
            Segment segment = files.segment(length, DAY, text("x".repeat(length) + "\nrest\n"));
            lines.moveTo(segment, 0);

            assertThat(lines.next(segment.durableBytes())).isTrue();
            assertThat(lines.length()).isEqualTo(length);
            assertThat(lines.next(segment.durableBytes())).isTrue();
            assertThat(line()).isEqualTo("rest");
            assertThat(lines.next(segment.durableBytes())).isFalse();
        }
    }

    @Test
    void keepsWhatItHasReadWhenItMovesWithinIt() throws Exception {
        Segment segment = files.segment(1, DAY, text("one\ntwo\nthree\n"));
        lines.moveTo(segment, 0);
        lines.next(14);
        long before = files.storage.operations();

        for (long offset : new long[] {8, 0, 4, 14}) {
            lines.moveTo(segment, offset);
            assertThat(lines.offset()).isEqualTo(offset);
            assertThat(lines.next(14)).isEqualTo(offset < 14);
        }

        assertThat(files.storage.operations()).isEqualTo(before);
    }

    @Test
    void readsAnotherSegmentAfterIt() throws Exception {
        Segment one = files.segment(1, DAY, text("one\n"));
        Segment two = files.segment(2, DAY, text("two\n"));

        lines.moveTo(one, 0);
        lines.next(4);
        lines.moveTo(two, 0);
        lines.next(4);
        assertThat(line()).isEqualTo("two");
        lines.close();
        lines.moveTo(two, 2);
        lines.next(4);
        assertThat(line()).isEqualTo("o");
    }

    @Test
    void letsGoOfABlockThatOneLongLineNeeded() throws Exception {
        Segment segment = files.segment(1, DAY, text("x".repeat(4 * BLOCK) + "\n" + "short\n".repeat(BLOCK)));
        lines.moveTo(segment, 0);
        assertThat(lines.next(segment.durableBytes())).isTrue();
        assertThat(lines.buffer().length).isGreaterThan(4 * BLOCK);

        while (lines.next(segment.durableBytes())) {
            assertThat(lines.length()).isEqualTo(5);
        }

        assertThat(lines.buffer().length).isEqualTo(BLOCK);
    }

    @Test
    void closesTheFileThatItLeaves() throws Exception {
        List<String> closed = new ArrayList<>();
        files.storage.watch((operation, file) -> {
            if (operation.name().equals("CLOSE")) {
                closed.add(file.getFileName().toString());
            }
        });
        Segment one = files.segment(1, DAY, text("one\n"));
        Segment two = files.segment(2, DAY, text("two\n"));

        lines.moveTo(one, 0);
        lines.moveTo(two, 0);
        assertThat(closed).containsExactly(one.toString());
        lines.close();
        lines.close();

        assertThat(closed).containsExactly(one.toString(), two.toString());
    }

    private String line() throws IOException {
        String line = new String(lines.copy(), StandardCharsets.UTF_8);
        assertThat(new String(lines.buffer(), lines.start(), lines.length(), StandardCharsets.UTF_8))
                .isEqualTo(line);
        return line;
    }
}
